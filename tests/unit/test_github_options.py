"""Which repository of GitHub is meant, and that no secret goes where it should not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from log_gardener.errors import UsageError
from log_gardener.trackers.github.etags import EtagCache
from log_gardener.trackers.github.options import GitHubOptions, check_options
from log_gardener.trackers.github.tracker import GitHubTracker
from log_gardener.trackers.github.wire import Call, Reply, Wire

OPTIONS = GitHubOptions("Acme/Shop", token="ghp_secret0123456789")  # noqa: S106 - of no account


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://api.github.com", "github.com/acme/shop"),
        ("https://api.github.com/", "github.com/acme/shop"),
        ("https://api.acme.ghe.com", "acme.ghe.com/acme/shop"),
        ("https://Git.Acme.example/api/v3", "git.acme.example/acme/shop"),
        ("https://api.acme.example/api/v3", "api.acme.example/acme/shop"),
        ("https://git.acme.example:8443/api/v3", "git.acme.example:8443/acme/shop"),
        ("http://127.0.0.1:8080/api/v3", "127.0.0.1:8080/acme/shop"),
    ],
)
def test_a_tracker_is_named_by_the_host_that_people_know(base_url: str, name: str) -> None:
    assert replace(OPTIONS, base_url=base_url).name == name


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"repository": "shop"}, "owner/name"),
        ({"repository": "https://github.com/acme/shop"}, "owner/name"),
        ({"repository": "acme/shop/issues"}, "owner/name"),
        ({"repository": "acme/.."}, "owner/name"),
        ({"repository": "acme/../user"}, "owner/name"),
        ({"repository": "acme/shop?x"}, "owner/name"),
        ({"base_url": "github.com"}, "base_url"),
        ({"base_url": "ftp://github.com"}, "base_url"),
        ({"base_url": "https://me:secret@github.com"}, "base_url"),
        ({"base_url": "http://git.acme.example/api/v3"}, "unencrypted"),
        ({"token": ""}, "GITHUB_TOKEN"),
        ({"token": "", "app_id": "1"}, "app_key"),
        ({"installation_id": "mine"}, "installation_id"),
    ],
)
def test_options_that_name_nothing_are_refused(changed: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        check_options(replace(OPTIONS, **changed))  # type: ignore[arg-type] # all of these are texts


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(replace(OPTIONS, private_key="a secret key"))


def test_a_private_key_that_is_none_is_refused_without_repeating_it() -> None:
    options = GitHubOptions("acme/shop", app_id="1", private_key="-----BEGIN no key-----")

    with pytest.raises(UsageError) as caught:
        GitHubTracker(options, lambda: datetime(2025, 9, 24, tzinfo=UTC))
    assert "PEM" in str(caught.value)
    assert "no key" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("https://api.github.com/repositories/1", True),
        ("https://api.github.com:443/repositories/1", True),
        ("https://API.github.com/repositories/1", True),
        ("http://api.github.com/repositories/1", False),
        ("https://api.github.com:444/repositories/1", False),
        ("https://api.github.com.evil.example/", False),
        ("https://evil.example/api.github.com", False),
        ("//evil.example/", False),
        ("/repositories/1", False),
        ("", False),
    ],
)
def test_the_token_goes_to_the_host_of_the_api_only(url: str, *, is_own: bool) -> None:
    assert Wire(OPTIONS).is_own(url) is is_own


def test_as_many_answers_are_kept_as_were_asked_for_last() -> None:
    cache = EtagCache(most=2)
    calls = [Call("GET", f"/{index}") for index in range(3)]
    for call in calls[:2]:
        cache.take(call, Reply(200, {"etag": call.path}, call.path))
    cache.take(calls[0], Reply(304, {}))
    cache.take(calls[2], Reply(200, {"etag": calls[2].path}, calls[2].path))

    assert [cache.find_etag(call) for call in calls] == ["/0", "", "/2"]
    assert cache.take(calls[0], Reply(304, {})).payload == "/0"


def test_an_answer_that_is_gone_is_forgotten() -> None:
    cache = EtagCache()
    call = Call("GET", "/1")
    cache.take(call, Reply(200, {"etag": "a"}, "there"))
    cache.take(call, Reply(404, {}))

    assert cache.find_etag(call) == ""


def test_the_same_path_with_other_parameters_is_another_answer() -> None:
    cache = EtagCache()
    cache.take(Call("GET", "/1", {"state": "all"}), Reply(200, {"etag": "a"}))

    assert cache.find_etag(Call("GET", "/1", {"state": "open"})) == ""
