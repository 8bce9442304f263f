"""Addresses of lines and commits in the repository."""

import re

import pytest

from log_gardener.errors import ConfigError
from log_gardener.model.cluster import Location, RevisionSpan
from log_gardener.renderers.permalink import CodeHost
from tests.hostile.corpus import read_texts

HOST = CodeHost(
    "https://github.com/acme/shop.git",
    {"web-1": "0123abc", "web-2": "fedc987"},
    {"/srv": "all", "/srv/web/": "frontend", "/app": ""},
)


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("src/settings.ts", "src/settings.ts"),
        ("./src/settings.ts", "src/settings.ts"),
        ("main.go", "main.go"),
        ("/srv/web/src/a.ts", "frontend/src/a.ts"),
        ("/srv/api/a.py", "all/api/a.py"),
        ("/app/cart.py", "cart.py"),
        ("/application/cart.py", ""),
        ("/usr/lib/python3/json.py", ""),
        ("eu.flowershop.mailer.Templates", ""),
        ("/app/../../etc/x.py", ""),
        ("a//b.py", ""),
        ("C:\\shop\\Cart.cs", ""),
        ("a b/c.py", "a b/c.py"),
        ("", ""),
    ],
)
def test_a_file_is_found_in_the_repository_by_the_longest_root_that_fits(file: str, path: str) -> None:
    assert HOST.find_path(file) == path


def test_a_line_is_linked_as_a_commit_has_it() -> None:
    base = "https://github.com/acme/shop/blob/0123abc"

    assert HOST.link_line(Location(None, "f", 8, "/app/a b/c#1.py"), "0123abc") == f"{base}/a%20b/c%231.py#L8"
    assert HOST.link_line(Location(None, "f", None, "cart.py"), "0123abc") == f"{base}/cart.py"


@pytest.mark.parametrize("host", [HOST, CodeHost()])
def test_nothing_is_linked_where_something_is_not_known(host: CodeHost) -> None:
    assert host.link_line(Location("shop.cart", "f", 8, None), "0123abc") == ""
    assert host.link_line(Location(None, "f", 8, "cart.py"), "") == ""
    assert host.link_commit("web-9") == ""
    assert CodeHost().link_line(Location(None, "f", 8, "cart.py"), "0123abc") == ""


def test_the_commit_is_that_of_the_known_revision_that_was_seen_last() -> None:
    rows = [RevisionSpan("web-1", 1, 0, 30), RevisionSpan("web-2", 1, 10, 20), RevisionSpan("web-9", 1, 40, 50)]

    assert HOST.find_commit(rows) == "0123abc"
    assert HOST.find_commit(rows[1:]) == "fedc987"
    assert HOST.find_commit(rows[2:]) == ""
    assert HOST.link_commit("web-2") == "https://github.com/acme/shop/commit/fedc987"


@pytest.mark.parametrize(
    "url", ["github.com/acme/shop", "https://github.com", "https://a b/c", "javascript:x/y", "https://x/y)z"]
)
def test_an_address_that_is_none_of_a_repository_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="is no address of a repository; write for example"):
        CodeHost(url)


@pytest.mark.parametrize("commit", ["", "main", "0123AB", "012345", "0123456/../x", "0123456\n"])
def test_a_commit_that_is_none_is_refused_and_named(commit: str) -> None:
    with pytest.raises(ConfigError, match=re.escape("the commit of revision web-1, is none")):
        CodeHost("https://github.com/acme/shop", {"web-1": commit})


@pytest.mark.parametrize("text", read_texts())
def test_whatever_a_log_calls_a_file_its_address_stays_in_the_repository_at_that_commit(text: str) -> None:
    for file in (text, f"{text}/a.py", f"/app/{text}.py"):
        address = HOST.link_line(Location(None, None, 1, file), "0123abc")

        assert re.fullmatch(r"(?:https://github\.com/acme/shop/blob/0123abc/[\w/.~%-]+#L1)?", address)
        assert "/../" not in address
