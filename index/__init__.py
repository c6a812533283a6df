"""Knows the footage: ingest, understand, store vectors, search."""
