"""The garden as JSON: for all that pages do, the same for other programs."""
