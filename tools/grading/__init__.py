"""Light and colour: measured on stills, moved in small steps, matched between clips."""
