"""How a frame of another shape follows what is seen: looking, choosing, and a calm hand."""
