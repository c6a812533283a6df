"""Filling a hole: what it is, the ways there are, how a made shot is checked, earlier takes."""
