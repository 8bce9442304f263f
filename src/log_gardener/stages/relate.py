"""Which issues cause others, and which are one fault told twice: counted on coordinated samples."""

from collections.abc import Iterable

from log_gardener.stages.crash import fold_crashes
from log_gardener.stages.echo import fold_echoes
from log_gardener.stages.failing import fold_requests
from log_gardener.stages.finding import Bundle


def find_cascades(bundles: Iterable[Bundle]) -> list[Bundle]:
    """Fold consequences into their causes: failed requests first, then echoes, then what a crash takes down."""
    folded = fold_crashes(fold_echoes(fold_requests(bundles)))
    return sorted(folded, key=lambda bundle: (bundle.root.fingerprint, bundle.root.template.bucket))
