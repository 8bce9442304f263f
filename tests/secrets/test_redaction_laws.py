"""What holds for any text: redaction is idempotent, keyed, the same everywhere, and changes nothing else."""

import io
import itertools
import json
import re
import zlib
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener._core import Redactor
from tests.secrets.bare_contexts import BARE_CONTEXTS
from tests.secrets.clean import read_clean_documents, read_clean_lines
from tests.secrets.json_contexts import JSON_CONTEXTS
from tests.secrets.kinds import KINDS
from tests.secrets.named_contexts import NAMED_CONTEXTS
from tests.secrets.pairs import NEUTRAL, plant_all
from tests.secrets.recall import WAYS
from tests.secrets.secret import Kind

MARK = re.compile(r"<([a-z0-9-]+):([0-9a-f]{4,})>")
REDACTOR = Redactor(b"a key of the tests")
OTHER = Redactor(b"another key of the tests")
# Those that have a name in their own spelling have it outside of the mark.
TOKENS = [kind for kind in KINDS if "token" in kind.roles and "=" not in kind.make(Random(0)).text]
# Encodings make other bytes of a secret, and what others stand in may be a secret of its own.
ENCODED = re.compile("percent|form-encoded|address|user with|user of|twice escaped|cut off within")


@cache
def list_planted() -> list[str]:
    return [one.text for one in plant_all(seed=3)]


def planted_texts() -> st.SearchStrategy[str]:
    return st.builds(lambda at: list_planted()[at % len(list_planted())], st.integers(0, 10**6))


# What the rules look at, in any order.
SIGNS = st.sampled_from([*"=:/@.,;\"'<>{}[]()&?%\\ \n\t-_+~$#|", "\\n", '\\"', "%3D", "\x1b[1m", "\u200b", "密", "🔑"])
WORDS = st.sampled_from(
    [
        *(
            "password",
            "token",
            "Bearer",
            "Authorization",
            "api_key",
            "secret",
            "Cookie",
            "eyJ",
            "https://",
            "PRIVATE KEY",
        ),
        *(
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----END RSA PRIVATE KEY-----",
            "10.0.0.5",
            "8.8.4.",
            "+49",
            "/home/",
            "AKIA",
        ),
        *("ann", "a1B2c3D4e5F6g7H8", "0f" * 16, "<token:ab12>", "<password:", ":ab12>", "<email:0000>", "4111 1111"),
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.lists(st.one_of(SIGNS, WORDS, st.text(max_size=6)), max_size=30).map("".join),
    planted_texts(),
    st.lists(st.one_of(planted_texts(), SIGNS, WORDS), max_size=6).map("".join),
)


@settings(max_examples=400)
@given(text=TEXTS)
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = REDACTOR.text(text)

    assert REDACTOR.text(once) == once
    assert REDACTOR.find(once) == []


@pytest.mark.parametrize("way", WAYS)
def test_redacting_every_planted_text_twice_is_redacting_it_once(way: str) -> None:
    redact = WAYS[way]
    texts = [one.text for one in plant_all(seed=3) if way != "json" or one.context.is_json]

    once = [redact(REDACTOR, text) for text in texts]

    assert [two for one, two in zip(once, (redact(REDACTOR, one) for one in once), strict=True) if one != two] == []


@settings(max_examples=200)
@given(content=st.one_of(st.binary(), TEXTS.map(str.encode)))
def test_a_stream_that_was_redacted_is_not_changed_again(content: bytes) -> None:
    once = stream(content)

    assert stream(once) == once


def stream(content: Any) -> bytes:
    written: list[bytes] = []
    REDACTOR.stream(content, written.append)
    return b"".join(written)


class Trickle(io.RawIOBase):
    """A file that gives as much as it likes."""

    def __init__(self, content: bytes, sizes: Random) -> None:
        self._file, self._sizes = io.BytesIO(content), sizes

    def read(self, size: int = -1, /) -> bytes:
        return self._file.read(min(self._sizes.randint(1, 50), size if size > 0 else 50))


@settings(max_examples=100)
@given(lines=st.lists(planted_texts(), max_size=8), seed=st.integers(0, 99))
def test_a_stream_is_the_same_however_it_comes(lines: list[str], seed: int) -> None:
    content = "\n".join(lines).encode()
    packed = zlib.compressobj(wbits=31)

    whole = stream(content)

    assert stream(Trickle(content, Random(seed))) == whole
    assert stream(packed.compress(content) + packed.flush()) == whole


@pytest.mark.parametrize(
    "name", ["remoteIp", "client_ip", "user-agent", "principalSubject", "credit_card", "pan", "SMS"]
)
@pytest.mark.parametrize("value", ["10.0.0.1", "5551234", "Ann"])
def test_a_line_of_json_is_redacted_as_an_entry_is_though_only_a_name_tells(name: str, value: str) -> None:
    line = json.dumps({"at": 1, "caller": {name: value}})

    assert stream(line.encode()).decode() == REDACTOR.json(line)


def test_clean_lines_go_through_a_stream_byte_by_byte() -> None:
    content = "\n".join([*read_clean_lines(), *read_clean_documents()]).encode()

    assert stream(content) == content
    assert stream(content + b"\r\n") == content + b"\r\n"
    assert stream(b"\xff\xfe is no text\n") == b"\xff\xfe is no text\n"


def test_a_stream_tells_what_it_replaced() -> None:
    content = b"ok\nsee ann@shop.example.com and bob@shop.example.com\nok\n"

    told = REDACTOR.stream(content, lambda _: None)

    assert (told.lines, told.bytes, dict(told.replaced)) == (3, len(content), {"email": 2})


def find_marks(redactor: Redactor, text: str) -> list[tuple[str, str]]:
    redacted = redactor.json(text) if text.startswith("{") else None
    return MARK.findall(redacted or redactor.text(text))


# Base64 has slashes: what of a path is behind such a token cannot be told from it, and goes with it.
HOLDS_SLASHES = {"stripe webhook secret", "sentry token", "grafana token", "1password token", "fly token"}


@pytest.mark.parametrize("kind", TOKENS, ids=lambda kind: kind.name)
def test_a_token_has_the_same_mark_wherever_it_stands(kind: Kind) -> None:
    secret = kind.make(Random(4))
    contexts = [one for one in (*BARE_CONTEXTS, *NAMED_CONTEXTS, *JSON_CONTEXTS) if one.takes(kind, secret)]
    if kind.name in HOLDS_SLASHES:
        contexts = [one for one in contexts if one.name != "part of a path"]
    texts = {one.name: one.plant(secret, NEUTRAL[0]) for one in contexts if not ENCODED.search(one.name)}

    marks = {name: set(find_marks(REDACTOR, text)) for name, text in texts.items()}

    usual = set(find_marks(REDACTOR, f"upstream refused {secret.text} now"))
    assert len(usual) == 1
    assert {name: found for name, found in marks.items() if found != usual} == {}


@pytest.mark.parametrize("kind", [one for one in KINDS if "named" in one.roles], ids=lambda kind: kind.name)
def test_a_named_secret_has_the_same_mark_wherever_it_stands(kind: Kind) -> None:
    secret = next(made for seed in range(99) if (made := kind.make(Random(seed))).text.isalnum() or seed > 90)
    contexts = [one for one in (*NAMED_CONTEXTS, *JSON_CONTEXTS) if one.takes(kind, secret)]
    texts = {one.name: one.plant(secret) for one in contexts if not ENCODED.search(one.name)}

    marks = {name: set(find_marks(REDACTOR, text)) for name, text in texts.items()}

    usual = set(find_marks(REDACTOR, json.dumps({secret.name.replace(" ", "_"): secret.text})))
    assert len(usual) == 1
    assert {name: found for name, found in marks.items() if found != usual} == {}


def test_marks_of_different_secrets_differ() -> None:
    texts = {f"refused {kind.make(Random(seed)).text} now" for kind in TOKENS for seed in range(3)}

    marks = [mark for text in texts for mark in find_marks(REDACTOR, text)]

    # A mark is short, so that two of some hundreds may be the same by chance.
    assert len(marks) > len(TOKENS)
    assert len(set(marks)) > 0.98 * len(marks)


def test_marks_are_made_with_the_key() -> None:
    texts = [f"refused {kind.make(Random(5)).text} now" for kind in TOKENS]

    pairs = [(find_marks(REDACTOR, text), find_marks(OTHER, text)) for text in texts if find_marks(REDACTOR, text)]

    assert len(pairs) > len(TOKENS) / 2
    assert all([kind for kind, _ in ours] == [kind for kind, _ in theirs] for ours, theirs in pairs)
    assert sum(ours == theirs for ours, theirs in pairs) <= 1


@settings(max_examples=300)
@given(text=TEXTS)
def test_what_holds_something_is_changed_and_what_holds_nothing_stays(text: str) -> None:
    found = REDACTOR.find(text)
    places = [place for _, start, end in found for place in (start, end)]

    redacted = REDACTOR.text(text)

    assert places == sorted(places)
    assert {rule for rule, *_ in found} <= {kind for kind, _ in Redactor.kinds()}
    # Beside a mark, a find is none: see `Redactor.find`.
    if not MARK.search(text):
        assert bool(found) == (redacted != text)


@settings(max_examples=300)
@given(text=TEXTS, cuts=st.lists(st.integers(0, 400), max_size=5))
def test_parts_joined_are_the_whole(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    parts = [text[start:end] for start, end in itertools.pairwise(places)]

    redacted = REDACTOR.parts(parts)

    assert len(redacted) == len(parts)
    assert "".join(redacted) == REDACTOR.text(text)


NAMES = st.one_of(st.text(max_size=8), st.sampled_from(["message", "id", "count", "password", "authorization", "a"]))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


def have_one_structure(before: Any, after: Any) -> bool:
    """Whether only texts differ, and what a secret's name makes a secret."""
    if isinstance(before, dict) and isinstance(after, dict):
        return len(before) == len(after) and all(map(have_one_structure, before.values(), after.values()))
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(have_one_structure, before, after))
    if isinstance(before, str):
        return isinstance(after, str)
    return bool(before == after) or (isinstance(after, str) and bool(MARK.fullmatch(after)))


@settings(max_examples=300)
@given(value=VALUES)
def test_a_document_keeps_its_structure(value: Any) -> None:
    redacted = REDACTOR.json(json.dumps(value))

    assert redacted is not None
    assert have_one_structure(value, json.loads(redacted))


@pytest.mark.slow
@settings(max_examples=200)
@given(value=VALUES)
def test_redacting_a_document_twice_is_redacting_it_once(value: Any) -> None:
    once = REDACTOR.json(json.dumps(value))

    assert once is not None
    assert REDACTOR.json(once) == once


@pytest.mark.parametrize("text", ["", "no JSON", "{", '{"a":1}}', "{'a': 1}", '{"a":1} {"b":2}'])
def test_what_is_no_document_is_told(text: str) -> None:
    assert REDACTOR.json(text) is None


def test_numbers_and_the_order_of_members_stay_as_they_are_spelt() -> None:
    text = '{"z":1.50,"a":1e3,"m":12345678901234567890123,"n":-0.0,"b":[true,null],"message":"ann@shop.example.com"}'

    redacted = REDACTOR.json(text)

    assert redacted is not None
    assert list(json.loads(redacted)) == ["z", "a", "m", "n", "b", "message"]
    assert all(spelt in redacted for spelt in ("1.50", "1e3", "12345678901234567890123", "-0.0"))
