"""What the names in a bucket show: whether logs arrive, and whether all is there that reading needs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from log_gardener.model.coverage import Probe
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import spell_instant, to_nanos
from log_gardener.model.window import Window
from log_gardener.sources.google import spell_grant
from log_gardener.sources.storage.bucket import PERMISSIONS, Bucket
from log_gardener.sources.storage.listing import Found, choose_newest, choose_span, walk
from log_gardener.sources.storage.sink_names import SCHEME, Address, find_hour, meets

# How long after an hour a sink may take to write its files, as Google documents it:
# https://cloud.google.com/logging/docs/export/storage
SINK_DELAY = timedelta(hours=3)

# How far before and after a window to look for files that show that the sink was at work.
NEIGHBOURHOOD = timedelta(days=1)

NO_SINK_FILE = (
    "gcloud logging sinks create SINK storage.googleapis.com/{bucket} --project=PROJECT; the first files come after "
    "two to three hours"
)


def probe_bucket(bucket: Bucket, address: Address, window: Window | None, *, name: str) -> Probe:
    """Whether files of the window's hours, or of hours around it, show that a sink was at work then.

    A window that goes on after the newest file's hour is not shown to be empty: its files may still come. Raises what
    the client raises.
    """
    newest = find_newest(bucket, address)
    if newest is None:
        return Probe(name, None, f"no object of {SCHEME}{bucket.name} is asked for by {name}", is_arriving=False)
    hour = find_hour(newest.name)
    if hour is None:
        detail = f"the newest object, {newest.name}, is no log sink's, and its name tells no time"
        return Probe(name, to_nanos(newest.created), detail, is_arriving=False)
    told = f"the newest log sink file is of the hour until {spell_instant(to_nanos(hour.end))}"
    newest_nanos = to_nanos(min(hour.end, newest.created))
    if window is None or window.end > hour.end:
        detail = f"{told}; what is newer may still come, up to three hours after its hour"
        return Probe(name, newest_nanos, detail, is_arriving=False)
    shown = _find_evidence(bucket, address, window)
    return Probe(name, newest_nanos, f"{told}; {shown or 'none is of the day around the window'}", bool(shown))


def _find_evidence(bucket: Bucket, address: Address, window: Window) -> str:
    """What shows that the sink was at work in a window; empty if nothing does."""
    around = Window(window.start - NEIGHBOURHOOD, window.end + NEIGHBOURHOOD)
    pages = walk(bucket.ask, address, choose_span(around))
    hours = [hour for page in pages for one in page if one.size and (hour := find_hour(one.name))]
    count = sum(meets(hour, window) for hour in hours)
    if count:
        return f"{count:,} are of the window's hours"
    is_before = any(around.start < hour.end <= window.start for hour in hours)
    is_after = any(window.end <= hour.start < around.end for hour in hours)
    return "there are files of the hours before and after the window" if is_before and is_after else ""


def find_newest(bucket: Bucket, address: Address) -> Found | None:
    """The sink file of the newest hour, or where there is none, the object that came last."""
    objects = [one for page in walk(bucket.ask, address, choose_newest) for one in page]
    files = [(hour.end, one.name, one) for one in objects if (hour := find_hour(one.name))]
    if files:
        return max(files)[-1]
    return max(objects, key=lambda one: (one.created, one.name), default=None)


def diagnose_bucket(bucket: Bucket, address: Address, now: datetime) -> Iterator[Diagnosis]:
    """Try all that reading needs; raises what the client raises."""
    granted = bucket.find_granted()
    yield Diagnosis("bucket", Mark.OK, f"{bucket.name} is there")
    for permission in PERMISSIONS:
        if permission in granted:
            yield Diagnosis(permission, Mark.OK, "granted")
        else:
            remedy = spell_grant(permission, f"{SCHEME}{bucket.name}")
            yield Diagnosis(permission, Mark.FAILED, f"not granted on {bucket.name}", remedy)
    if PERMISSIONS[0] in granted:
        yield _diagnose_files(find_newest(bucket, address), bucket.name, now)


def _diagnose_files(newest: Found | None, bucket: str, now: datetime) -> Diagnosis:
    hour = find_hour(newest.name) if newest else None
    if hour is None:
        found = f"none; the newest object is {newest.name}" if newest else "none, nor any other object"
        return Diagnosis("log sink files", Mark.WARNING, found, NO_SINK_FILE.format(bucket=bucket))
    age = now - hour.end
    detail = f"the newest is of the hour until {spell_instant(to_nanos(hour.end))}, {_spell_age(age)} ago"
    if age <= SINK_DELAY:
        return Diagnosis("log sink files", Mark.OK, detail)
    remedy = f"gcloud logging sinks list --project=PROJECT --filter='destination:{bucket}'"
    return Diagnosis("log sink files", Mark.WARNING, detail, f"see whether the sink still writes: {remedy}")


def _spell_age(age: timedelta) -> str:
    hours, rest = divmod(max(age, timedelta()), timedelta(hours=1))
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h {rest // timedelta(minutes=1)} min"  # noqa: PLR2004 - hours of a day
