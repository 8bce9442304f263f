"""What runs when: services, the revisions deployed, and the instances that serve them."""

from dataclasses import dataclass
from random import Random

from shop.clock import DAY, END, HOUR, MINUTE, SECOND, START, november

WEB = "shop-web"
API = "shop-api"
MAILER = "shop-mailer"

ROLLOUT = "DEPLOYMENT_ROLLOUT"
AUTOSCALING = "AUTOSCALING"


@dataclass(frozen=True, slots=True)
class Revision:
    """One deployed version of a service.

    Attributes:
        start: when it takes the traffic, in nanoseconds; before `START` if already there.
        end: when the next one takes it.
        is_stillborn: its containers exit before they listen, so it never serves.
    """

    service: str
    name: str
    commit: str
    start: int
    end: int
    is_stillborn: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One container of a revision, from `start` to `end` in nanoseconds."""

    revision: Revision
    id: str
    start: int
    end: int
    reason: str

    @property
    def service(self) -> str:
        """The service that it belongs to."""
        return self.revision.service


@dataclass(frozen=True, slots=True)
class Fleet:
    """All revisions, the instances that serve, and those that never came up."""

    revisions: tuple[Revision, ...]
    instances: tuple[Instance, ...]
    stillborn: tuple[Instance, ...]

    def find_serving(self, rng: Random, service: str, time: int) -> Instance | None:
        """Any instance that takes requests then, or None while the service is down."""
        alive = [i for i in self.instances if i.service == service and i.start <= time < i.end]
        return rng.choice(alive) if alive else None


def make_fleet(rng: Random) -> Fleet:
    """Deploy everything and start every instance; the plan is fixed, the ids are drawn."""
    revisions = _make_revisions(rng)
    serving = [_serve(rng, r) for r in revisions if not r.is_stillborn]
    stillborn = [_fail(rng, r) for r in revisions if r.is_stillborn]
    return Fleet(
        revisions=revisions,
        instances=tuple(i for group in serving for i in group),
        stillborn=tuple(i for group in stillborn for i in group),
    )


def _make_revisions(rng: Random) -> tuple[Revision, ...]:
    before = START - 9 * DAY
    plan = (
        (WEB, "00027-kel", before, november(4, "09:30:00")),
        (WEB, "00028-tam", november(4, "09:30:00"), END),
        (API, "00040-dur", before, november(3, "14:05:00")),
        (API, "00041-qix", november(3, "14:05:00"), END),
        (MAILER, "00012-hob", before, november(4, "06:10:00")),
        (MAILER, "00013-wep", november(4, "06:10:00"), november(4, "06:26:30")),
        (MAILER, "00014-lys", november(4, "06:26:30"), END),
    )
    return tuple(
        Revision(
            service=service,
            name=f"{service}-{suffix}",
            commit=f"{rng.getrandbits(160):040x}",
            start=start,
            end=end,
            is_stillborn=suffix == "00013-wep",
        )
        for service, suffix, start, end in plan
    )


def _serve(rng: Random, revision: Revision) -> list[Instance]:
    """One instance for as long as the revision lives, and one more for each busy day."""
    base = _instance(rng, revision, (revision.start, revision.end, ROLLOUT))
    more = []
    for day in range(START, END, DAY):
        opening = max(day + 7 * HOUR + rng.randrange(40 * MINUTE), revision.start + 3 * MINUTE)
        closing = min(day + 21 * HOUR + rng.randrange(90 * MINUTE), revision.end)
        if opening < closing:
            more.append(_instance(rng, revision, (opening, closing, AUTOSCALING)))
    return [base, *more]


def _fail(rng: Random, revision: Revision) -> list[Instance]:
    """The platform tries twelve times, a little over a minute apart, and gives up on each."""
    tries = []
    for attempt in range(12):
        start = revision.start + attempt * 75 * SECOND + rng.randrange(30 * SECOND)
        reason = AUTOSCALING if attempt else ROLLOUT
        tries.append(_instance(rng, revision, (start, start + 20 * SECOND, reason)))
    return tries


def _instance(rng: Random, revision: Revision, life: tuple[int, int, str]) -> Instance:
    start, end, reason = life
    return Instance(revision, f"00{rng.getrandbits(600):0150x}", start, end, reason)
