"""Documents and presentations of the built-in author: what a request says, arranged, and what only its user knows left
open in square brackets."""
