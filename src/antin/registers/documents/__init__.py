"""Register of documents signed and stamped here, before they are sent."""
