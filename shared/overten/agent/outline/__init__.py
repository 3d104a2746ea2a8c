"""The outline of a deck: planned in a turn of its own, and followed by the turn that writes the deck."""
