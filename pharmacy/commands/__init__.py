"""Commands: one file per noun; each imports what it needs from the floors below."""
