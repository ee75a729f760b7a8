"""Register of papers (phiếu): steering records made here or taken from others, whatever book they fill."""
