"""Register of the station and its officers."""
