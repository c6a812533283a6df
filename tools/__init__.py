"""The actions a plan may use: one file each, all of the same shape."""
