"""The words: frozen values without input or output."""
