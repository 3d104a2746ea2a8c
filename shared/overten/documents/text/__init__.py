"""Measuring text with the metrics of real fonts."""
