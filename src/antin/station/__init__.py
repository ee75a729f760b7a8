"""One installation: settings, database, clock, blobs, directory, outbox, and the hands that sign."""
