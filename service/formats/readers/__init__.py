"""One module per file format that is read and written back in place."""
