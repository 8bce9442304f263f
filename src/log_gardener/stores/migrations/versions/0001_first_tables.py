"""The first tables.

Written out and not taken from `schema`, which will move on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "issues",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("priority", sa.String(2), nullable=False),
        sa.Column("severity", sa.String(9), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_nanos", sa.BigInteger),
        sa.Column("last_nanos", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_issues"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("generated_nanos", sa.BigInteger, nullable=False),
        sa.Column("worklog", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    _create_children()


def _create_children() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("issue_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("module", sa.Text, nullable=False),
        sa.Column("function", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_fingerprints"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_fingerprints_issue_id_issues"),
    )
    op.create_index("ix_fingerprints_issue_id", "fingerprints", ["issue_id"])
    op.create_table(
        "buckets",
        sa.Column("issue_id", sa.String(64), nullable=False),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("issue_id", "minute", name="pk_buckets"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_buckets_issue_id_issues"),
    )
    op.create_table(
        "sightings",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("issue_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "issue_id", name="pk_sightings"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_sightings_run_id_runs"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_sightings_issue_id_issues"),
    )
    op.create_index("ix_sightings_issue_id", "sightings", ["issue_id"])
    op.create_table(
        "identities",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "hour", name="pk_identities"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_identities_run_id_runs"),
    )


def downgrade() -> None:
    """Drop the tables, children first."""
    for name in ("identities", "sightings", "buckets", "fingerprints", "runs", "issues"):
        op.drop_table(name)
