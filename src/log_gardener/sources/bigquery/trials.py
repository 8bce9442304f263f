"""What a table shows of itself: whether logs arrive in it, and whether all is there that reading needs."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from google.api_core.exceptions import BadRequest, Forbidden

from log_gardener.model.coverage import Probe
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import NANOS_PER_MICROSECOND, from_nanos, spell_instant
from log_gardener.model.window import Window
from log_gardener.sources.bigquery.address import Table
from log_gardener.sources.bigquery.client import Client, Session
from log_gardener.sources.bigquery.columns import make_plan
from log_gardener.sources.bigquery.failures import FAILURES, is_missing_table, is_view
from log_gardener.sources.bigquery.opening import find_view_plan, spell_query
from log_gardener.sources.bigquery.patience import Patience
from log_gardener.sources.bigquery.rows import spell_times

# How far back to look for the newest row, step by step: a step reads only the times of its rows.
STEPS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))

# Where the newest row is older, something is wrong with the sink, or nobody logs.
FRESH = timedelta(hours=1)

# Cloud Logging takes entries whose time is up to a day ahead.
AHEAD = timedelta(days=1)

_TIME = "timestamp"


def find_newest(client: Client, table: Table, window: Window, patience: Patience) -> int | None:
    """The time of the newest row of a window, UTC nanoseconds; `None` if it has none. Raises what the client raises."""
    try:
        for part in _list_steps(window):
            found = _find_latest(client, client.open_session(table, [_TIME], spell_times(part)), patience)
            if found is not None:
                return found
    except BadRequest as error:
        if not is_view(error):
            raise
        sql = spell_query(f"MAX({_TIME}) AS {_TIME}", table, spell_times(window))
        return _find_latest(client, client.open_session(client.queries.run(sql)), patience)
    return None


def _list_steps(window: Window) -> Iterator[Window]:
    """Parts of a window from its end back to its beginning, each longer than the one before."""
    end = window.end
    for step in (*STEPS, window.end - window.start):
        start = max(window.end - step, window.start)
        if start < end:
            yield Window(start, end)
        end = start


def _find_latest(client: Client, session: Session, patience: Patience) -> int | None:
    def read(stream: str) -> int | None:
        raw = (one.arrow_record_batch.serialized_record_batch for one in client.read_rows(stream, 0))
        batches = (pa.ipc.read_record_batch(pa.py_buffer(one), session.schema) for one in raw if one)
        return _find_greatest(pc.max(batch.column(0)).cast(pa.int64()).as_py() for batch in batches)

    found = _find_greatest(patience.ask(partial(read, stream)) for stream in session.streams)
    return None if found is None else found * NANOS_PER_MICROSECOND


def _find_greatest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)


def probe_window(find: Callable[[Window], int | None], window: Window, *, name: str) -> Probe:
    """Whether rows of any severity and service show that logs arrive; raises what the client raises.

    Args:
        find: finds the newest row of a window.
        window: the one that was asked for.
        name: the source's.
    """
    newest = find(window)
    if newest is not None:
        detail = f"the newest row of any severity in the window is of {spell_instant(newest)}"
        return Probe(name, newest, detail, is_arriving=True)
    before = Window(window.start - STEPS[-1], window.start)
    earlier = find(before)
    told = (
        f"the newest of the week before it is of {spell_instant(earlier)}" if earlier else "nor in the week before it"
    )
    return Probe(name, earlier, f"no row of any severity in the window; {told}", is_arriving=False)


class Trials:
    """Tries all that reading a table needs, one after another.

    Args:
        client: whom to ask.
        explain: what went wrong, and what to do, in words.
        now: the present time.
    """

    def __init__(self, client: Client, explain: Callable[[Exception], str], now: datetime) -> None:
        self._client = client
        self._explain = explain
        self._window = Window(now - STEPS[-1], now + AHEAD)
        self._now = now

    def run(self, tables: Iterable[Table], patience: Patience) -> Iterator[Diagnosis]:
        """Try the first of the tables that is there, the one of today before that of yesterday."""
        missing: Exception | None = None
        for table in tables:
            try:
                yield from self._try(table, patience)
            except FAILURES as error:
                if not is_missing_table(error):
                    yield self._fail("table" if not isinstance(error, Forbidden) else "permissions", table, error)
                    return
                missing = error
            else:
                return
        if missing is not None:
            yield Diagnosis("table", Mark.FAILED, "it is not there", self._explain(missing))

    def _try(self, table: Table, patience: Patience) -> Iterator[Diagnosis]:
        try:
            session = self._client.open_session(table, restriction=spell_times(self._window))
        except BadRequest as error:
            if not is_view(error):
                raise
            yield from self._try_view(table)
        else:
            yield Diagnosis("bigquery.readsessions.create", Mark.OK, "granted")
            yield Diagnosis("bigquery.tables.getData", Mark.OK, f"granted on {table.label}")
            yield self._tell_columns(lambda: make_plan(session.schema).layout.value, table)
        newest = find_newest(self._client, table, self._window, patience)
        yield Diagnosis("bigquery.readsessions.getData", Mark.OK, "granted")
        yield self._tell_age(newest, table)

    def _try_view(self, table: Table) -> Iterator[Diagnosis]:
        detail = f"{table.label} is a view: it is read by a query, which costs what queries cost"
        yield Diagnosis("view", Mark.WARNING, detail, "a table of a log sink is read without a query")
        yield self._tell_columns(lambda: find_view_plan(self._client, table, self._window).layout.value, table)
        yield Diagnosis("bigquery.jobs.create", Mark.OK, "granted")

    def _tell_columns(self, find_layout: Callable[[], str], table: Table) -> Diagnosis:
        try:
            return Diagnosis("columns", Mark.OK, f"those of {find_layout()}")
        except ValueError as error:
            return Diagnosis("columns", Mark.FAILED, str(error), name_other_table(table))

    def _tell_age(self, newest: int | None, table: Table) -> Diagnosis:
        if newest is None:
            return Diagnosis("newest entry", Mark.WARNING, "none in the last seven days", spell_sinks(table))
        age = max(self._now - from_nanos(newest), timedelta())
        detail = f"{spell_instant(newest)}, {age // timedelta(minutes=1):,} minutes ago"
        if age <= FRESH:
            return Diagnosis("newest entry", Mark.OK, detail)
        return Diagnosis("newest entry", Mark.WARNING, detail, spell_sinks(table))

    def _fail(self, subject: str, table: Table, error: Exception) -> Diagnosis:
        return Diagnosis(subject, Mark.FAILED, f"{table.label} cannot be read", self._explain(error))


def name_other_table(table: Table) -> str:
    """How to find the table that was meant."""
    return f"name a table of log entries; this lists those that there are: bq ls {table.project}:{table.dataset}"


def spell_sinks(table: Table) -> str:
    """How to see whether a sink still writes."""
    return (
        "see whether the sink still writes: gcloud logging sinks list "
        f"--project={table.project} --filter='destination:{table.dataset}'"
    )
