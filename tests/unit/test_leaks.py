"""The last look at what leaves: an escape hides nothing, and a hit is told by rule and place, never by what it is."""

import ast
import html
import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from log_gardener.cli.scanned import ScannedConsole
from log_gardener.errors import LeakError
from log_gardener.exits import leaks
from log_gardener.exits.leaks import check, clean, find_leaks
from log_gardener.exits.pieces import list_pieces
from log_gardener.exits.readings import Form, list_readings
from log_gardener.model.redaction import Leak
from log_gardener.renderers.html_text import embed_json, escape_html
from log_gardener.renderers.json_text import spell_json
from log_gardener.renderers.markdown import code, escape
from tests.shape.house import PACKAGE

MAIL = "mole@burrow.example"
_SECRET = re.compile(r"[\w+.-]+@[\w-]+\.[a-z]{2,}|/home/(?P<s>\w+)")


class Redactor:
    """Knows mail addresses and the names of homes: enough to see what the scan does with what it is told."""

    def find(self, text: str) -> list[tuple[str, int, int]]:
        return [("user" if one["s"] else "email", *one.span("s" if one["s"] else 0)) for one in _SECRET.finditer(text)]

    def text(self, text: str) -> str:
        return _SECRET.sub("<email:ab12>", text)

    def entry(self, value: Any) -> Any:
        return {name: "<password:ab12>" if name == "pin" else member for name, member in value.items()}


@pytest.fixture
def armed() -> Iterator[None]:
    leaks.arm(Redactor, ["/home/mole/logs"])
    yield
    leaks._SCAN.make, leaks._SCAN.redactor, leaks._SCAN.own = None, None, ()


@pytest.mark.parametrize(
    "spelt",
    [
        MAIL,
        escape(MAIL),
        f"**{escape(MAIL)}**",
        f"- **Source:** {code(MAIL)}",
        f"| count | {escape(MAIL)} |",
        code(MAIL),
        escape_html(MAIL),
        html.escape(MAIL).replace("@", "&#64;"),
        "".join(f"&#x{ord(letter):x};" for letter in MAIL),
        "".join(f"\\{letter}" if not letter.isalnum() else letter for letter in MAIL),
        "".join(f"\\u{ord(letter):04x}" for letter in MAIL),
        json.dumps(json.dumps(MAIL).replace("@", "\\u0040")),
        json.dumps(json.dumps(json.dumps({"a": MAIL}).replace("@", "\\u0040"))),
    ],
)
def test_a_secret_is_found_in_a_document_however_it_is_escaped(spelt: str) -> None:
    found = find_leaks(f"first line\nthen {spelt} and more", Redactor())
    found_alone = find_leaks(f"first line\n{spelt}", Redactor())

    assert {(leak.rule, leak.line) for leak in (*found, *found_alone)} == {("email", 2)}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "value",
    [
        {"title": MAIL},
        {MAIL: 1},
        {"title": [[["fine", f"to {MAIL}"]]]},
        {"title": json.dumps({"to": json.dumps(MAIL).replace("@", "\\u0040")})},
        {"title": escape(MAIL)},
    ],
)
@pytest.mark.parametrize("spell", [spell_json, embed_json, json.dumps])
def test_a_secret_is_found_in_json_however_it_is_escaped(spell: Any, value: object, indent: int | None) -> None:
    document = spell(value) if spell is embed_json else spell(value, indent=indent)

    assert [leak.rule for leak in find_leaks(document, Redactor())] == ["email"]
    assert [leak.rule for leak in find_leaks(document.replace("@", "\\u0040"), Redactor())] == ["email"]


def test_a_secret_is_found_in_a_block_of_json() -> None:
    document = f"## Cluster 3: pots\n\n```json\n{json.dumps({'a': MAIL}, indent=2)}\n```\n\n## Other\n"

    (leak,) = find_leaks(document.replace("@", "\\u0040"), Redactor())

    assert leak == Leak("email", 5, 9, "Cluster 3")


def test_a_secret_is_found_in_a_block_that_is_no_json_and_in_one_without_an_end() -> None:
    assert find_leaks(f"```\nto {MAIL}\n```", Redactor()) == [Leak("email", 2, 4)]
    assert find_leaks(f"fine\n```json\nto {MAIL}", Redactor()) == [Leak("email", 3, 4)]


def test_what_only_the_name_of_a_member_tells_is_found_in_an_entry() -> None:
    document = json.dumps({"clusters": [{"exemplars": [{"entry": {"pin": "1234"}}]}], "pin": "1234"})

    assert [(leak.rule, leak.field) for leak in find_leaks(document, Redactor())] == [
        ("password", "clusters[].exemplars[].entry")
    ]


def test_what_stands_beside_each_other_in_a_document_is_not_read_together() -> None:
    rows = "| mole@ | burrow.example |\n- mole@\n- burrow.example\n"

    assert find_leaks(rows, Redactor()) == []
    assert find_leaks(json.dumps(["mole@", "burrow.example"]), Redactor()) == []


@given(before=st.text('ab\\;` "{}', max_size=30), behind=st.text('ab\\&;` "{}', max_size=30))
def test_what_is_found_in_a_line_is_told_by_its_place(before: str, behind: str) -> None:
    text = f"fine\n{before} {MAIL} {behind}"

    (leak,) = find_leaks(text, Redactor())

    assert (leak.line, leak.column) == (2, len(before) + 2)


@given(text=st.text(max_size=200))
def test_every_letter_of_a_reading_is_somewhere_in_the_text(text: str) -> None:
    for form in Form:
        for reading in list_readings(text, form):
            assert all(0 <= reading.locate(at) < max(len(text), 1) for at in range(len(reading.text)))


@given(document=st.text('a|`~#*- \n{}[]",:\\1', max_size=200))
def test_every_piece_of_a_document_is_where_it_says_that_it_is(document: str) -> None:
    for piece in list_pieces(document):
        assert document[piece.offset : piece.offset + len(piece.text)] == piece.text


@given(document=st.text("ab|`~#*- \n", max_size=200))
def test_no_letter_of_a_document_is_in_no_piece(document: str) -> None:
    seen = {at for piece in list_pieces(document) for at in range(piece.offset, piece.offset + len(piece.text))}

    lines = [line for line in document.splitlines() if not line.strip().startswith(("```", "~~~"))]
    assert sum(document[at] in "ab" for at in seen) >= sum(letter in "ab" for line in lines for letter in line)


def test_a_number_is_a_leak_where_words_stand_beside_it_and_an_id_where_it_is_all() -> None:
    class Counting(Redactor):
        def find(self, text: str) -> list[tuple[str, int, int]]:
            return [("card", *one.span()) for one in re.finditer(r"[0-9]{16}", text)]

    number = "1234" * 4

    assert [leak.rule for leak in find_leaks(f"paid with {number}", Counting())] == ["card"]
    assert find_leaks(json.dumps({"insertId": number}), Counting()) == []
    assert find_leaks(f"Entry `{number}`:", Counting()) == []
    assert [leak.rule for leak in find_leaks(json.dumps({"insertId": f"paid with {number}"}), Counting())] == ["card"]


def test_what_is_left_of_a_mark_that_was_cut_is_no_leak() -> None:
    class Cutting(Redactor):
        def find(self, text: str) -> list[tuple[str, int, int]]:
            return [("token", *one.span()) for one in re.finditer(r"(?<==)\S+", text)]

    assert find_leaks("token=<token:ab12>%2…", Cutting()) == []
    assert [leak.rule for leak in find_leaks("token=<token:ab12>hunter2", Cutting())] == ["token"]


def test_halves_of_letters_are_no_end_of_the_scan() -> None:
    assert [leak.rule for leak in find_leaks(f"\ud800 {MAIL}", Redactor())] == ["email"]


def test_the_field_of_a_leak_in_json_is_its_path() -> None:
    text = json.dumps({"a": [1, {"b": "x"}], "clusters": [{"title": "fine"}, {"title": f"to {MAIL}"}]}, indent=2)

    (leak,) = find_leaks(text, Redactor())

    assert leak.field == "clusters[].title"


@pytest.mark.parametrize("name", [MAIL, "token9", "Mixed", "a" * 40])
def test_a_path_names_nothing_that_the_logs_have_named(name: str) -> None:
    text = json.dumps({"exemplars": [{"entry": {name: {"deep": MAIL}}}], "other": {name: MAIL}})

    assert {leak.field for leak in find_leaks(text, Redactor())} == {"exemplars[].entry"}
    assert {leak.field for leak in find_leaks(json.dumps({"other": {name: MAIL}}), Redactor())} == {"other"}


def test_the_field_of_a_leak_in_a_document_is_its_section() -> None:
    text = f"# Worklog - (x)\n\n## Cluster 12: Pot of mole is dry\n\nto {MAIL}\n"

    assert [leak.field for leak in find_leaks(text, Redactor())] == ["Cluster 12"]


@pytest.mark.usefixtures("armed")
def test_what_is_stopped_is_told_by_rule_and_place_and_never_by_what_it_is() -> None:
    with pytest.raises(LeakError) as stopped:
        check(f"fine\nto {MAIL}", "the worklog", after="What to know")

    told = str(stopped.value)
    assert "the worklog is not written" in told
    assert "email at 2:4" in told
    assert "redaction.allowed" in told
    assert told.endswith("What to know")
    assert "mole" not in told
    assert "burrow" not in told


@pytest.mark.usefixtures("armed")
def test_many_leaks_are_counted_behind_the_first_five() -> None:
    with pytest.raises(LeakError, match="; and 3 more") as stopped:
        check("\n".join([MAIL] * 8), "the worklog")

    assert str(stopped.value).count("email at") == 5


@pytest.mark.usefixtures("armed")
def test_a_name_that_the_operator_gave_is_shown_to_him_and_to_nobody_else() -> None:
    told = "/home/mole/logs/today.json is read"

    check(told, "a table", is_public=False)
    with pytest.raises(LeakError):
        check(told, "the worklog")
    with pytest.raises(LeakError):
        check("/home/badger/logs/today.json", "a table", is_public=False)


def test_before_the_settings_are_read_nothing_is_scanned() -> None:
    check(MAIL, "help")


@pytest.mark.usefixtures("armed")
def test_a_message_is_told_redacted_where_it_would_be_stopped() -> None:
    assert clean("the state is locked") == "the state is locked"
    assert clean(f"{MAIL} may not") == "<email:ab12> may not"
    assert clean("mole\\u0040burrow.example") == "failed; why is not shown, because it holds what looks like a secret"


def make_console() -> ScannedConsole:
    return ScannedConsole(file=StringIO(), width=30)


def read(console: ScannedConsole) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.usefixtures("armed")
def test_a_terminal_shows_what_is_clean() -> None:
    console = make_console()

    console.print(Text("fine"), "[bold]and well[/]")
    console.print()

    assert read(console) == "fine and well\n\n"


@pytest.mark.usefixtures("armed")
@pytest.mark.parametrize("shown", [MAIL, Text(MAIL), Text.assemble("mole", ("@burrow.example", "bold"))])
def test_a_terminal_shows_nothing_of_a_line_with_a_secret(shown: object) -> None:
    console = make_console()

    with pytest.raises(LeakError):
        console.print("before", shown)

    assert read(console) == ""


@pytest.mark.usefixtures("armed")
def test_a_secret_that_a_table_would_fold_is_found_in_its_column() -> None:
    console, table = make_console(), Table()
    table.add_column("issue", width=6, overflow="fold")
    table.add_row(Text("fine"))
    table.add_row(Text(MAIL))

    with pytest.raises(LeakError, match=r"email at 3:1 \(issue\)"):
        console.print(table)

    assert read(console) == ""


@pytest.mark.usefixtures("armed")
def test_an_output_of_many_lines_is_shown_whole_or_not_at_all() -> None:
    console = make_console()

    with pytest.raises(LeakError), console.whole():
        print_all(console, "the first line", MAIL)
    assert read(console) == ""

    with console.whole():
        console.print("the first line")
        console.print("the second")
    assert read(console) == "the first line\nthe second\n"


def print_all(console: ScannedConsole, *lines: str | None) -> None:
    for line in lines:
        console.print(line.strip())  # type: ignore[union-attr]


@pytest.mark.usefixtures("armed")
def test_what_fails_in_the_middle_of_an_output_shows_nothing_of_it() -> None:
    console = make_console()

    with pytest.raises(AttributeError), console.whole():
        print_all(console, "the first line", None)

    assert read(console) == ""
    console.print("and it goes on")
    assert read(console) == "and it goes on\n"


def test_leaks_are_in_order_of_their_places() -> None:
    found = find_leaks(f"/home/vole\n{MAIL} /home/vole {MAIL}", Redactor())

    assert found == [Leak("user", 1, 7), Leak("email", 2, 1), Leak("user", 2, 27)]


# What writes past the scan, by file, and why it may.
PAST_THE_SCAN = {
    "leaks.py": "the scan itself",
    "scanned.py": "the same",
    "output.py": "documents, which are scanned before; and the doctor's console",
    "app.py": "the version",
    "diagnosed.py": "what the operator's own accounts and places are called",
    "doctor.py": "the same",
    "filing.py": "asks whether it is a terminal",
    "main.py": "closes it where its reader went away",
    "redact.py": "what has just been redacted, and numbers",
}


WRITERS = {"typer.echo", "print", "sys.stdout", "sys.stderr", "sys.stdout.buffer", "output.stdout"}


def list_writers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        spelt = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""
        if spelt in WRITERS:
            yield spelt


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda path: path.name)
def test_no_command_writes_past_the_scan(path: object) -> None:
    source = (PACKAGE / "cli" / getattr(path, "name", "")).read_text(encoding="utf-8")
    made = re.findall(r"(?<!Scanned)\bConsole\(", source)

    assert getattr(path, "name", "") in PAST_THE_SCAN or [*list_writers(ast.parse(source)), *made] == []
