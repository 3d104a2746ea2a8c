"""What an operator runs against a deployed stack, or the one on this laptop."""
