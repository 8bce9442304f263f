"""What the fake of Cloud Logging promises, seen by the real client."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from google.api_core.exceptions import InvalidArgument, NotFound, PermissionDenied, ResourceExhausted, Unauthenticated
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.rpc.error_details_pb2 import RetryInfo

from tests.fakes.asking import ENTRIES, PROJECT, WINDOW, ask, entry, ids, read, reason_of
from tests.fakes.logging_service import LoggingFake, Setting, State, make_client, make_config_client, serve_logging
from tests.fakes.standing_clock import StandingClock


@pytest.fixture
def fake() -> Iterator[LoggingFake]:
    with serve_logging(ENTRIES) as served:
        yield served


@pytest.fixture
def client(fake: LoggingFake) -> LoggingServiceV2Client:
    return make_client(fake.target)


def test_every_entry_of_the_filter_comes_once_in_order_of_time(client: LoggingServiceV2Client) -> None:
    pages = read(client, page_size=50)

    assert [len(page.entries) for page in pages] == [50, 50, 20]
    assert [one for page in pages for one in ids(page)] == [f"id-{at:04}" for at in range(120)]


def test_entries_of_one_time_come_by_id(fake: LoggingFake, client: LoggingServiceV2Client) -> None:
    fake.add([entry(600, insertId=name) for name in ("c", "a", "b")])

    assert ids(ask(client, filter='timestamp>="2025-09-14T21:10:00Z"', page_size=5)) == ["a", "b", "c"]


def test_the_latest_come_first_where_that_is_asked_for(client: LoggingServiceV2Client) -> None:
    pages = read(client, page_size=70, order_by="timestamp desc")

    assert [one for page in pages for one in ids(page)] == [f"id-{at:04}" for at in reversed(range(120))]


def test_without_an_order_the_oldest_come_first_and_fifty_a_page(client: LoggingServiceV2Client) -> None:
    page = ask(client, order_by="")

    assert ids(page) == [f"id-{at:04}" for at in range(50)]


def test_a_page_may_have_fewer_entries_than_were_asked_for() -> None:
    with serve_logging(ENTRIES, Setting(most_a_page=40)) as fake:
        pages = read(make_client(fake.target), page_size=100)

    assert [len(page.entries) for page in pages] == [40, 40, 40]


@pytest.mark.parametrize("size", [1_001, -1])
def test_a_page_size_out_of_bounds_is_refused(client: LoggingServiceV2Client, size: int) -> None:
    with pytest.raises(InvalidArgument, match="page_size"):
        ask(client, page_size=size)

    assert len(ask(client, page_size=1_000).entries) == 120


@pytest.mark.parametrize("order", ["timestamp", "receiveTimestamp asc", "timestamp ASC", "insertId asc"])
def test_any_other_order_is_refused(client: LoggingServiceV2Client, order: str) -> None:
    with pytest.raises(InvalidArgument, match="order_by"):
        ask(client, order_by=order)


@pytest.mark.parametrize(
    "names", [[], [PROJECT] * 101, ["garden"], ["projects/"], ["projects/garden/logs/x"], ["projects/garden/views/x"]]
)
def test_names_that_are_none_and_too_many_names_are_refused(client: LoggingServiceV2Client, names: list[str]) -> None:
    with pytest.raises(InvalidArgument, match="resource_names"):
        ask(client, resource_names=names)

    assert len(ask(client, resource_names=[PROJECT] * 100).entries) == 50


def test_an_unknown_clause_is_refused_with_its_place(client: LoggingServiceV2Client) -> None:
    with pytest.raises(InvalidArgument, match=r"Unparseable filter: .*thud.* at line 1, column 1, token 't'"):
        ask(client, filter='thud="x"')


def test_a_project_is_the_parent_of_its_own_logs_alone(client: LoggingServiceV2Client, fake: LoggingFake) -> None:
    for parent in ("projects/shed", "folders/7", "organizations/8", "billingAccounts/9-A"):
        fake.add([entry(1, insertId=parent, logName=f"{parent}/logs/x")])
        assert ids(ask(client, resource_names=[parent])) == [parent]
    both = ask(client, resource_names=[PROJECT, "folders/7"], page_size=1_000)

    assert len(both.entries) == 121


def test_a_view_holds_what_its_filter_lets_in() -> None:
    audit = entry(3, logName=f"{PROJECT}/logs/cloudaudit.googleapis.com%2Factivity")
    own = f"{PROJECT}/locations/europe-west1/buckets/all/views/bad"
    with serve_logging([entry(1), entry(2, severity="ERROR"), audit], Setting(views={own: "severity>=ERROR"})) as fake:
        client = make_client(fake.target)
        default, required = (
            f"{PROJECT}/locations/global/buckets/{bucket}/views/_AllLogs" for bucket in ("_Default", "_Required")
        )

        assert ids(ask(client, resource_names=[own])) == ["id-0002"]
        assert ids(ask(client, resource_names=[default])) == ["id-0001", "id-0002"]
        assert ids(ask(client, resource_names=[required])) == ["id-0003"]
        with pytest.raises(PermissionDenied, match=r"logging\.views\.access"):
            ask(client, resource_names=[own + "-not"])


def test_private_logs_are_left_out_without_a_word_where_they_may_not_be_read() -> None:
    private = entry(3, logName=f"{PROJECT}/logs/cloudaudit.googleapis.com%2Fdata_access")
    with serve_logging([entry(1), private]) as fake:
        client = make_client(fake.target)
        assert ids(ask(client)) == ["id-0001", "id-0003"]
        fake.access.denied.add("logging.privateLogEntries.list")

        assert ids(ask(client)) == ["id-0001"]


def test_what_does_not_say_when_it_arrived_did_a_second_after_its_time(client: LoggingServiceV2Client) -> None:
    first = ask(client).entries[0]

    assert first.receive_timestamp - first.timestamp == timedelta(seconds=1)
    assert first.log_name == f"{PROJECT}/logs/run.googleapis.com%2Fstdout"


def test_an_audit_record_comes_as_one() -> None:
    record = {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": "google.run.Delete"}
    with serve_logging([entry(1, protoPayload=record) | {"textPayload": None}]) as fake:
        page = ask(make_client(fake.target), filter='protoPayload.methodName:"run"')

    assert page.entries[0].proto_payload.type_url.endswith("google.cloud.audit.AuditLog")


def test_an_entry_of_the_same_log_time_and_id_is_the_same_entry(
    fake: LoggingFake, client: LoggingServiceV2Client
) -> None:
    fake.add([entry(1), entry(1, logName=f"{PROJECT}/logs/other")])

    assert len(ask(client, page_size=1_000).entries) == 121


class TestPageTokens:
    def test_a_token_holds_for_its_own_request_alone(self, client: LoggingServiceV2Client, fake: LoggingFake) -> None:
        fake.add([entry(1, logName="projects/shed/logs/x")])
        token = ask(client).next_page_token

        for other in (
            {"filter": WINDOW + " AND severity>=INFO"},
            {"order_by": "timestamp desc"},
            {"resource_names": ["projects/shed"]},
        ):
            with pytest.raises(InvalidArgument, match="page_token doesn't match arguments from the request"):
                ask(client, page_token=token, **other)
        assert ids(ask(client, page_token=token, page_size=2)) == ["id-0050", "id-0051"]

    @pytest.mark.parametrize("token", ["next", "", "AAAAAAAA", "ü"])
    def test_a_token_that_is_none_is_refused(self, client: LoggingServiceV2Client, token: str) -> None:
        if not token:
            assert ids(ask(client, page_token=token))[0] == "id-0000"
            return
        with pytest.raises(InvalidArgument, match="page_token"):
            ask(client, page_token=token)

    def test_a_token_expires(self) -> None:
        clock = StandingClock()
        with serve_logging(ENTRIES, Setting(clock=clock)) as fake:
            client = make_client(fake.target)
            token = ask(client).next_page_token
            clock.sleep(86_400)
            assert ids(ask(client, page_token=token))[0] == "id-0050"
            clock.sleep(1)

            with pytest.raises(InvalidArgument, match="page_token is invalid/expired"):
                ask(client, page_token=token)

    def test_what_arrives_behind_a_listing_is_not_in_it(
        self, fake: LoggingFake, client: LoggingServiceV2Client
    ) -> None:
        first = ask(client)
        fake.add([entry(10, insertId="late"), entry(110, insertId="soon")])
        rest = ask(client, page_token=first.next_page_token, page_size=1_000)

        assert "soon" in ids(rest)
        assert "late" not in ids(rest)
        assert "late" in ids(ask(client, page_size=1_000))


class TestState:
    def test_a_project_that_there_is_not_is_not_found(self, client: LoggingServiceV2Client, fake: LoggingFake) -> None:
        with pytest.raises(NotFound, match="Project does not exist: shed"):
            ask(client, resource_names=["projects/shed"])
        with pytest.raises(PermissionDenied, match="or it may not exist"):
            ask(client, resource_names=["folders/1"])
        fake.access.state = State.UNKNOWN
        with pytest.raises(NotFound):
            ask(client)

    def test_a_disabled_api_says_where_to_enable_it(self, client: LoggingServiceV2Client, fake: LoggingFake) -> None:
        fake.access.state = State.DISABLED

        with pytest.raises(PermissionDenied, match="has not been used in project") as caught:
            ask(client)

        reason = reason_of(caught.value)
        assert reason.reason == "SERVICE_DISABLED"
        assert reason.metadata["service"] == "logging.googleapis.com"
        assert reason.metadata["consumer"].startswith("projects/")
        assert reason.metadata["activationUrl"].startswith("https://console.developers.google.com/apis/api/logging")

    def test_a_missing_permission_is_named_with_its_resource(
        self, client: LoggingServiceV2Client, fake: LoggingFake
    ) -> None:
        fake.access.state = State.DENIED

        with pytest.raises(PermissionDenied, match=r"Permission 'logging\.logEntries\.list' denied") as caught:
            ask(client)

        reason = reason_of(caught.value)
        assert (reason.reason, reason.domain) == ("IAM_PERMISSION_DENIED", "iam.googleapis.com")
        assert dict(reason.metadata) == {"permission": "logging.logEntries.list", "resource": PROJECT}

    def test_credentials_that_are_not_valid_are_refused(
        self, client: LoggingServiceV2Client, fake: LoggingFake
    ) -> None:
        fake.access.state = State.UNAUTHENTICATED

        with pytest.raises(Unauthenticated, match="invalid authentication credentials") as caught:
            ask(client)

        assert reason_of(caught.value).reason == "ACCESS_TOKEN_EXPIRED"

    def test_a_quota_that_is_gone_does_not_come_back_and_says_nothing_of_when(self) -> None:
        clock = StandingClock()
        with serve_logging(ENTRIES, Setting(clock=clock)) as fake:
            client = make_client(fake.target)
            fake.access.state = State.QUOTA_GONE
            for _ in range(3):
                with pytest.raises(
                    ResourceExhausted, match="Quota exceeded for quota metric 'Read requests'"
                ) as caught:
                    ask(client)
                clock.sleep(3_600)

        assert reason_of(caught.value).reason == "RATE_LIMIT_EXCEEDED"
        assert not [detail for detail in caught.value.details if isinstance(detail, RetryInfo)]

    def test_a_quota_may_be_gone_after_so_many_listings(
        self, client: LoggingServiceV2Client, fake: LoggingFake
    ) -> None:
        fake.access.reads_left = 2
        ask(client)
        ask(client)

        with pytest.raises(ResourceExhausted):
            ask(client)

    def test_the_quota_lets_so_many_listings_through_in_any_minute(self) -> None:
        clock = StandingClock()
        with serve_logging(ENTRIES, Setting(clock=clock, reads_per_minute=3)) as fake:
            client = make_client(fake.target)
            for _ in range(3):
                ask(client)
                clock.sleep(10)
            with pytest.raises(ResourceExhausted):
                ask(client)
            clock.sleep(30)
            ask(client)
            with pytest.raises(ResourceExhausted):
                ask(client)
            clock.sleep(10)
            ask(client)


class TestJournal:
    def test_every_request_is_written_down_with_its_outcome(
        self, client: LoggingServiceV2Client, fake: LoggingFake
    ) -> None:
        token = ask(client, page_size=100).next_page_token
        ask(client, page_size=100, page_token=token)
        with pytest.raises(InvalidArgument):
            ask(client, order_by="backwards")

        first, second, third = fake.journal.calls()
        assert (first.filter, first.order_by, first.page_size, first.page_token) == (WINDOW, "timestamp asc", 100, "")
        assert (first.resource_names, first.outcome, first.entries, first.has_next) == ((PROJECT,), "OK", 100, True)
        assert (second.page_token, second.entries, second.has_next) == (token, 20, False)
        assert (third.outcome, third.entries) == ("INVALID_ARGUMENT", 0)
        assert "order_by" in third.message

    def test_a_filter_without_both_bounds_is_served_but_known_for_it(
        self, client: LoggingServiceV2Client, fake: LoggingFake
    ) -> None:
        for text in (WINDOW, "severity>=INFO", 'timestamp>="2025-09-14"', 'textPayload:"timestamp"'):
            ask(client, filter=text)

        assert [call.is_bounded for call in fake.journal.calls()] == [True, False, False, False]


class TestConfig:
    def test_sinks_come_with_their_destinations_and_filters(self) -> None:
        shed = {"name": "shed", "destination": "storage.googleapis.com/shed-logs", "filter": "severity>=ERROR"}
        with serve_logging(setting=Setting(sinks={PROJECT: (shed,)})) as fake:
            sinks = list(make_config_client(fake.target).list_sinks(parent=PROJECT))

        assert [sink.name for sink in sinks] == ["_Required", "_Default", "shed"]
        assert (sinks[2].destination, sinks[2].filter) == (shed["destination"], shed["filter"])

    def test_buckets_and_views_are_found_by_name(self, fake: LoggingFake) -> None:
        config = make_config_client(fake.target)
        buckets = [bucket.name for bucket in config.list_buckets(parent=f"{PROJECT}/locations/-")]
        view = config.get_view(request={"name": f"{buckets[0]}/views/_AllLogs"})

        assert [name.rpartition("/")[2] for name in buckets] == ["_Default", "_Required"]
        assert "log_id" in view.filter
        with pytest.raises(NotFound, match="does not exist"):
            config.get_view(request={"name": f"{buckets[0]}/views/none"})

    def test_logs_are_listed_page_by_page(self, fake: LoggingFake, client: LoggingServiceV2Client) -> None:
        fake.add([entry(1, logName=f"{PROJECT}/logs/log-{at}") for at in range(3)])

        names = list(client.list_logs(request={"parent": PROJECT, "page_size": 2}))

        assert names == [
            f"{PROJECT}/logs/{name}" for name in ("log-0", "log-1", "log-2", "run.googleapis.com%2Fstdout")
        ]
        assert len(fake.journal.calls("ListLogs")) == 2

    def test_each_permission_can_be_missing_by_itself(self, fake: LoggingFake, client: LoggingServiceV2Client) -> None:
        config = make_config_client(fake.target)
        view = f"{PROJECT}/locations/global/buckets/_Default/views/_AllLogs"
        asked: dict[str, Callable[[], object]] = {
            "logging.sinks.list": lambda: config.list_sinks(parent=PROJECT),
            "logging.buckets.list": lambda: config.list_buckets(parent=f"{PROJECT}/locations/global"),
            "logging.views.get": lambda: config.get_view(request={"name": view}),
            "logging.logs.list": lambda: client.list_logs(parent=PROJECT),
            "logging.views.access": lambda: ask(client, resource_names=[view]),
        }
        for permission, call in asked.items():
            fake.access.denied = {permission}
            with pytest.raises(PermissionDenied) as caught:
                call()
            assert reason_of(caught.value).metadata["permission"] == permission
            assert len(ask(client).entries) == 50


def test_a_hundred_thousand_entries_are_served_quickly() -> None:
    many = [
        entry(at // 30, insertId=f"id-{at:06}", severity=("INFO", "ERROR")[at % 1_000 == 0]) for at in range(100_000)
    ]
    begun = time.perf_counter()
    with serve_logging(many) as fake:
        client = make_client(fake.target)
        pages = read(client, page_size=1_000, filter=f"{WINDOW} AND severity>=ERROR")
        some = ask(client, page_size=1_000)
    seconds = time.perf_counter() - begun

    assert sum(len(page.entries) for page in pages) == 100
    assert len(some.entries) == 1_000
    assert all(one.timestamp <= other.timestamp for one, other in pairwise(some.entries))
    # Two seconds are usual on the slowest machine that this was tried on.
    assert seconds < 20
