"""Who files tickets by the installed command, against GitHub on the loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import log_gardener
from log_gardener import applying, filing, wiring
from log_gardener.config import load_settings
from log_gardener.model.instant import parse_instant
from log_gardener.ports import Silence
from tests.cli.command import NOW, Ended, entry, ndjson, run
from tests.fakes.github_accounts import Role
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer
from tests.fakes.standing_clock import StandingClock

LATER = "2025-09-15T06:00:00Z"
POT, TAP, HOSE = "the pot is dry", "the tap is stuck", "the hose has burst"


@dataclass
class Desk:
    """Who files, where, and from what."""

    server: GitHubServer
    repository: Repository
    folder: Path
    now: str = NOW

    @property
    def config(self) -> Path:
        return self.folder / "log-gardener.toml"

    @property
    def plan_file(self) -> Path:
        return self.folder / "plan.json"

    def configure(self, more: str = "", **github: object) -> None:
        """Write the configuration: `[github]` with other values, and further tables."""
        own = {"repository": "acme/shop", "token": self.repository.token, "base_url": self.server.url, "patience": "1s"}
        rows = [f"{name} = {json.dumps(value)}" for name, value in (own | github).items() if value is not None]
        text = "\n".join(["[github]", "seconds_between_writes = 0", *rows, more])
        self.config.write_text(text, encoding="utf-8")

    @property
    def state(self) -> Path:
        return self.folder / "g.db"

    @property
    def worklog(self) -> Path:
        return self.folder / "worklog.json"

    def log(self, *texts: str, start: int = 0) -> Path:
        """Three entries of each text, in a file."""
        logs = self.folder / "logs.json"
        numbered = enumerate((text for text in texts for _ in range(3)), start)
        logs.write_bytes(ndjson([entry(number, text) for number, text in numbered]))
        return logs

    def remember(self, *texts: str, start: int = 0) -> None:
        """Tend them, in this process: that is not what is tried here."""
        now = parse_instant(self.now)
        log_gardener.tend(self.log(*texts, start=start), state=str(self.state), config=self.config, clock=lambda: now)

    def file(self) -> None:
        """Plan and apply, in this process: all of it is done."""
        now = parse_instant(self.now)
        settings = load_settings(self.config).model_copy(update={"state": str(self.state)})
        parts = wiring.make_filing(settings, Silence(), lambda *_: None, lambda: now)
        applied = applying.apply(parts, filing.make_plan(parts))
        assert all(result.is_done for result in applied.results)

    def run(self, command: str, *arguments: object, state: object = None, stdin: bytes | None = None) -> Ended:
        own = ("--config", self.config, "--state", state or self.state, "--now", self.now)
        return run(command, *arguments, *own, stdin=stdin, cwd=self.folder)

    def tend(self, *texts: str, options: tuple[object, ...] = ("--apply",), state: object = None) -> Ended:
        return self.run("tend", self.log(*texts), "--output", self.worklog, *options, state=state)

    def plan(self, *options: object) -> Ended:
        """Make a plan, and keep it."""
        return self.run("plan", "--output", self.plan_file, *options)

    def apply(self, *options: object) -> Ended:
        return self.run("apply", self.plan_file, *options)

    def look(self, *command: str) -> Ended:
        """A command that takes no time."""
        return run(*command, "--state", self.state, "--config", self.config)

    @property
    def titles(self) -> list[str]:
        return [issue.title for issue in self.repository.list_issues()]

    @property
    def writes(self) -> int:
        return len(self.server.journal.writes())


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    """A desk beside an empty repository, in which it may write."""
    with GitHubServer(clock=StandingClock(datetime(2025, 9, 15, tzinfo=UTC))) as server:
        repository = server.add_repository("acme/shop", login="gardener", role=Role.WRITE)
        desk = Desk(server, repository, folder)
        desk.configure()
        yield desk
        assert server.violations == []
