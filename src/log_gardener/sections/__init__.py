"""Sections of the settings: tables of `log-gardener.toml`, each with its defaults."""
