"""How fast the service is, how much it holds and what it does when too much is asked."""
