"""Workbooks that we did not make: read into the model, and what changed in the model grafted into their own package."""
