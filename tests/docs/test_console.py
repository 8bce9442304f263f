from pathlib import Path

import pytest

from tests.docs.console import LANGUAGE, make_folder, replay
from tests.docs.pages import find_blocks, find_pages, name

PAGES = [page for page in find_pages() if find_blocks(page, LANGUAGE)]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_of_a_page_prints_what_the_page_shows(page: Path) -> None:
    with make_folder() as folder:
        for block in find_blocks(page, LANGUAGE):
            assert replay(block, folder) == block.text, "python -m tests.docs.console puts today's output in"
