"""Pages that are made from code have all of it."""

import json
import re
from pathlib import Path
from typing import Any

import log_gardener
from docs.site import api, drawing, mistakes, options, python, schema, settings
from docs.site.places import find_place, relink
from docs.site.shots import BYTES_AT_MOST, PICTURES, find_names
from log_gardener import errors
from tests.docs.pages import DOCS, README, ROOT, find_pages
from tests.docs.surface import find_commands, find_options
from tests.docs.test_settings import SETTINGS

_PICTURE = re.compile(r"!\[(?P<text>[^\]]*)\]\((?P<path>[^)\s]+)\)")


def find_section(page: str, heading: str) -> str:
    return page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_every_command_and_every_option_is_in_the_page_of_options() -> None:
    page = options.make_page()
    commands = find_commands()

    assert {name for name in commands if not find_section(page, f"`{name}`")} == set()
    assert [
        (name, option)
        for name, command in commands.items()
        for option in find_options(command)
        if f"| `{option}`" not in find_section(page, f"`{name}`")
    ] == []


def test_every_setting_is_in_the_page_of_settings_with_its_variable() -> None:
    page = settings.make_page()
    variables = {"LOG_GARDENER_" + name.replace(".", "__").upper() for name in SETTINGS}
    tables = {variable for variable in variables if f"`{variable.rpartition('__')[0]}` |" in page}

    assert {variable for variable in variables - tables if f"`{variable}`" not in page} == set()


def test_every_error_is_in_the_page_of_errors_with_what_it_means() -> None:
    page = mistakes.make_page()

    assert [name for name in errors.__all__ if not re.search(rf"^\| `{name}` \| `\w+` \| \w", page, re.MULTILINE)] == []


def test_every_public_name_is_in_the_page_of_python_with_its_docstring() -> None:
    page = python.make_page()

    assert [name for name in log_gardener.__all__ if not find_section(page, f"`{name}`").strip()] == []


def test_arguments_are_shown_with_types_and_defaults() -> None:
    shown = find_section(python.make_page(), "`tend`")

    assert "    *sources: str | Path,\n    since: str | None = None,\n" in shown
    assert "**Raises**\n\n- `UsageError`: an argument cannot be." in shown


def test_every_key_of_the_schema_is_in_its_page() -> None:
    page = schema.make_page()
    root: dict[str, Any] = json.loads(schema.SCHEMA.read_text(encoding="utf-8"))
    parts = [root, *root["$defs"].values()]

    assert [path for part in parts for path, _, _ in schema.find_keys(part) if f"| `{path}` |" not in page] == []
    assert [name for name in root["$defs"] if f"\n## `{name}`\n" not in page] == []


def test_every_call_and_every_shape_of_the_api_is_in_its_page() -> None:
    page = api.make_page()
    described: dict[str, Any] = json.loads(api.OPENAPI.read_text(encoding="utf-8"))
    calls = [f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods]

    assert calls
    assert [call for call in calls if not find_section(page, f"`{call}`")] == []
    assert [name for name in described["components"]["schemas"] if f"\n### `{name}`\n" not in page] == []


def test_every_room_of_the_house_is_in_the_picture() -> None:
    rooms = {path.stem for path in (ROOT / "src" / "log_gardener").iterdir() if path.suffix in {"", ".py"}}
    picture = drawing.draw_rooms()

    assert {room for room in rooms - {"__init__", "__pycache__"} if f">{room}</text>" not in picture} == set()


def test_a_link_out_of_the_folder_leads_to_where_the_site_has_it() -> None:
    text = relink("[a](../SECURITY.md#limits) [b](../src/x.py) [c](memory.md#status) `[d](../x.md)`", "redaction.md")

    assert text.startswith("[a](explanation/security.md#limits) b [c](memory.md#status)")
    assert relink("```\n[a](../SECURITY.md)\n```", "redaction.md") == "```\n[a](../SECURITY.md)\n```"
    assert relink("[a](docs/memory.md)", "explanation/architecture.md") == "[a](../memory.md)"
    assert find_place("docs/site/hook.py") == ""


def find_shown(page: Path) -> list[tuple[str, Path]]:
    """The pictures that a page shows, with what is said to who cannot see them."""
    found = _PICTURE.finditer(page.read_text(encoding="utf-8"))
    return [(match["text"], (page.parent / match["path"]).resolve()) for match in found]


def test_every_picture_is_one_that_the_script_takes() -> None:
    shown = [row for page in (README, *DOCS.rglob("*.md")) for row in find_shown(page)]
    ours = [path for _, path in shown if path.parent == PICTURES]

    assert {path.name for path in ours} - set(find_names()) == set()
    assert [path for path in ours if not path.is_file()] == []
    assert [path for text, path in shown if not text] == []


def test_the_pictures_are_all_that_the_script_takes_and_are_small() -> None:
    kept = sorted(PICTURES.iterdir())

    assert sorted(path.name for path in kept) == sorted(find_names())
    assert [path.name for path in kept if path.stat().st_size > BYTES_AT_MOST] == []


def test_a_picture_that_nobody_sees_is_not_kept() -> None:
    shown = {path for page in find_pages() for _, path in find_shown(page)}

    assert {path.name for path in PICTURES.iterdir()} - {path.name for path in shown} == set()
