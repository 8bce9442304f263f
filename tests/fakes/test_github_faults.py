"""What goes wrong on purpose with requests to the fake GitHub: faults, hooks and kills."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.fakes.github_asking import Asking
from tests.fakes.github_faults import EVERYTHING, QUICK, SHARE_IN_A_BURST, STATUSES, Fault, Faults
from tests.fakes.github_kills import Killed, Phase
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer

ISSUES = "/repos/acme/shop/issues"
NEW = {"title": "t"}
BROKEN = (ConnectionError, http.client.HTTPException, TimeoutError)


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as running:
        running.silence_seconds = 0.02
        yield running


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault in STATUSES])
def test_some_faults_are_answers(server: GitHubServer, gardener: Asking, shop: Repository, fault: Fault) -> None:
    server.faults.script(fault)

    assert gardener.post(ISSUES, NEW).status == STATUSES[fault]
    assert len(shop.list_issues()) == fault.is_after
    call = server.journal.calls()[0]
    assert (call.fault, call.took_effect, call.status) == (fault, fault.is_after, STATUSES[fault])


@pytest.mark.parametrize(
    "fault",
    [
        Fault.REFUSED,
        Fault.CLOSED,
        Fault.SILENCE,
        Fault.LOST_CUT,
        Fault.LOST_CLOSED,
        Fault.LOST_SILENCE,
        Fault.LOST_HALF,
    ],
)
def test_some_faults_are_no_answers(server: GitHubServer, gardener: Asking, shop: Repository, fault: Fault) -> None:
    server.faults.script(fault)

    with pytest.raises(BROKEN):
        gardener.post(ISSUES, NEW)

    assert len(shop.list_issues()) == fault.is_after
    call = server.journal.calls()[0]
    assert (call.fault, call.took_effect, call.status) == (fault, fault.is_after, 0)
    assert gardener.get(ISSUES).status == 200


def test_silence_lasts_longer_than_a_patience_that_is_shorter(server: GitHubServer, gardener: Asking) -> None:
    server.silence_seconds = 1.0
    gardener.patience_seconds = 0.02
    server.faults.script(Fault.LOST_SILENCE)

    with pytest.raises(TimeoutError):
        gardener.get(ISSUES)


@pytest.mark.parametrize(
    ("fault", "has_pause"), [(Fault.SECONDARY, True), (Fault.SECONDARY_SILENT, False), (Fault.ABUSE, True)]
)
def test_some_faults_are_limits_that_last_a_while(
    server: GitHubServer, gardener: Asking, *, fault: Fault, has_pause: bool
) -> None:
    server.faults.script(fault)

    refused = gardener.post(ISSUES, NEW)

    assert (refused.status, "retry-after" in refused.headers) == (403, has_pause)
    assert gardener.get(ISSUES).status == 403
    server.clock.sleep(61)
    assert gardener.get(ISSUES).body == []


def test_faults_can_be_meant_for_some_requests_only(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    server.faults.on("POST", r"/issues$", Fault.LOST_502, times=2, skipped=1)

    assert gardener.get(ISSUES).status == 200
    assert [gardener.post(ISSUES, NEW).status for _ in range(4)] == [201, 502, 502, 201]
    assert len(shop.list_issues()) == 4


def ask_often(seed: int, share: float, *, count: int = 200, bursts: float = 0.0) -> list[Fault | None]:
    faults = Faults()
    faults.mix(seed, share, weights=EVERYTHING, bursts=bursts)
    return [faults.draw(number, "GET", ISSUES) for number in range(1, count + 1)]


def test_a_mixture_depends_on_the_seed_and_the_number_only() -> None:
    assert ask_often(seed=7, share=0.3) == ask_often(seed=7, share=0.3)
    assert ask_often(seed=7, share=0.3) != ask_often(seed=8, share=0.3)


def test_a_mixture_has_about_its_share_and_all_its_kinds() -> None:
    drawn = ask_often(seed=7, share=0.5, count=4_000)
    counts = Counter(fault for fault in drawn if fault)

    assert 0.45 < counts.total() / 4_000 < 0.55
    assert set(counts) == set(Fault)


def test_in_a_burst_nearly_all_requests_fail() -> None:
    drawn = ask_often(seed=7, share=0.0, count=4_000, bursts=0.25)
    stretches = [drawn[start - 1 : start + 7] for start in range(8, 3_992, 8)]
    failing = [sum(fault is not None for fault in stretch) for stretch in stretches]

    bursts = [count for count in failing if count]
    assert 0.2 < len(bursts) / len(stretches) < 0.3
    assert abs(sum(bursts) / len(bursts) / 8 - SHARE_IN_A_BURST) < 0.05


def test_a_mixture_ends_at_a_number_and_when_things_settle(server: GitHubServer, gardener: Asking) -> None:
    server.faults.mix(seed=1, share=1.0, weights={Fault.BAD_GATEWAY: 1}, last=2)
    assert [gardener.get(ISSUES).status for _ in range(3)] == [502, 502, 200]

    server.faults.mix(seed=1, share=1.0, weights=QUICK)
    server.settle()

    assert gardener.get(ISSUES).status == 200
    assert server.faults.counts == {Fault.BAD_GATEWAY: 2}


def test_a_hook_sees_every_request_before_and_after(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    seen = []

    def hook(number: int, method: str, target: str, phase: Phase) -> None:
        seen.append((number, method, target, phase, len(shop.list_issues())))

    server.on_request = hook
    gardener.post(ISSUES, NEW)
    gardener.get(ISSUES, state="all")

    assert seen == [
        (1, "POST", ISSUES, Phase.BEFORE, 0),
        (1, "POST", ISSUES, Phase.AFTER, 1),
        (2, "GET", f"{ISSUES}?state=all", Phase.BEFORE, 1),
        (2, "GET", f"{ISSUES}?state=all", Phase.AFTER, 1),
    ]


@pytest.mark.parametrize("phase", list(Phase))
def test_a_hook_that_raises_cuts_the_client_off(
    server: GitHubServer, gardener: Asking, shop: Repository, phase: Phase
) -> None:
    def hook(number: int, method: str, target: str, now: Phase) -> None:
        del number, method, target
        if now is phase:
            raise KeyboardInterrupt

    server.on_request = hook
    with pytest.raises(BROKEN):
        gardener.post(ISSUES, NEW)

    assert len(shop.list_issues()) == (phase is Phase.AFTER)
    assert server.journal.calls()[0].fault == f"KeyboardInterrupt {phase}"


def post_for_ever(asking: Asking) -> None:
    while True:
        try:
            asking.post(ISSUES, NEW)
        except Exception:  # noqa: BLE001, S112 - a client that takes any error for a passing one
            continue


@pytest.mark.parametrize(("phase", "made"), [(Phase.BEFORE, 3), (Phase.AFTER, 4)])
def test_a_killed_client_dies_in_the_middle_of_its_request(
    server: GitHubServer, gardener: Asking, shop: Repository, phase: Phase, made: int
) -> None:
    with pytest.raises(Killed), server.kills.armed(shop.token, after=3, phase=phase):
        post_for_ever(gardener)

    assert len(shop.list_issues()) == made
    assert server.journal.calls()[-1].fault == f"killed {phase}"
    assert gardener.get(ISSUES).status == 200


def test_a_dead_client_writes_nothing_more(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    other = Asking(server, server.world.add_token("gardener"))
    errors = []

    def run() -> None:
        try:
            post_for_ever(gardener)
        except Killed as error:
            errors.append(error)

    def die() -> None:
        with server.kills.armed(shop.token, after=0):
            run()
            with pytest.raises(BROKEN):
                gardener.post(ISSUES, NEW)
            other.post(ISSUES, NEW)

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()

    assert len(errors) == 1
    assert len(shop.list_issues()) == 2


def test_a_client_that_is_done_earlier_is_not_killed(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    with server.kills.armed(shop.token, after=3):
        gardener.get(ISSUES)

    assert [gardener.get(ISSUES).status for _ in range(5)] == [200] * 5


def test_a_request_that_failed_before_it_was_read_has_its_route_and_login_in_the_journal(
    server: GitHubServer, gardener: Asking
) -> None:
    server.faults.script(Fault.BAD_GATEWAY)
    gardener.post(ISSUES, NEW)

    (call,) = server.journal.calls("POST @/issues")
    assert (call.login, call.body, call.took_effect) == ("gardener", NEW, False)


def test_half_of_an_answer_without_a_body_is_no_answer(
    server: GitHubServer, gardener: Asking, shop: Repository
) -> None:
    gardener.post(ISSUES, NEW)
    server.faults.script(Fault.LOST_HALF)

    with pytest.raises(BROKEN):
        gardener.ask("PUT", f"{ISSUES}/1/lock")

    assert shop.issue(1).is_locked


def test_a_mistake_of_the_fake_does_not_pass_for_a_fault(
    server: GitHubServer, gardener: Asking, shop: Repository
) -> None:
    shop.labels = None  # type: ignore[assignment] # something that cannot be

    assert gardener.get("/repos/acme/shop/labels").status == 500
    assert server.violations[0].why.startswith("the fake itself failed: ")


def test_what_a_hook_raised_is_kept(server: GitHubServer, gardener: Asking) -> None:
    def hook(number: int, method: str, target: str, phase: Phase) -> None:
        del number, method, target, phase
        raise LookupError

    server.on_request = hook
    with pytest.raises(BROKEN):
        gardener.get(ISSUES)

    assert [type(error) for error in server.hook_errors] == [LookupError]
