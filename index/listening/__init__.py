"""Words said in footage: where speech is heard, who writes it down, lines, places to cut."""
