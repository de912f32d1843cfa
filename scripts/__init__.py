"""Programs that make, measure and check the models; each docstring starts with a command."""
