"""Pages: one offline file, and what pages that are served share with it."""
