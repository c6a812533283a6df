"""From a goal to a plan to one approved action at a time."""
