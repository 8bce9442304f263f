"""Tickets as issues of a GitHub repository."""
