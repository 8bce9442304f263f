"""The work, pure, in flow order: health, identify, relate, assess, compose."""
