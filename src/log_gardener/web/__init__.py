"""The live page: the garden in a browser, and the same as JSON for other programs."""
