"""One file for each outside world: paper here; certificates, signatures and exchanges as they come."""
