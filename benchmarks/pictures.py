"""What a picture costs, beside Altair with vl-convert: python -m benchmarks.pictures.

Both draw the same: the entries of the sample logs over time, stacked by severity. A process of its own measures each,
from before the library is imported.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from statistics import median

from benchmarks.process import ROOT, measure
from log_gardener.model.worklog import Worklog

SAMPLE = ROOT / "examples" / "shop.json.gz"
REPEATS = 30

# What must be installed for it, beside what the package needs in any case.
INSTALLED = {
    "ours": (),
    "altair": ("altair", "vl-convert-python", "narwhals", "jsonschema", "jsonschema-specifications", "referencing"),
}


def make_ours(worklog: Worklog) -> Callable[[], str]:
    """Draws as the worklog's files are drawn."""
    from log_gardener.renderers.svg.timeline import draw_timeline  # noqa: PLC0415 - what is measured

    return lambda: draw_timeline(worklog, is_file=True)


def make_altair(worklog: Worklog) -> Callable[[], str]:
    """Draws the bars alone: no silences, no lanes."""
    import altair as alt  # noqa: PLC0415 - what is measured
    import vl_convert  # noqa: PLC0415

    def draw() -> str:
        rows = [
            {"at": minute * 60_000, "severity": str(severity), "entries": count}
            for minute, severity, count in worklog.timeline
        ]
        chart = alt.Chart(alt.InlineData(values=rows)).mark_bar().properties(width=776, height=190)
        spec = chart.encode(
            x=alt.X("at:T", bin=alt.Bin(step=32 * 60_000)), y="sum(entries):Q", color="severity:N"
        ).to_dict()
        return str(vl_convert.vegalite_to_svg(spec))

    return draw


MAKERS = {"ours": make_ours, "altair": make_altair}


def run(name: str) -> None:
    """Measure one of them in this process, and print it as JSON."""
    import log_gardener  # noqa: PLC0415 - only the child needs it

    worklog = log_gardener.tend(SAMPLE)
    start = time.perf_counter()
    draw = MAKERS[name](worklog)
    imported = time.perf_counter()
    svg = draw()
    first = time.perf_counter()
    times = list[float]()
    for _ in range(REPEATS):
        begin = time.perf_counter()
        draw()
        times.append(time.perf_counter() - begin)
    told = {"import": imported - start, "first": first - imported, "further": median(times), "bytes": len(svg.encode())}
    print(json.dumps({"seconds": first - start, **told}))


def count_installed(name: str) -> int:
    """Bytes of the distributions that it needs."""
    files = [file for one in INSTALLED[name] for file in distribution(one).files or ()]
    return sum(Path(str(file.locate())).stat().st_size for file in files if Path(str(file.locate())).is_file())


def main() -> None:
    """Print both as a table, or measure one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=MAKERS, help="measure this one in this process, and print JSON")
    asked = parser.parse_args()
    if asked.one:
        run(asked.one)
        return
    print("| | installed MB | import ms | first picture ms | each further ms | SVG KB | peak MB |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name in MAKERS:
        cost = measure([sys.executable, "-m", "benchmarks.pictures", "--one", name], runs=3)
        told = cost.printed
        spans = " | ".join(f"{told[part] * 1_000:,.0f}" for part in ("import", "first", "further"))
        size, peak = told["bytes"] / 1_000, cost.peak_bytes / 1_000_000
        print(f"| {name} | {count_installed(name) / 1_000_000:.0f} | {spans} | {size:.0f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
