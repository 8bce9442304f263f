"""Where things leave: the last look at them, and people's decisions on their way into the configuration."""
