"""What filing needs of GitHub, tried one after another; nothing is written."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from pydantic import BaseModel

from log_gardener.errors import BusyError, TrackerError
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import NANOS_PER_SECOND, spell_instant
from log_gardener.trackers.github.account import Account
from log_gardener.trackers.github.failures import EMPTY, FORBIDDEN, NOT_FOUND, require
from log_gardener.trackers.github.gateway import Gateway
from log_gardener.trackers.github.payloads import RepositoryPayload, read
from log_gardener.trackers.github.repository import Repository

# A plan of a large tracker takes about as many.
ENOUGH_REQUESTS = 500

# GitHub refuses what an App signs further off, since that lasts ten minutes and is dated back by one.
TOLERATED = timedelta(seconds=30)

_SET_CLOCK = "sudo timedatectl set-ntp true (macOS: sudo sntp -sS time.apple.com)"
_WAIT = "wait, or give Log Gardener an account of its own"


class _Core(BaseModel):
    limit: int
    remaining: int
    reset: int


class _Resources(BaseModel):
    core: _Core


class _RateLimit(BaseModel):
    resources: _Resources


class Trials:
    """Tries what a run needs; a trial that others rest upon ends them all if it fails.

    Args:
        gateway: what GitHub is asked by.
        repository: where tickets are filed.
        account: our own.
    """

    def __init__(self, gateway: Gateway, repository: Repository, account: Account) -> None:
        self._gateway = gateway
        self._repository = repository
        self._account = account

    def run(self) -> Iterator[Diagnosis]:
        """All of them, in the order in which one rests upon the other."""
        trials = {
            "account": self._try_account,
            "repository": self._try_repository,
            "read tickets": self._try_issues,
            "read documents": self._try_documents,
            "requests": self._try_limits,
        }
        for name, trial in trials.items():
            try:
                yield from trial()
            except TrackerError as error:
                yield _tell(name, error)
                if name in {"account", "repository"}:
                    return

    def _try_account(self) -> Iterator[Diagnosis]:
        yield Diagnosis("account", Mark.OK, self._account.find_login(self._gateway))

    def _try_repository(self) -> Iterator[Diagnosis]:
        facts = self._repository.look()
        yield self._tell_repository(facts)
        yield self._tell_writing(facts)

    def _tell_repository(self, facts: RepositoryPayload) -> Diagnosis:
        name = self._gateway.place.name
        if name.endswith(f"/{facts.full_name.casefold()}"):
            return Diagnosis("repository", Mark.OK, facts.html_url)
        # The name is what the ledger goes by, so it is no use to change it.
        return Diagnosis("repository", Mark.WARNING, f"{name} was renamed; tickets are filed at {facts.html_url}")

    def _tell_writing(self, facts: RepositoryPayload) -> Diagnosis:
        obstacle = self._repository.find_obstacle(facts)
        if obstacle:
            detail, _, remedy = obstacle.partition("; ")
            return Diagnosis("write tickets", Mark.FAILED, detail, remedy)
        if not self._account.is_person and not self._account.find_permissions():
            return Diagnosis("write tickets", Mark.WARNING, "not known: GitHub does not tell what this token may do")
        return Diagnosis("write tickets", Mark.OK, "allowed")

    def _try_issues(self) -> Iterator[Diagnosis]:
        path = self._repository.make_path("/issues")
        require(self._gateway.get(path, {"state": "all", "per_page": "1"}), self._gateway.place)
        yield Diagnosis("read tickets", Mark.OK, "allowed")

    def _try_documents(self) -> Iterator[Diagnosis]:
        branch = self._repository.find().default_branch
        reply = self._gateway.get(self._repository.make_path(f"/git/trees/{quote(branch, safe='')}"))
        if reply.status in {FORBIDDEN, NOT_FOUND}:
            remedy = "grant the permission 'Contents: read'; without it, no documents are linked"
            yield Diagnosis("read documents", Mark.WARNING, "not allowed", remedy)
        elif reply.status == EMPTY:
            yield Diagnosis("read documents", Mark.OK, "there are none")
        else:
            yield Diagnosis("read documents", Mark.OK, f"of the branch {branch}")

    def _try_limits(self) -> Iterator[Diagnosis]:
        asked = self._gateway.pacing.clock()
        reply = self._gateway.get("/rate_limit")
        yield _tell_clock(asked, reply.headers.get("date", ""))
        if reply.status == NOT_FOUND:
            # An Enterprise server whose limits are off.
            yield Diagnosis("requests", Mark.OK, "not limited")
        else:
            yield _tell_core(read(_RateLimit, require(reply, self._gateway.place).payload, self._gateway.place))


def _tell(trial: str, error: TrackerError) -> Diagnosis:
    detail, _, remedy = str(error).rpartition("; ")
    if isinstance(error, BusyError):
        remedy = _WAIT
    return Diagnosis(trial, Mark.FAILED, detail or str(error), remedy or "see https://www.githubstatus.com")


def _tell_core(limit: _RateLimit) -> Diagnosis:
    core = limit.resources.core
    detail = f"{core.remaining:,} of {core.limit:,} left until {spell_instant(core.reset * NANOS_PER_SECOND)}"
    if core.remaining >= min(ENOUGH_REQUESTS, core.limit):
        return Diagnosis("requests", Mark.OK, detail)
    return Diagnosis("requests", Mark.WARNING, detail, _WAIT)


def _tell_clock(asked: datetime, date: str) -> Diagnosis:
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return Diagnosis("clock", Mark.WARNING, "GitHub does not tell its time", "timedatectl (shows this machine's)")
    ahead = asked - (told if told.tzinfo else told.replace(tzinfo=UTC))
    detail = f"{abs(ahead).total_seconds():,.0f} s {'ahead of' if ahead > timedelta() else 'behind'} GitHub's"
    if abs(ahead) > TOLERATED:
        return Diagnosis("clock", Mark.WARNING, f"{detail}; an App's signature may be refused", _SET_CLOCK)
    return Diagnosis("clock", Mark.OK, detail)
