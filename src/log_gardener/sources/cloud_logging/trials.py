"""What reading Cloud Logging needs, tried one after another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from google.api_core.exceptions import Forbidden

from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import NANOS_PER_HOUR, NANOS_PER_MINUTE, NANOS_PER_SECOND, to_span
from log_gardener.sources.cloud_logging.address import Address
from log_gardener.sources.cloud_logging.fetching import Logs
from log_gardener.sources.cloud_logging.filters import Selection
from log_gardener.sources.cloud_logging.probe import RETENTION, Prober
from log_gardener.sources.cloud_logging.service import FAILURES, PAGE_SIZE, LoggingService
from log_gardener.sources.google import make_diagnosis, spell_grant
from log_gardener.sources.google.errors import find_row
from log_gardener.sources.google.failure import read_failure

READ = "logging.logEntries.list"
READ_PRIVATE = "logging.privateLogEntries.list"
READ_VIEW = "logging.views.access"
LIST_SINKS = "logging.sinks.list"

# Shows private logs too, so that whoever may read it may read those.
_WHOLE_VIEW = "/locations/global/buckets/_Default/views/_AllLogs"

# How gcloud names what an address is of.
_OPTIONS = {
    "projects": "project",
    "folders": "folder",
    "organizations": "organization",
    "billingAccounts": "billing-account",
}

# More would say no more.
_MOST_SINKS = 10


@dataclass(frozen=True, slots=True)
class Trials:
    """What is tried, on what.

    Attributes:
        logs: what is read.
        address: what was named.
        connect: gives the service; raises what the client raises.
        now: UTC nanoseconds.
    """

    logs: Logs
    address: Address
    connect: Callable[[], LoggingService]
    now: int

    def run(self) -> Iterator[Diagnosis]:
        """All of them; where nothing can be reached, the first says it for all."""
        month = (self.now - to_span(RETENTION), self.now)
        permission = READ_VIEW if self.address.is_view else READ
        try:
            self.connect()
            newest = Prober(self.logs).find_newest(Selection(), month)
        except (*FAILURES, OSError) as error:
            yield make_diagnosis(error, self.logs.source, trial="read log entries")
            if find_row(read_failure(error)).name != "permission denied":
                return
        else:
            yield Diagnosis("read log entries", Mark.OK, f"{permission} is granted on {self.logs.source}")
            yield self._tell_age(newest)
        if not self.address.is_view:
            yield self._try_private()
        yield self._try_sinks()
        yield self._tell_quota()

    def _tell_age(self, newest: int | None) -> Diagnosis:
        subject = "newest entry"
        if newest is None:
            remedy = f"see whether anything writes logs there: gcloud logging logs list --{self._option}"
            return Diagnosis(subject, Mark.WARNING, f"none of the last {RETENTION.days} days", remedy)
        return Diagnosis(subject, Mark.OK, f"{_spell_age(max(self.now - newest, 0))} old")

    @property
    def _option(self) -> str:
        """How gcloud names the container."""
        return f"{_OPTIONS[self.address.kind]}={self.address.id}"

    def _try_private(self) -> Diagnosis:
        """Whether data access audit logs can be read, which only show to who may read private logs."""
        subject = "read private logs"
        view = replace(self.logs, resource=self.address.container + _WHOLE_VIEW)
        try:
            Prober(view).find_newest(Selection(), (self.now - NANOS_PER_MINUTE, self.now))
        except Forbidden:
            detail = f"{READ_PRIVATE} is not granted, so data access audit logs are not read; all others are"
            return Diagnosis(subject, Mark.WARNING, detail, spell_grant(READ_PRIVATE, self.address.container))
        except (*FAILURES, OSError) as error:
            return self._warn(subject, error)
        return Diagnosis(subject, Mark.OK, f"{READ_PRIVATE} is granted on {self.logs.source}")

    def _try_sinks(self) -> Diagnosis:
        """Where else the logs go: a bucket or a subscription can be read without this quota."""
        subject = "list sinks"
        try:
            sinks = self.connect().list_sinks(self.address.container)
        except (*FAILURES, OSError) as error:
            return self._warn(subject, error)
        told = [f"{sink.name} to {sink.destination}" for sink in sinks[:_MOST_SINKS]]
        more = [f"{len(sinks) - _MOST_SINKS} more"] if len(sinks) > _MOST_SINKS else []
        return Diagnosis(
            subject, Mark.OK, f"{len(sinks)} found: {', '.join([*told, *more])}" if sinks else "none found"
        )

    def _tell_quota(self) -> Diagnosis:
        bucket = self.logs.fetcher.bucket
        detail = f"up to {bucket.limit:,} pages of {PAGE_SIZE:,} entries a minute are asked for"
        if not bucket.refusals:
            return Diagnosis("quota", Mark.OK, f"{detail}, and none was refused")
        remedy = "ask less often: reads_per_minute in the section [logging] of log-gardener.toml"
        return Diagnosis("quota", Mark.WARNING, f"{detail}, and {bucket.refusals} refused just now", remedy)

    def _warn(self, subject: str, error: BaseException) -> Diagnosis:
        """What failed, and keeps nothing from being read."""
        return replace(make_diagnosis(error, self.logs.source, trial=subject), mark=Mark.WARNING)


def _spell_age(nanos: int) -> str:
    units = (("d", 24 * NANOS_PER_HOUR), ("h", NANOS_PER_HOUR), ("min", NANOS_PER_MINUTE), ("s", NANOS_PER_SECOND))
    name, length = next((unit for unit in units if nanos >= unit[1]), units[-1])
    return f"{nanos // length} {name}"
