"""Captions of what frames show, from stronger models: local, or on a server."""
