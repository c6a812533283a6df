"""Titles, summaries and topics written by a model, from what the index knows of the footage."""
