"""Measuring what the generator makes: movement, a small judge of attributes, figures."""
