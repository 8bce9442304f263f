"""The flower shop behind `examples/shop.json.gz`: three services, two days, eight faults.

Read in this order: `clock` (time), `fleet` (what runs when), `wire` (how Cloud Logging
writes it), `voices` (how each service words it), then what happens: `lifecycle`, `traffic`
and `faults`; `tale` puts it together and `summary` counts it.
"""
