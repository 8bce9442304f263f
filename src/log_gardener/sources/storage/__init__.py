"""Cloud Storage: `gs://`."""
