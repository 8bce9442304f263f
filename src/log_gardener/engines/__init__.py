"""Engines fold sources into one tally."""
