"""Who may look and decide, and who may not: all of it before a page or the API is asked."""
