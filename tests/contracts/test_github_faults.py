"""Whatever goes wrong with any request, what the adapter says of a write is true."""

from collections.abc import Callable
from random import Random

import pytest

from log_gardener.errors import LostAnswerError, TrackerError
from log_gardener.ports import Tracker
from tests.contracts.github_bench import APP, PERSON, GitHubBench, serve_bench
from tests.fakes.github_faults import EVERYTHING
from tests.fakes.github_world import Lag

LABEL = "log-gardener"

# Of a second. The server is silent for so long, and then the connection ends.
SILENCE_SECONDS = 0.02

STEPS = 25

Act = Callable[[Tracker, int, str], object]

ACTS: tuple[Act, ...] = (
    lambda tracker, _, text: tracker.create(text, text, [LABEL]),
    lambda tracker, number, text: tracker.edit(number, body=text),
    lambda tracker, number, text: tracker.comment(number, text),
    lambda tracker, number, text: tracker.add_labels(number, [text]),
)
READS: tuple[Act, ...] = (
    lambda tracker, number, _: tracker.list_tickets(LABEL, [number]),
    lambda tracker, number, _: tracker.read_ticket(number),
    lambda tracker, number, _: tracker.list_comments(number),
)


def count_written(github: GitHubBench, text: str) -> int:
    """How often a text stands where a write would have put it."""
    issues = github.repository.list_issues()
    comments = github.repository.list_all_comments()
    labels = [name for issue in issues for name in github.repository.label_names(issue)]
    return [*(issue.body for issue in issues), *(comment.body for comment in comments), *labels].count(text)


def act_and_check(github: GitHubBench, act: Act, number: int, text: str) -> None:
    try:
        act(github.tracker, number, text)
    except LostAnswerError:
        assert count_written(github, text) <= 1
    except TrackerError as error:
        assert count_written(github, text) == 0, error  # noqa: PT017 - which way it ends is drawn
    else:
        assert count_written(github, text) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_write_is_done_once_or_not_at_all_and_only_a_lost_one_is_uncertain(seed: int) -> None:
    random = Random(seed)
    with serve_bench(APP if seed % 3 == 0 else PERSON) as github:
        number = github.tracker.create("first", "first", [LABEL]).number
        github.server.silence_seconds = SILENCE_SECONDS
        github.server.world.listing_lag = Lag(seconds=20, is_wobbling=True)
        github.server.faults.mix(seed, 0.3, weights=EVERYTHING, bursts=0.1)
        for step in range(STEPS):
            act_and_check(github, random.choice(ACTS), number, f"text-{step}")
            read = random.choice(READS)
            try:
                read(github.tracker, number, "")
            except TrackerError as error:
                # An outage may last; it is told as one.
                assert "githubstatus" in str(error) or "asks to wait" in str(error)  # noqa: PT017 - whether it ends so is drawn

        github.server.settle()
        listing = github.tracker.list_tickets(LABEL, [number])

        assert {ticket.number for ticket in listing.tickets} == {one.number for one in github.repository.list_issues()}
        assert listing.fates == {}
