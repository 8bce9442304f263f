"""Stores: what is remembered from run to run."""
