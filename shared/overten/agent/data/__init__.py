"""The files that a user gives to draw on: read, described to the model, and queried, in a process of their own."""
