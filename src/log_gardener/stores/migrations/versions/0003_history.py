"""History: rolled-up buckets, traffic, revisions, entities, exemplars, people's decisions, what a replay needs."""

import zlib

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the tables and columns; what is remembered stays."""
    _widen_issues()
    _widen_buckets()
    _widen_runs()
    _create_counts()
    _create_runs()
    _create_details()
    op.create_index("ix_identities_hour", "identities", ["hour"])


def _widen_issues() -> None:
    op.add_column("issues", sa.Column("trend", sa.String(10), nullable=False, server_default="new"))
    for name in ("mute_until_nanos", "mute_count", "resolved_nanos"):
        op.add_column("issues", sa.Column(name, sa.BigInteger))
    op.add_column("issues", sa.Column("resolved_revision", sa.Text))
    op.add_column("issues", sa.Column("locked", sa.String(2)))


def _widen_buckets() -> None:
    op.rename_table("buckets", "former_buckets")
    op.create_table(
        "buckets",
        sa.Column("issue_id", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("issue_id", "width", "minute", name="pk_minute_buckets"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_minute_buckets_issue_id_issues"),
    )
    op.execute(
        "INSERT INTO buckets (issue_id, width, minute, count) SELECT issue_id, 1, minute, count FROM former_buckets"
    )
    op.drop_table("former_buckets")
    op.create_index("ix_buckets_width_minute", "buckets", ["width", "minute"])


def _widen_runs() -> None:
    """The worklogs, compressed; a column cannot change its type in place everywhere."""
    connection = op.get_bind()
    former = connection.execute(sa.text("SELECT id, worklog FROM runs")).all()
    # Not in a batch: SQLite would make the table anew, which others refer to.
    op.drop_column("runs", "worklog")
    op.add_column("runs", sa.Column("worklog", sa.LargeBinary, nullable=False, server_default=""))
    op.add_column("runs", sa.Column("outcome", sa.String(16), nullable=False, server_default="observed"))
    op.add_column("runs", sa.Column("entries", sa.BigInteger, nullable=False, server_default="0"))
    for name in ("first_nanos", "last_nanos"):
        op.add_column("runs", sa.Column(name, sa.BigInteger))
    op.add_column("runs", sa.Column("digest", sa.String(64), nullable=False, server_default=""))
    op.add_column("runs", sa.Column("version", sa.Text, nullable=False, server_default=""))
    op.add_column("runs", sa.Column("replay", sa.LargeBinary))
    statement = sa.text("UPDATE runs SET worklog = :worklog WHERE id = :id")
    for id_, worklog in former:
        connection.execute(statement, {"id": id_, "worklog": zlib.compress(worklog.encode())})


def _create_counts() -> None:
    op.create_table(
        "traffic",
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("service", "width", "minute", name="pk_traffic"),
    )
    op.create_table(
        "revisions",
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("first_nanos", sa.BigInteger),
        sa.Column("last_nanos", sa.BigInteger),
        sa.PrimaryKeyConstraint("service", "revision", name="pk_revisions"),
    )
    op.create_table(
        "issue_revisions",
        sa.Column("issue_id", sa.String(64), nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_nanos", sa.BigInteger),
        sa.Column("last_nanos", sa.BigInteger),
        sa.PrimaryKeyConstraint("issue_id", "service", "revision", name="pk_issue_revisions"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_issue_revisions_issue_id_issues"),
    )


def _create_runs() -> None:
    op.create_table(
        "closed_hours",
        sa.Column("hour", sa.BigInteger, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("hour", name="pk_closed_hours"),
    )
    op.create_table(
        "cursors",
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("nanos", sa.BigInteger, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_cursors"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_cursors_run_id_runs"),
    )


def _create_details() -> None:
    op.create_table(
        "entities",
        sa.Column("issue_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("issue_id", "kind", "rank", name="pk_entities"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_entities_issue_id_issues"),
    )
    op.create_table(
        "exemplars",
        sa.Column("issue_id", sa.String(64), nullable=False),
        sa.Column("nanos", sa.BigInteger, nullable=False),
        sa.Column("insert_id", sa.String(255), nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("issue_id", "nanos", "insert_id", name="pk_exemplars"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_exemplars_issue_id_issues"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("issue_id", sa.String(64), nullable=False),
        sa.Column("nanos", sa.BigInteger, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("is_ours", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name="fk_decisions_issue_id_issues"),
    )
    op.create_index("ix_decisions_issue_id", "decisions", ["issue_id"])
