"""Pictures as SVG: drawn here, small, in the colours of the page or with their own, for light and dark."""
