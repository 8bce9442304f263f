"""`serve`: the garden as a live page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from log_gardener.cli.options import ConfigOption, StateOption, load, stderr
from log_gardener.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from log_gardener.config import Settings
    from log_gardener.sections.serve import ServeSettings

MEMORY = ":memory:"


def serve(
    *,
    host: Annotated[str, typer.Option(help="Listen at this address; any but this machine's needs a token.")] = "",
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Listen at this port; 0 for any.")] = None,
    is_opened: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    state: StateOption = "",
    config: ConfigOption = None,
) -> None:
    """Serve what is remembered as a live page, and as JSON; end with Ctrl-C."""
    settings = load(config, state=state)
    if settings.state_or_default == MEMORY:
        msg = "a state in memory is empty, and stays so; name the one that 'log-gardener tend' or 'watch' writes"
        raise UsageError(msg)
    given = {"host": host, "port": port}
    own = settings.serve.model_copy(update={name: value for name, value in given.items() if value not in {"", None}})
    try:
        _serve(lambda: load(config, state=state), own, config, is_opened=is_opened)
    except ImportError as error:
        msg = f"the live page needs what is not installed ({error.name}): pip install 'log-gardener[web]'"
        raise UsageError(msg) from error


def _serve(read: "Callable[[], Settings]", own: "ServeSettings", config: Path | None, *, is_opened: bool) -> None:
    from log_gardener.exits.decided import FILE_NAME  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.web import serving  # noqa: PLC0415
    from log_gardener.web.app import AppOptions, make_app  # noqa: PLC0415
    from log_gardener.web.desk import Desk, DeskOptions  # noqa: PLC0415

    protection = serving.make_protection(own)
    desk = Desk(DeskOptions(read, config or Path(FILE_NAME), protection.secret))
    with serving.open_socket(own.host, own.port) as listening:
        address = serving.spell_address(listening)
        _tell(f"{address} shows {len(desk.snapshot.issues):,} issues; {protection.sentence}. End with Ctrl-C")
        if protection.is_public:
            _tell("put TLS in front: a log-in is kept by browsers over https only")
        if is_opened:
            typer.launch(address)
        serving.serve(make_app(desk, AppOptions(protection.guard, is_public=protection.is_public)), listening)


def _tell(sentence: str) -> None:
    from log_gardener.cli.console import plain  # noqa: PLC0415 - only when the command runs

    stderr().print(plain(sentence), soft_wrap=True)
