"""How often somebody may fail, for any clients at any times."""

from hypothesis import given
from hypothesis import strategies as st

from log_gardener.web.safety.limit import WINDOW_SECONDS, Limit, Turnstile, find_network

LIMIT = Limit(of_one=3, of_all=7)

clients = st.sampled_from(["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "::ffff:192.0.2.1", "odd"])


@given(st.lists(st.tuples(clients, st.floats(0, 40)), max_size=60))
def test_no_minute_sees_more_attempts_than_the_limit_of_one_and_of_all(steps: list[tuple[str, float]]) -> None:
    now = [0.0]
    turnstile = Turnstile(lambda: now[0], LIMIT)
    entered: list[tuple[float, str]] = []
    for client, seconds in steps:
        now[0] += seconds
        if turnstile.enter(client) == 0:
            entered.append((now[0], find_network(client)))

    for start, _ in entered:
        minute = [client for at, client in entered if start <= at < start + WINDOW_SECONDS]
        assert len(minute) <= LIMIT.of_all
        assert all(minute.count(client) <= LIMIT.of_one for client in minute)


@given(st.lists(clients, max_size=30), clients)
def test_who_waits_as_long_as_told_may_try_again(tried: list[str], client: str) -> None:
    now = [0.0]
    turnstile = Turnstile(lambda: now[0], LIMIT)
    for one in tried:
        turnstile.enter(one)

    if seconds := turnstile.enter(client):
        now[0] += seconds
        assert turnstile.enter(client) == 0


def test_who_succeeds_has_not_tried() -> None:
    turnstile = Turnstile(lambda: 0.0, LIMIT)

    for _ in range(100):
        assert turnstile.enter("192.0.2.1") == 0
        turnstile.succeed("192.0.2.1")


def test_a_network_of_ipv6_is_one_client() -> None:
    assert find_network("2001:db8::1") == find_network("2001:db8::ffff") != find_network("2001:db8:0:1::1")
    assert find_network("::ffff:192.0.2.1") == find_network("192.0.2.1")
    assert find_network("fe80::1%eth0") == find_network("fe80::2")
