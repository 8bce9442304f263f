"""Plans that were shown: only what somebody looked at is carried out."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from log_gardener.errors import PlanError
from log_gardener.model.plan import Plan

# More than people look at side by side; an older one is out of date anyway.
MOST_SHOWN = 8


class ShownPlans:
    """The latest plans, by digest."""

    def __init__(self) -> None:
        self._shown: dict[str, Plan] = {}
        self._lock = Lock()
        self._carrying_out = Lock()

    def show(self, plan: Plan) -> None:
        """Keep a plan that is shown."""
        with self._lock:
            self._shown.pop(plan.digest, None)
            self._shown[plan.digest] = plan
            for digest in list(self._shown)[:-MOST_SHOWN]:
                del self._shown[digest]

    def find(self, digest: str) -> Plan:
        """The plan of a digest.

        Raises:
            PlanError: none of that digest is kept.
        """
        with self._lock:
            plan = self._shown.get(digest)
        if plan is None:
            msg = "this plan is not kept here any more; make a new one, look at it, and apply that"
            raise PlanError(msg)
        return plan

    @contextmanager
    def carry_out(self) -> Iterator[None]:
        """Be the only one that carries a plan out.

        Raises:
            PlanError: one is being carried out.
        """
        if not self._carrying_out.acquire(blocking=False):
            msg = "a plan is being carried out; when it has ended, make a new one"
            raise PlanError(msg)
        try:
            yield
        finally:
            self._carrying_out.release()
