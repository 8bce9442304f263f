"""The tables, in SQLAlchemy Core. Times are integer UTC nanoseconds or minutes since 1970."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

HEAD = "0005"
"""The revision of `migrations` that these tables are at."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

issues = Table(
    "issues",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("priority", String(2), nullable=False),
    Column("severity", String(9), nullable=False),
    Column("status", String(8), nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first_nanos", BigInteger),
    Column("last_nanos", BigInteger),
    Column("trend", String(10), nullable=False, server_default="new"),
    # What people decided: they write these, a run changes them only where a decision ends by itself.
    Column("mute_until_nanos", BigInteger),
    Column("mute_count", BigInteger),
    Column("resolved_nanos", BigInteger),
    Column("resolved_revision", Text),
    Column("locked", String(2)),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("issue_id", ForeignKey("issues.id"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),
    Column("module", Text, nullable=False),
    Column("function", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("service", Text, nullable=False, server_default=""),
    Column("resource", Text, nullable=False, server_default=""),
    Column("frames", Text, nullable=False, server_default=""),
    Column("tie", Text, nullable=False, server_default=""),
)

buckets = Table(
    "buckets",
    metadata,
    Column("issue_id", ForeignKey("issues.id"), primary_key=True),
    # How many minutes a row counts: 1, an hour's or a day's.
    Column("width", Integer, primary_key=True),
    Column("minute", BigInteger, primary_key=True),
    Column("count", BigInteger, nullable=False),
    # What has aged, and what lies in a window, is found without looking at all issues.
    Index("ix_buckets_width_minute", "width", "minute"),
)

traffic = Table(
    "traffic",
    metadata,
    Column("service", Text, primary_key=True),
    Column("width", Integer, primary_key=True),
    Column("minute", BigInteger, primary_key=True),
    Column("entries", BigInteger, nullable=False),
    Column("requests", BigInteger, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("service", Text, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("entries", BigInteger, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("first_nanos", BigInteger),
    Column("last_nanos", BigInteger),
)

issue_revisions = Table(
    "issue_revisions",
    metadata,
    Column("issue_id", ForeignKey("issues.id"), primary_key=True),
    Column("service", Text, primary_key=True),
    Column("revision", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("first_nanos", BigInteger),
    Column("last_nanos", BigInteger),
)

entities = Table(
    "entities",
    metadata,
    Column("issue_id", ForeignKey("issues.id"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    # The hash of the value, signed: the lowest of each kind are a bottom-k sketch.
    Column("rank", BigInteger, primary_key=True),
    Column("value", Text, nullable=False),
)

exemplars = Table(
    "exemplars",
    metadata,
    Column("issue_id", ForeignKey("issues.id"), primary_key=True),
    Column("nanos", BigInteger, primary_key=True),
    Column("insert_id", String(255), primary_key=True),
    Column("entry", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("generated_nanos", BigInteger, nullable=False),
    # JSON, compressed by zlib; empty once it was pruned.
    Column("worklog", LargeBinary, nullable=False),
    Column("outcome", String(16), nullable=False, server_default="observed"),
    Column("entries", BigInteger, nullable=False, server_default="0"),
    # The covered span, and all that a replay needs: what was asked, of which bytes, knowing what.
    Column("first_nanos", BigInteger),
    Column("last_nanos", BigInteger),
    Column("digest", String(64), nullable=False, server_default=""),
    Column("version", Text, nullable=False, server_default=""),
    Column("replay", LargeBinary),
    # Digest of what was asked of which sources, empty where no other run is comparable; and the window
    # that was asked for, or else found.
    Column("scope", String(64), nullable=False, server_default=""),
    Column("window_start_nanos", BigInteger),
    Column("window_end_nanos", BigInteger),
    Index("ix_runs_scope_window_end_nanos", "scope", "window_end_nanos"),
)

sightings = Table(
    "sightings",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("issue_id", ForeignKey("issues.id"), primary_key=True, index=True),
)

identities = Table(
    "identities",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("hour", BigInteger, primary_key=True, index=True),
    Column("hashes", LargeBinary, nullable=False),
)

closed_hours = Table(
    "closed_hours",
    metadata,
    # Hours whose identities were dropped: nothing of them is added to history any more.
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("source", String(255), primary_key=True),
    Column("nanos", BigInteger, nullable=False),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issue_id", ForeignKey("issues.id"), nullable=False, index=True),
    Column("nanos", BigInteger, nullable=False),
    Column("action", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("is_ours", Boolean, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("tracker", String(255), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # An issue's, or a word for what speaks of the garden as a whole: it refers to no row.
    Column("issue", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("closed_nanos", BigInteger),
    # What it was told, what may be related, and when it was commented on, as JSON.
    Column("told", Text),
    Column("links", Text, nullable=False),
    Column("edited_nanos", BigInteger, nullable=False),
    Column("said", Text, nullable=False),
    Column("folded_into", String(64), nullable=False),
    Column("fate", String(16)),
)

steps = Table(
    "steps",
    metadata,
    Column("tracker", String(255), primary_key=True),
    # Digest of the plan, and the place of the action in it.
    Column("plan", String(64), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("action", String(64), nullable=False),
    Column("issue", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(8), nullable=False),
    Column("nanos", BigInteger, nullable=False),
    Column("number", BigInteger),
    Column("note", Text, nullable=False),
    Index("ix_steps_state_nanos", "state", "nanos"),
)

changes = Table(
    "changes",
    metadata,
    # One row: how often anything was written, so that whoever shows the state can tell whether it has changed.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)
