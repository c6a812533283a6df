"""Makes footage: one request type, several backends. Imports no other room."""
