"""Cloud Logging: `logging://`."""
