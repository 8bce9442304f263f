"""Where a page goes: asked for by name, or by the name of its file."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from log_gardener.cli.app import app
from log_gardener.cli.output import choose_form, choose_path
from log_gardener.errors import UsageError
from log_gardener.wiring import Format
from tests.unit.entries import tend
from tests.unit.test_html_page import ENTRIES


@pytest.mark.parametrize(
    ("form", "output", "chosen"),
    [
        ("html", "-", Format.HTML),
        ("html", "worklog.md", Format.HTML),
        ("", "worklog.html", Format.HTML),
        ("", "worklogs", Format.MARKDOWN),
    ],
)
def test_a_page_is_written_where_its_form_or_its_file_says_so(form: str, output: str, chosen: Format) -> None:
    assert choose_form(form, output) is chosen


def test_a_form_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"no format 'pdf'; this release writes markdown, json and html"):
        choose_form("pdf", "-")


@pytest.mark.parametrize(("form", "suffix"), [(Format.HTML, ".html"), (Format.JSON, ".json"), (Format.MARKDOWN, ".md")])
def test_in_a_folder_the_file_is_named_by_window_and_form(tmp_path: Path, form: Format, suffix: str) -> None:
    path = choose_path(str(tmp_path), tend(ENTRIES), form)

    assert path is not None
    assert (path.parent, path.suffix) == (tmp_path, suffix)


def test_tend_writes_a_page(tmp_path: Path) -> None:
    logs, page = tmp_path / "logs.json", tmp_path / "worklog.html"
    logs.write_text('{"severity": "ERROR", "textPayload": "no pot is left", "insertId": "a"}', encoding="utf-8")

    result = CliRunner().invoke(app, ["tend", str(logs), "--state", ":memory:", "--output", str(page)])

    assert result.exit_code == 0, result.output
    document = page.read_text(encoding="utf-8")
    assert document.startswith("<!DOCTYPE html>")
    assert document.endswith("</html>\n")
    assert "no pot is left" in document
