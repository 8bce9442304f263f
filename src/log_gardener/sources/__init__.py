"""Sources: where log entries come from."""
