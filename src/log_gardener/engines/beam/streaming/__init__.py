"""A subscription on Apache Beam: many machines count panes of it, one process commits them."""
