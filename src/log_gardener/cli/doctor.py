"""The command that tries everything a run needs: the state, Google Cloud, and each source."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from log_gardener.cli.options import ConfigOption, JsonOption, StateOption, load, stderr
from log_gardener.errors import GardenerError, StoreError, UsageError

if TYPE_CHECKING:
    from log_gardener.cli.diagnosed import Findings, Trial
    from log_gardener.config import Settings
    from log_gardener.ports import Source

EXIT_FAULTY = 1

GOOGLE = "Google Cloud"

# By scheme: the section of the settings that may name an emulator, and the variable of the client that may.
_EMULATORS = {
    "bigquery": ("bigquery", ""),
    "gs": ("storage", "STORAGE_EMULATOR_HOST"),
    "logging": ("logging", ""),
    "pubsub": ("pubsub", "PUBSUB_EMULATOR_HOST"),
}


_FILING_REMEDY = "mend [tickets] and [github] in the configuration"


def doctor(
    sources: Annotated[list[str] | None, typer.Argument(metavar="SOURCE...", help="What to try reading from.")] = None,
    *,
    state: StateOption = "",
    leaks: Annotated[bool, typer.Option("--leaks", help="Look for secrets in all texts of the state.")] = False,
    mend: Annotated[bool, typer.Option("--mend", help="With --leaks: redact in place what is found.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try all that a run needs: the state, and of sources whether they can be read. Ends with 1 if anything fails."""
    if mend and not leaks:
        msg = "--mend redacts what --leaks finds; give both"
        raise UsageError(msg)
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import diagnosed, output  # noqa: PLC0415

    settings = load(config, state=state)
    opened = wiring.make_sources(sources or [], settings, wiring.tell_time)
    fault = None
    try:
        checkup = wiring.make_store(settings).check()
    except StoreError as error:
        checkup, fault = None, error
    trials = list(_watch(_try_all(opened, settings)))
    found = _look_for_leaks(settings, is_mending=mend) if leaks and fault is None else None
    if as_json:
        diagnosed.write(checkup, trials, found)
    else:
        diagnosed.show(output.stdout(), checkup, trials)
        diagnosed.show_leaks(output.stdout(), found)
    if fault is not None:
        raise fault
    if (checkup and checkup.faults) or diagnosed.has_failed(trials) or (found and not found.are_mended):
        raise typer.Exit(EXIT_FAULTY)


def _look_for_leaks(settings: "Settings", *, is_mending: bool) -> "Findings":
    """Scan the state by the rules of today, which may know more than those of the day when it was written."""
    from log_gardener import wiring  # noqa: PLC0415 - only when the command runs
    from log_gardener.cli.diagnosed import Findings  # noqa: PLC0415

    store, redactor = wiring.make_store(settings), wiring.make_redactor(settings)
    with stderr().status("looking for secrets in the state"):
        found = store.mend(redactor, _tell_wait) if is_mending else store.find_leaks(redactor)
    return Findings(tuple(found), are_mended=is_mending)


def _tell_wait() -> None:
    stderr().print("another run is tending this state; waiting for it to end", highlight=False)


def _watch(trials: Iterator["Trial"]) -> Iterator["Trial"]:
    """Show in a terminal that something is being tried, since a network that is gone takes its time."""
    if not stderr().is_terminal:
        yield from trials
        return
    with stderr().status("trying what a run needs") as status:
        for trial in trials:
            status.update(f"trying what a run needs; {trial.diagnosis.subject}: {trial.diagnosis.mark}")
            yield trial


def _try_all(opened: Sequence["Source"], settings: "Settings") -> Iterator["Trial"]:
    from log_gardener.cli.diagnosed import Trial  # noqa: PLC0415 - only when the command runs

    if any(_is_google(source.name, settings) for source in opened):
        yield from _try_google(settings)
    for source in opened:
        try:
            for found in source.diagnose():
                yield Trial(source.name, found)
        except Exception as error:  # noqa: BLE001 - a trial that breaks is a finding, and the others go on
            from log_gardener.sources.google.errors import make_diagnosis  # noqa: PLC0415

            yield Trial(source.name, make_diagnosis(error, source.name, trial="trials"))
        finally:
            source.close()
    if settings.github.repository:
        yield from _try_tracker(settings)


def _try_tracker(settings: "Settings") -> Iterator["Trial"]:
    """What filing needs, where a tracker is configured."""
    from log_gardener.cli.diagnosed import Trial  # noqa: PLC0415 - only when the command runs
    from log_gardener.model.diagnosis import Diagnosis, Mark  # noqa: PLC0415
    from log_gardener.wiring import make_tracker, make_writer, tell_time  # noqa: PLC0415

    name = settings.github.repository
    try:
        make_writer(settings)
        tracker = make_tracker(settings, tell_time)
        name = tracker.name
        for found in tracker.diagnose():
            yield Trial(name, found)
    except GardenerError as error:
        # Where a message says what to do, that stands behind what is wrong.
        detail, _, remedy = str(error).partition("; ")
        yield Trial(name, Diagnosis("settings", Mark.FAILED, detail, remedy or _FILING_REMEDY))


def _is_google(name: str, settings: "Settings") -> bool:
    """Whether a source is Google's own, and no emulator."""
    from log_gardener.sources.google import is_loopback  # noqa: PLC0415 - only when the command runs

    scheme = name.partition("://")[0]
    if scheme == name or scheme not in _EMULATORS:
        return False
    section, variable = _EMULATORS[scheme]
    endpoint = str(getattr(settings, section).endpoint)
    return not is_loopback(endpoint) if endpoint else not os.environ.get(variable)


def _try_google(settings: "Settings") -> Iterator["Trial"]:
    from log_gardener.cli.diagnosed import Trial  # noqa: PLC0415 - only when the command runs
    from log_gardener.sources.google.clock_skew import diagnose_clock  # noqa: PLC0415
    from log_gardener.sources.google.errors import make_diagnosis  # noqa: PLC0415
    from log_gardener.sources.google.trials import diagnose_credentials  # noqa: PLC0415
    from log_gardener.wiring import tell_time  # noqa: PLC0415

    try:
        yield Trial(GOOGLE, diagnose_clock(tell_time))
        for found in diagnose_credentials(tell_time, settings.logging.quota_project):
            yield Trial(GOOGLE, found)
    except Exception as error:  # noqa: BLE001 - a trial that breaks is a finding, and the others go on
        yield Trial(GOOGLE, make_diagnosis(error, GOOGLE, trial="trials"))
