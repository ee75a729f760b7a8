"""The only importer of ``cryptography`` below ``interop``: named suites over its primitives, none of our own."""
