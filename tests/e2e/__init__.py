"""The whole, as people use it."""
