"""What is tried on Apache Beam has an environment of its own, since Beam pins what the rest of the house does not."""

from importlib.util import find_spec

# `make test-beam` runs these; where Beam is not installed there is nothing to try.
collect_ignore_glob = [] if find_spec("apache_beam") else ["test_*.py"]
