import re

import pytest

from log_gardener.sources.google.roles import LEAST_ROLES
from tests.docs.pages import DOCS, find_blocks, find_rows

PAGE = DOCS / "sources" / "permissions.md"
ROWS = [row for row in find_rows(PAGE) if len(row) == 4 and row[2].startswith("roles/")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_permission_stands_beside_the_role_that_messages_name(row: list[str]) -> None:
    permissions = re.findall(r"[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+", row[1])

    assert permissions
    assert {LEAST_ROLES[permission] for permission in permissions} == {row[2]}


def test_every_role_that_a_command_grants_is_one_of_the_table() -> None:
    granted = {role for block in find_blocks(PAGE, "sh") for role in re.findall(r"--role=(roles/\S+)", block.text)}

    assert granted
    assert granted <= {row[2] for row in ROWS}
