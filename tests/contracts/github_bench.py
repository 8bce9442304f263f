"""GitHub on a bench: the real adapter on the fake server, as a person, as an App, and under an Enterprise path."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from log_gardener.trackers.github.options import GitHubOptions
from log_gardener.trackers.github.tracker import GitHubTracker
from tests.fakes.github_accounts import Role
from tests.fakes.github_faults import Fault
from tests.fakes.github_limits import Setting
from tests.fakes.github_server import GitHubServer
from tests.fakes.standing_clock import StandingClock

PERSON, APP, ENTERPRISE = "person", "app", "enterprise"

# Which requests a method of the port makes that change something.
REQUESTS = {
    "create": ("POST", r"/issues$"),
    "edit": ("PATCH", r"/issues/\d+$"),
    "comment": ("POST", r"/comments$"),
    "add_labels": ("POST", r"/issues/\d+/labels$"),
    "remove_labels": ("DELETE", r"/issues/\d+/labels/"),
    "prepare_labels": ("POST", r"/labels$"),
    "link": ("POST", r"/sub_issues$"),
}


class GitHubBench:
    """The adapter with a server of its own; both have the same clock, and waiting takes none of ours.

    Args:
        server: listens already.
        kind: who writes, or how the API is addressed.
    """

    def __init__(self, server: GitHubServer, kind: str = PERSON) -> None:
        self.server = server
        self.clock = server.clock
        self.waits: list[float] = []
        self.repository = server.add_repository("acme/shop", login="gardener", role=Role.WRITE)
        self.repository.files["README.md"] = "# Shop\n\nSells things.\n"
        self.elsewhere = server.world.add_repository("acme/elsewhere")
        self.ada = server.world.add_account("ada")
        self.repository.roles["ada"] = Role.WRITE
        self.options = GitHubOptions(
            "Acme/Shop",
            token=self.repository.token,
            base_url=server.enterprise_url if kind == ENTERPRISE else server.url,
            seconds_between_writes=0.0,
            timeout_seconds=5,
        )
        if kind == APP:
            app = server.world.add_app("gardener")
            server.world.install(app, self.repository, {"issues": "write", "contents": "read"})
            self.options = replace(self.options, token="", app_id=str(app.id), private_key=app.key.private_pem)
        self._made: list[GitHubTracker] = []
        self.tracker = self.make()

    def make(self, **changed: object) -> GitHubTracker:
        """Another tracker on the same repository, as another process would have, with other options."""
        options = replace(self.options, **changed)  # type: ignore[arg-type] # each test knows its options
        made = GitHubTracker(options, self.clock, self.sleep)
        self._made.append(made)
        return made

    def sleep(self, seconds: float) -> None:
        """Wait by the clock of both."""
        self.waits.append(seconds)
        self.clock.sleep(seconds)

    def end(self) -> None:
        """Close all connections, and see that nothing was sent that a well-made client would not send."""
        for made in self._made:
            made.close()
        assert self.server.violations == []
        assert self.server.limits.impatience == []

    def open(self, title: str, body: str = "", labels: Sequence[str] = ()) -> int:
        return self.repository.open_issue(self.ada, title, body, labels=labels).number

    def comment(self, number: int, text: str) -> None:
        self.repository.comment(self.ada, number, text)

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        given = {"title": title, "body": body}
        self.repository.edit(self.ada, number, **{name: text for name, text in given.items() if text is not None})

    def close(self, number: int) -> None:
        self.repository.close(self.ada, number)

    def label(self, number: int, label: str) -> None:
        names = self.repository.label_names(self.repository.issue(number))
        self.repository.set_labels(self.ada, number, [*names, label])

    def unlabel(self, number: int, label: str) -> None:
        names = self.repository.label_names(self.repository.issue(number))
        self.repository.set_labels(self.ada, number, [name for name in names if name != label])

    def assign(self, number: int) -> None:
        self.repository.change(number, assignees=(self.ada,))

    def lock(self, number: int) -> None:
        self.repository.lock(self.ada, number)

    def delete(self, number: int) -> None:
        self.repository.remove_issue(number)

    def transfer(self, number: int) -> None:
        self.repository.transfer_issue(self.ada, number, self.elsewhere)

    def archive(self) -> None:
        self.repository.is_archived = True

    def lose(self, method: str, *, is_after: bool) -> None:
        self.fail(method, Fault.LOST_502 if is_after else Fault.BAD_GATEWAY)

    def fail(self, method: str, fault: Fault, *, skipped: int = 0) -> None:
        """The next write by a method of the port fails so."""
        verb, path = REQUESTS[method]
        self.server.faults.on(verb, path, fault, skipped=skipped)

    def describe(self, label: str) -> str | None:
        found = self.repository.labels.find(label)
        return found.description if found else None

    def count_writes(self) -> int:
        return len(self.server.journal.effects())


@contextmanager
def serve_bench(kind: str = PERSON, *, setting: Setting | None = None) -> Iterator[GitHubBench]:
    """A bench with an empty repository. Time stands still but for waiting, so that times can be compared."""
    clock = StandingClock()
    with GitHubServer(clock=clock, token_clock=clock, seconds_per_request=0.0, setting=setting) as server:
        bench = GitHubBench(server, kind)
        yield bench
        bench.end()
