"""Whether this machine's clock is right: signed requests are refused where it is not, and windows are wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from log_gardener.model.diagnosis import Diagnosis, Mark

ADDRESS = "https://www.googleapis.com/"

TRIAL = "clock"

# A Date header has whole seconds, so less is not seen.
SEEN = timedelta(seconds=1)

# What is off by more cuts windows where a person who looks at the logs sees it.
TOLERATED = timedelta(seconds=5)

# Google refuses what is signed further off: https://developers.google.com/identity/protocols/oauth2/service-account
REFUSED = timedelta(minutes=5)

REMEDY = "sudo timedatectl set-ntp true (macOS: sudo sntp -sS time.google.com)"

_TIMEOUT_SECONDS = 10.0


def diagnose_clock(clock: Callable[[], datetime], address: str = ADDRESS) -> Diagnosis:
    """Compare the clock with that of a server of Google.

    Args:
        clock: the present time, UTC.
        address: which server to ask.
    """
    import requests  # noqa: PLC0415 - only where it is asked for

    from log_gardener.sources.google.errors import make_diagnosis  # noqa: PLC0415

    try:
        asked = clock()
        answer = requests.head(address, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
        answered = clock()
    except requests.RequestException as error:
        return make_diagnosis(error, "Google's clock", trial=TRIAL)
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return Diagnosis(TRIAL, Mark.WARNING, f"{address} does not tell its time", "timedatectl (shows this machine's)")
    return judge_clock(asked, answered, told)


def judge_clock(asked: datetime, answered: datetime, told: datetime) -> Diagnosis:
    """Whether a clock is right.

    Args:
        asked: when a server was asked for its time, by the clock.
        answered: when its answer came, by the clock.
        told: the time that the server told, in whole seconds.
    """
    # On average, what is told is half a second ago, and was told in the middle of asking.
    told = (told if told.tzinfo else told.replace(tzinfo=UTC)) + SEEN / 2
    ahead = asked + (answered - asked) / 2 - told
    spelt = f"{_spell(abs(ahead))} {'ahead of' if ahead > timedelta() else 'behind'} Google's"
    # No more is certain than this.
    off = abs(ahead) - (answered - asked) / 2
    if off > REFUSED:
        return Diagnosis(TRIAL, Mark.FAILED, f"{spelt}, so that Google refuses signed requests", REMEDY)
    if off > TOLERATED:
        return Diagnosis(TRIAL, Mark.WARNING, f"{spelt}, so that windows are cut at other times than asked for", REMEDY)
    return Diagnosis(TRIAL, Mark.OK, spelt if off > SEEN else "within a second of Google's")


def _spell(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    minutes, hours = seconds // 60, seconds // 3_600
    if seconds < 120:  # noqa: PLR2004 - two minutes are more than a few seconds
        return f"{seconds} s"
    return f"{minutes} min" if minutes < 120 else f"{hours:,} h"  # noqa: PLR2004 - and two hours than a few minutes
