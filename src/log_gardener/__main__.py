"""`python -m log_gardener`."""

from log_gardener.cli import main

main()
