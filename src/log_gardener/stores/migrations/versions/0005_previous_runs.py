"""What a run was asked for, so that the one before it is found, and a number that changes with the state."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns and the table; of earlier runs nobody knows what they were asked for."""
    op.add_column("runs", sa.Column("scope", sa.String(64), nullable=False, server_default=""))
    for name in ("window_start_nanos", "window_end_nanos"):
        op.add_column("runs", sa.Column(name, sa.BigInteger))
    op.create_index("ix_runs_scope_window_end_nanos", "runs", ["scope", "window_end_nanos"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
