"""The tables, in SQLAlchemy Core. Times are integer UTC nanoseconds or minutes since 1970."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

HEAD = "0002"
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
    Column("minute", BigInteger, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("generated_nanos", BigInteger, nullable=False),
    Column("worklog", Text, nullable=False),
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
    Column("hour", BigInteger, primary_key=True),
    Column("hashes", LargeBinary, nullable=False),
)
