"""The same tally on Apache Beam: many machines read stretches, one state is tended."""
