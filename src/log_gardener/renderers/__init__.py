"""Renderers: a worklog to a document."""
