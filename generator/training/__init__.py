"""Training of the built-in generator."""
