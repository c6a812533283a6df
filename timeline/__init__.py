"""The edit: pure values and operations on them, and the formats it leaves in."""
