"""What tells of a template why it is in its issue: its keys, its frames, its tie to the root."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; of what was remembered before they are empty."""
    for name in ("service", "resource", "frames", "tie"):
        op.add_column("fingerprints", sa.Column(name, sa.Text, nullable=False, server_default=""))
