"""Office Open XML packages: read defensively, changed part by part, saved with every other byte as it was."""
