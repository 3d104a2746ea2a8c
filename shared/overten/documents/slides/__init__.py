"""The slides engine: decks written by layout and edited in their own XML."""
