"""Pixels and samples: probe, decode, stills, sound, render. The only room that runs ffmpeg."""
