"""Measure: `python -m scripts.evaluate --help`."""
