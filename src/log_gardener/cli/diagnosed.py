"""How trials are told, for people and as JSON."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from log_gardener.cli.console import plain
from log_gardener.cli.history import show_checkup, spell_checkup
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.issue import Checkup
from log_gardener.model.redaction import StoredLeak
from log_gardener.renderers.json_text import spell_json

_STYLES = {Mark.OK: "green", Mark.WARNING: "yellow", Mark.FAILED: "bold red"}
_STATE = "state"
_MARK_WIDTH = max(map(len, Mark))

# What is to be known of a command stands behind it in parentheses, which a shell would not take.
_NOTED = re.compile(r"(?P<command>.+?) \((?P<note>[^()]*(?:\([^()]*\)[^()]*)*)\)")


@dataclass(frozen=True, slots=True)
class Trial:
    """A diagnosis, and of what: a source, or what several share."""

    place: str
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True)
class Findings:
    """Where the state holds what looks like secrets, and whether that was mended."""

    leaks: tuple[StoredLeak, ...]
    are_mended: bool

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.leaks)


def has_failed(trials: Sequence[Trial]) -> bool:
    """Whether any keeps a run from reading."""
    return any(trial.diagnosis.mark is Mark.FAILED for trial in trials)


def write(checkup: Checkup | None, trials: Sequence[Trial], found: Findings | None = None) -> None:
    """Everything as one JSON object on stdout; nothing if there is nothing."""
    if checkup is None and not trials:
        return
    spelt = [
        {
            "source": trial.place,
            "trial": trial.diagnosis.subject,
            "mark": trial.diagnosis.mark.value,
            "detail": trial.diagnosis.detail,
            "remedy": trial.diagnosis.remedy,
        }
        for trial in trials
    ]
    whole = {**(spell_checkup(checkup) if checkup else {}), "trials": spelt}
    # What the operator's own accounts and places are called is told whole: nothing here is of the logs.
    typer.echo(spell_json(whole | (_spell_findings(found) if found is not None else {})))


def _spell_findings(found: Findings) -> dict[str, Any]:
    leaks = [
        {"rule": one.rule, "table": one.table, "field": one.field, "of": one.of, "count": one.count}
        for one in found.leaks
    ]
    return {"leaks": leaks, "mended": found.are_mended}


def show_leaks(console: Console, found: Findings | None) -> None:
    """What was found in the state, if it was looked for, and what mends it."""
    if found is None:
        return
    if not found:
        console.print("no secret is found in its texts", style="green")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("rule", "where", "of", "count"):
        table.add_column(name, overflow="fold", justify="right" if name == "count" else "left")
    for one in found.leaks:
        table.add_row(*map(plain, (one.rule, f"{one.table}.{one.field}", one.of, f"{one.count:,}")))
    console.print(table)
    count = sum(one.count for one in found.leaks)
    if found.are_mended:
        console.print(f"{count:,} redacted in place", style="green", highlight=False)
        return
    console.print(f"{count:,} found; to redact them in place", style="bold red", highlight=False)
    console.print(plain("    log-gardener doctor --leaks --mend"), soft_wrap=True)


def show(console: Console, checkup: Checkup | None, trials: Sequence[Trial]) -> None:
    """Everything for people: what was found, and below what mends the rest."""
    if not trials:
        if checkup is not None:
            show_checkup(console, checkup)
        return
    trials = [*(_list_state(checkup) if checkup else ()), *trials]
    width = max(len(trial.diagnosis.subject) for trial in trials)
    for number, (place, group) in enumerate(groupby(trials, key=lambda trial: trial.place)):
        if number:
            console.print()
        console.print(plain(place), style="bold", soft_wrap=True)
        found = [trial.diagnosis for trial in group]
        if console.is_terminal:
            console.print(_tabulate(found, width))
        else:
            for one in found:
                console.print(_spell_line(one, width), soft_wrap=True)
    _show_remedies(console, trials)


def _list_state(checkup: Checkup) -> Iterator[Trial]:
    """The health of the state, in fewer words than where nothing else is asked for."""
    for fault in checkup.faults:
        yield Trial(_STATE, Diagnosis("soundness", Mark.FAILED, fault, "log-gardener issues export SAVED.jsonl"))
    if not checkup.faults:
        yield Trial(_STATE, Diagnosis("soundness", Mark.OK, f"{checkup.name}, schema {checkup.schema}"))


def _tabulate(found: Sequence[Diagnosis], width: int) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(min_width=_MARK_WIDTH, no_wrap=True)
    table.add_column(min_width=width)
    table.add_column(overflow="fold")
    for one in found:
        table.add_row(Text(one.mark, style=_STYLES[one.mark]), plain(one.subject), plain(one.detail))
    return table


def _spell_line(one: Diagnosis, width: int) -> Text:
    return plain(f"{one.mark:<{_MARK_WIDTH}}  {one.subject:<{width}}  {one.detail}")


def _show_remedies(console: Console, trials: Sequence[Trial]) -> None:
    """What mends what failed, then what mends what is only warned of; each once, on a line that can be pasted."""
    for mark, title in ((Mark.FAILED, "to mend what failed"), (Mark.WARNING, "to mend what is warned of")):
        remedies = dict(_list_remedies(trials, mark))
        if remedies:
            console.print()
            console.print(title, style=_STYLES[mark], highlight=False)
        for remedy, mended in remedies.items():
            noted = _NOTED.fullmatch(remedy)
            console.print(plain(f"  {'; '.join(mended)}"), style="dim", soft_wrap=True)
            console.print(plain(f"    {noted['command'] if noted else remedy}"), soft_wrap=True)
            if noted:
                console.print(plain(f"    ({noted['note']})"), style="dim", soft_wrap=True)


def _list_remedies(trials: Sequence[Trial], mark: Mark) -> Iterator[tuple[str, list[str]]]:
    """Every remedy with the trials that it mends."""
    marked = [trial for trial in trials if trial.diagnosis.mark is mark and trial.diagnosis.remedy]
    for remedy in dict.fromkeys(trial.diagnosis.remedy for trial in marked):
        yield remedy, [f"{one.place}: {one.diagnosis.subject}" for one in marked if one.diagnosis.remedy == remedy]
