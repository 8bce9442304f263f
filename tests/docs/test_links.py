from pathlib import Path

import pytest

from tests.docs.pages import find_anchors, find_links, find_pages, name


@pytest.mark.parametrize("page", find_pages(), ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    lost = [path for path, _ in find_links(page) if not (page.parent / path).exists()]

    assert lost == []


@pytest.mark.parametrize("page", find_pages(), ids=name)
def test_every_anchor_is_a_heading(page: Path) -> None:
    linked = ((page.parent / path if path else page, anchor) for path, anchor in find_links(page) if anchor)
    lost = [
        f"{target.name}#{anchor}"
        for target, anchor in linked
        if target.suffix == ".md" and anchor not in find_anchors(target)
    ]

    assert lost == []
