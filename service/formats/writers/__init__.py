"""One module per form that any translated article can be written in; each has `write`."""
