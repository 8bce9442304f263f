"""The ledger: tickets that are ours, and every step towards them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables; what is remembered stays."""
    op.create_table(
        "tickets",
        sa.Column("tracker", sa.String(255), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("issue", sa.String(64), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("closed_nanos", sa.BigInteger),
        sa.Column("told", sa.Text),
        sa.Column("links", sa.Text, nullable=False),
        sa.Column("edited_nanos", sa.BigInteger, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("folded_into", sa.String(64), nullable=False),
        sa.Column("fate", sa.String(16)),
        sa.PrimaryKeyConstraint("tracker", "number", name="pk_tickets"),
    )
    op.create_table(
        "steps",
        sa.Column("tracker", sa.String(255), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("issue", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("nanos", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tracker", "plan", "position", name="pk_steps"),
    )
    op.create_index("ix_steps_state_nanos", "steps", ["state", "nanos"])
