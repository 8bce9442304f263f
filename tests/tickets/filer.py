"""A process that files once and ends: it is there to be killed.

python -m tests.tickets.filer STATE TOKEN URL NOW
"""

import sys
from datetime import datetime

from log_gardener.applying import apply
from log_gardener.filing import make_plan
from log_gardener.trackers.github.options import GitHubOptions
from log_gardener.trackers.github.tracker import GitHubTracker
from tests.fakes.standing_clock import StandingClock
from tests.tickets.gardens import TendedGarden
from tests.tickets.stories import POLICY, REPOSITORY


def main() -> None:
    """Plan and apply."""
    state, token, url, now = sys.argv[1:]
    clock = StandingClock(datetime.fromisoformat(now))
    options = GitHubOptions(REPOSITORY, token, base_url=url, seconds_between_writes=0.0)
    parts = TendedGarden(state, clock).filing(GitHubTracker(options, clock, clock.sleep), POLICY)
    apply(parts, make_plan(parts))


if __name__ == "__main__":
    main()
