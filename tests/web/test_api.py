"""The API: its own description is tried by schemathesis, and it says what the commands say."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from pydantic import SecretStr
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from log_gardener.model.instant import parse_instant
from log_gardener.sections.serve import ServeSettings
from tests.cli.command import NOW, run
from tests.cli.desk import POT, TAP, open_desk
from tests.web.description import KEPT
from tests.web.served import KEY, Place, Served, find_problem, find_token, list_ids, serve

# What fails is told as it was drawn: to make it small takes longer than to read it.
PHASES = (Phase.explicit, Phase.generate)
CHECKS = list(HealthCheck)

OPERATIONS = 19

MADE_BY = "python -m tests.web.description"


@pytest.fixture(scope="module")
def tried(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A garden of its own: whatever is decided in it is nobody's loss."""
    folder = tmp_path_factory.mktemp("tried")
    shutil.copy(shop, folder / "garden.db")
    with serve(Place(folder), ServeSettings(token=SecretStr(KEY))) as one:
        yield one


# Schemathesis itself draws so, which hypothesis warns of.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_the_api_answers_as_it_is_described_whatever_it_is_asked(tried: Served, mode: GenerationMode) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    described = schemathesis.openapi.from_url(f"{tried.address}/api/openapi.json", headers=headers)
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == OPERATIONS
    for operation in operations:

        @settings(max_examples=12, derandomize=True, database=None, phases=PHASES, suppress_health_check=CHECKS)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: "Case[Any]") -> None:
            case.call_and_validate(headers=headers)

        with suppress(Unsatisfiable):
            # Where nothing is asked, nothing can be asked wrongly.
            ask()


def test_every_operation_is_described_with_the_schema_of_its_answer(served: Served) -> None:
    with served.open() as client:
        paths = client.get("/api/openapi.json").json()["paths"]

    operations = [one for path in paths.values() for one in path.values()]
    assert len(operations) == OPERATIONS
    for one in operations:
        assert one["responses"]["200"]["content"]["application/json"]["schema"]
        assert "application/problem+json" in one["responses"]["422"]["content"]
        assert one["description"] or one["summary"]


def test_the_description_that_is_kept_is_that_of_this_release(served: Served) -> None:
    with served.open() as client:
        described = client.get("/api/openapi.json").json()
    # A release has a new number, and the same API.
    described["info"].pop("version")

    assert json.loads(KEPT.read_text(encoding="utf-8")) == described, f"write it to {KEPT}: {MADE_BY}"


def test_the_api_says_what_the_commands_say(served: Served) -> None:
    state = served.desk.settings.state
    with served.open() as client:
        listed = client.get("/api/v1/issues").json()
        one, other = (issue["id"] for issue in listed["issues"][:2])

        for path, command in (
            (f"/api/v1/issues/{one}", ("issues", "show", one)),
            (f"/api/v1/issues/{one}/explanation", ("issues", "explain", one)),
            (f"/api/v1/issues/{one}/difference/{other}", ("issues", "why-not", one, other)),
            ("/api/v1/runs", ("runs",)),
            ("/api/v1/comparison?before=shop-web-00027-kel&after=shop-web-00028-tam", (
                "diff", "shop-web-00027-kel", "shop-web-00028-tam",
            )),
        ):  # fmt: skip
            assert client.get(path).json() == run(*command, "--state", state, "--json").json

        assert listed["issues"] == run("issues", "list", "--state", state, "--json").json


def test_a_list_is_filtered_sorted_and_paged(served: Served) -> None:
    with served.open() as client:

        def ask(**asked: Any) -> Any:
            return client.get("/api/v1/issues", params=asked).raise_for_status().json()

        every = ask()["issues"]
        assert ask(service="shop-web")["found"] == sum(one["service"] == "shop-web" for one in every)
        assert {one["priority"] for one in ask(priority=["P0", "P1"])["issues"]} == {"P0", "P1"}
        assert ask(text="no such thing")["issues"] == []
        counts = [one["count"] for one in ask(sort="count")["issues"]]
        assert counts == sorted(counts, reverse=True)
        pages = [ask(size=3, page=page)["issues"] for page in (1, 2, 3)]
        assert [one["id"] for page in pages for one in page] == [one["id"] for one in every]


def test_decisions_are_taken_and_taken_back(served: Served) -> None:
    with served.open() as client:
        client.headers.update(find_token(client))
        one, other, *_ = list_ids(client)
        before = client.get("/api/v1/issues").json()

        for path, asked in (
            (f"issues/{one}/mute", {"until": "7d", "count": 3}),
            (f"issues/{one}/resolve", {"revision": "shop-web-00028-tam"}),
            (f"issues/{one}/lock", {"priority": "P4"}),
            ("merges", {"issues": [one, other], "reason": "one cause"}),
        ):
            done = client.post(f"/api/v1/{path}", json=asked).raise_for_status().json()
            assert done["issue"]["id"] == one
            assert client.get("/api/v1/issues").json() != before
            undone = client.post("/api/v1/undo", json={"token": done["undo"]}).raise_for_status().json()
            assert undone["undo"] == ""
            assert client.get("/api/v1/issues").json() == before


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/v1/issues/zz", 404, "log-gardener issues list"),
        ("/api/v1/issues/r1:", 404, "could be 8 issues"),
        ("/api/v1/runs/99", 404, "no run 99"),
        ("/api/v1/runs/first", 422, "integer"),
        ("/api/v1/issues?size=0", 422, "greater than or equal to 1"),
        ("/api/v1/issues?priority=P9", 422, "P0"),
        ("/api/v1/issues?nonsense=1", 422, "nonsense"),
        ("/api/v1/comparison?before=a&after=b", 409, "tend them first"),
        ("/api/v1/comparison?before=x/y&after=b", 409, "no time"),
        ("/api/v1/nothing", 404, "nothing here"),
        ("/api/v2/issues", 404, "nothing here"),
    ],
)
def test_what_goes_wrong_is_a_problem_that_says_what_to_do(served: Served, path: str, status: int, said: str) -> None:
    with served.open() as client:
        problem = find_problem(client.get(path))

    assert problem["status"] == status
    assert said in problem["detail"]


def test_a_body_that_is_too_large_is_not_read(served: Served) -> None:
    with served.open() as client:
        token = find_token(client)
        assert find_problem(client.post("/api/v1/undo", content=b"x" * 1_000_001, headers=token))["status"] == 413


def test_what_looks_like_a_secret_is_held_back_and_not_told(place: Place) -> None:
    # As if redaction had missed it: only the last look knows the rule.
    with serve(place) as one, one.open() as client:
        assert "MAIL_RELAY_HOST" in client.get("/").text
        name = "MAIL_RELAY_HOST"
        place.config.write_text(f"[[redaction.rules]]\nname = 'relay'\npattern = '{name}'\n", encoding="utf-8")
        for path in ("/api/v1/issues", "/"):
            answer = client.get(path)
            assert answer.status_code == 500
            assert "relay" in answer.text
            assert name not in answer.text
        assert find_problem(client.get("/api/v1/issues"))["title"] == "held back"
        place.config.unlink()
        assert client.get("/").status_code == 200


def test_a_plan_is_looked_at_and_exactly_it_is_applied(tmp_path: Path) -> None:
    with open_desk(tmp_path) as filing:
        filing.configure()
        filing.remember(POT, TAP)
        (tmp_path / "garden.db").symlink_to(filing.state)
        with serve(Place(tmp_path), clock=lambda: parse_instant(NOW)) as one, one.open() as client:
            client.headers.update(find_token(client))
            assert client.get("/api/v1/state").json()["tracker"] == "acme/shop"

            plan = client.post("/api/v1/plans").raise_for_status().json()
            assert filing.repository.issues == {}
            assert plan["writes"] == len(plan["plan"]["actions"])
            applied = client.post(f"/api/v1/plans/{plan['digest']}/apply").raise_for_status().json()
            assert (applied["stopped"], {step["done"] for step in applied["actions"]}) == ("", {True})

            tickets = [issue["ticket"] for issue in client.get("/api/v1/issues").json()["issues"]]
            assert all(ticket.startswith("http") for ticket in tickets)
            assert client.post("/api/v1/plans").json()["writes"] == 0
            unknown = client.post(f"/api/v1/plans/{'0' * 32}/apply")
            assert "make a new one" in find_problem(unknown)["detail"]
