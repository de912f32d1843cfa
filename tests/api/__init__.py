"""The HTTP service, tested through a client."""
