"""The commands about the grouping: why an issue is one, why two are not, and what people decide."""

from pathlib import Path
from typing import Annotated

import typer

from log_gardener.cli.completing import offer_issues
from log_gardener.cli.options import ConfigOption, IssueArgument, JsonOption, StateOption, load, stderr
from log_gardener.errors import UsageError

LEAST_MERGED = 2

ReasonOption = Annotated[str, typer.Option(help="Why, for whoever reads it later.")]


def explain(
    issue: IssueArgument, *, state: StateOption = "", config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Tell which keys, masks and frames make an issue one, and why each template is in it."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import grouping, output  # noqa: PLC0415
    from log_gardener.renderers.json_memory import spell_explanation  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    found = garden.find_issue(issue)
    cluster = garden.find_cluster(found)
    if as_json:
        output.echo(spell_json(spell_explanation(found, cluster, garden.decisions)))
    else:
        output.show(grouping.show_explanation, found, cluster, garden.decisions)


def why_not(
    issue: IssueArgument,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other issue.", autocompletion=offer_issues)],
    *,
    state: StateOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the first difference that keeps two issues apart."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli import grouping, output  # noqa: PLC0415
    from log_gardener.renderers.json_memory import spell_difference  # noqa: PLC0415
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415
    from log_gardener.stages.explain import find_difference  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    own, two = garden.find_issue(issue), garden.find_issue(other)
    if own.id == two.id:
        msg = f"{issue} and {other} are one issue; 'log-gardener issues explain {own.id}' tells why"
        raise UsageError(msg)
    difference = find_difference(own, two, garden.decisions)
    if as_json:
        output.echo(spell_json(spell_difference(own, two, difference)))
    else:
        output.show(grouping.show_difference, own, two, difference)


def merge(
    issues: Annotated[
        list[str],
        typer.Argument(
            metavar="ISSUE OTHER...", help="Two issues or more; the first leads.", autocompletion=offer_issues
        ),
    ],
    *,
    reason: ReasonOption = "",
    state: StateOption = "",
    config: ConfigOption = None,
) -> None:
    """Decide that issues are one, from now on; written to the configuration."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.exits.decided import FILE_NAME, write_merge  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    found = list({one.id: one for one in map(garden.find_issue, issues)}.values())
    if len(found) < LEAST_MERGED:
        msg = f"this is one issue already, {found[0].id}; name two or more"
        raise UsageError(msg)
    path = config or Path(FILE_NAME)
    write_merge(path, found, garden.decisions, reason)
    _tell(f"{path}: {' and '.join(one.id for one in found)} are one issue; delete [[decisions.merge]] there to undo")


def split(
    issue: IssueArgument,
    templates: Annotated[
        list[str], typer.Argument(metavar="TEMPLATE...", help="Fingerprints in it, as issues explain gives them.")
    ],
    *,
    reason: ReasonOption = "",
    state: StateOption = "",
    config: ConfigOption = None,
) -> None:
    """Decide that templates of an issue are an issue of their own, from the next run on."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.exits.decided import FILE_NAME, find_templates, write_split  # noqa: PLC0415

    garden = wiring.open_garden(load(config, state=state))
    found = find_templates(garden.find_issue(issue), templates)
    path = config or Path(FILE_NAME)
    write_split(path, found, garden.decisions, reason)
    named = " and ".join(one.fingerprint for one in found)
    _tell(f"{path}: {named} is an issue of its own; delete [[decisions.split]] there to undo")


def _tell(sentence: str) -> None:
    from log_gardener.cli.console import plain  # noqa: PLC0415 - only when a command runs

    stderr().print(plain(sentence), soft_wrap=True)
