"""Where documents and data go, and how an issue is spelt."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console

from log_gardener.cli.console import plain
from log_gardener.errors import OutputError, UsageError
from log_gardener.model.cluster import Cluster, ShownEntry
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Issue
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.json_worklog import spell_cluster
from log_gardener.renderers.sparkline import draw_sparkline, find_bounds
from log_gardener.wiring import Format

SUFFIXES = {".json": Format.JSON, ".md": Format.MARKDOWN}
STDOUT = "-"
CHART_WIDTH = 60


def stdout() -> Console:
    """The terminal, for data."""
    return Console()


def choose_form(form: str, output: str) -> Format:
    """The form that was asked for, else the one that the output's name ends with.

    Raises:
        UsageError: there is no such form.
    """
    if not form:
        return SUFFIXES.get(Path(output).suffix, Format.MARKDOWN)
    try:
        return Format(form)
    except ValueError:
        msg = f"there is no format {form!r}; this release writes {' and '.join(Format)}"
        raise UsageError(msg) from None


def choose_path(output: str, worklog: Worklog, form: Format) -> Path | None:
    """The file to write; in a folder it is named by the window, so that a repeat replaces it. `None` is stdout."""
    if output == STDOUT:
        return None
    path = Path(output)
    is_file = bool(path.suffix) or path.exists()
    if is_file and not path.is_dir():
        return path
    suffix = ".json" if form is Format.JSON else ".md"
    if worklog.window is None:
        return path / f"worklog-{worklog.generated:%Y%m%dT%H%MZ}{suffix}"
    start, end = worklog.window.start, worklog.window.end
    return path / f"worklog-{start:%Y%m%dT%H%M%SZ}-{end:%Y%m%dT%H%M%SZ}{suffix}"


def write(document: str, path: Path | None) -> None:
    """Write a document, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        if path is None:
            sys.stdout.buffer.write(document.encode("utf-8", "backslashreplace"))
            sys.stdout.buffer.flush()
        elif path.exists() and not path.is_file():
            # A device or a pipe cannot be replaced.
            path.write_bytes(document.encode("utf-8", "backslashreplace"))
        else:
            _replace(path, document.encode("utf-8", "backslashreplace"))
    except OSError as error:
        msg = (
            f"cannot write {path or 'stdout'}: {error.strerror}. The run is remembered; repeat it with another --output"
        )
        raise OutputError(msg) from error


def _replace(path: Path, document: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(document)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def spell_issue(issue: Issue, cluster: Cluster | None = None) -> dict[str, Any]:
    """An issue in plain JSON values, with the latest cluster if there is one."""
    spelt: dict[str, Any] = {
        "id": issue.id,
        "title": issue.title,
        "service": issue.service,
        "priority": issue.priority.value,
        "severity": issue.severity.value,
        "status": issue.status.value,
        "count": issue.count,
        "first": None if issue.first_nanos is None else spell_instant(issue.first_nanos),
        "last": None if issue.last_nanos is None else spell_instant(issue.last_nanos),
        "fingerprints": list(issue.fingerprints),
        "minutes": [[minute, count] for minute, count in issue.minutes],
    }
    if cluster is not None:
        spelt["cluster"] = spell_cluster(cluster)
    return spelt


def show_issue(console: Console, issue: Issue, cluster: Cluster | None) -> None:
    """An issue for people: facts, history, analysis."""
    bounds = find_bounds([issue.minutes])
    console.print(plain(f"{issue.priority}  {issue.title}"), style="bold")
    facts = {
        "issue": issue.id,
        "service": issue.service,
        "status": issue.status,
        "severity": issue.severity,
        "count": f"{issue.count:,}",
        "first seen": "" if issue.first_nanos is None else spell_instant(issue.first_nanos),
        "last seen": "" if issue.last_nanos is None else spell_instant(issue.last_nanos),
        "history": draw_sparkline(issue.minutes, bounds, CHART_WIDTH),
    }
    for name, value in facts.items():
        console.print(plain(f"{name:>12}  {value}"), soft_wrap=True)
    if cluster is None:
        return
    console.print("\nin the latest window: priority", style="bold")
    for reason in cluster.reasons:
        console.print(plain(f"{reason.points:+12d}  {reason.why}"), soft_wrap=True)
    console.print(f"{cluster.score:12d}  points, {cluster.priority}", highlight=False)
    console.print("\nin the latest window: revisions", style="bold")
    for revision in cluster.revisions:
        since = "" if revision.first_nanos is None else f", from {spell_instant(revision.first_nanos)}"
        console.print(plain(f"{revision.count:12,}  {revision.name}{since}"), soft_wrap=True)
    for shown in cluster.exemplars:
        _show_values(console, shown)
    console.print("\nin the latest window: analysis", style="bold")
    for line in cluster.analysis:
        console.print(plain(f"  - {line}"), soft_wrap=True)


def _show_values(console: Console, shown: ShownEntry) -> None:
    """What an entry has in the place of each variable; nothing of an entry without any."""
    if not shown.values:
        return
    console.print()
    console.print(plain(f"in the latest window: values of entry {shown.insert_id or '?'}"), style="bold")
    for value in shown.values:
        console.print(plain(f"{f'<{value.kind}>':>12}  {value.text}"), soft_wrap=True)
