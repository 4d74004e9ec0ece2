"""Define the tables, for SQLite and PostgreSQL alike.

A file is brought up to date by the steps in `schema`, a server's tables are made of these. A test holds that the two
come out the same.
"""

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData()


class _Bytes(LargeBinary):
    """Hand bytes on as they are: both drivers take and give them, and files of 0.1.0 have text in their place."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        """Return nothing to do."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Return nothing to do."""


_REAL: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")
"""Eight bytes in both: PostgreSQL's own REAL has four, and cannot tell two seconds of today apart."""

_SECONDS = _DOLLARS = _REAL

_KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""A text that is compared by its code points, as SQLite does: those with the same start lie side by side."""

_NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database counts up; SQLite does so for this type alone."""


def _zero(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _empty(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


jobs = Table(
    "jobs",
    metadata,
    Column("id", _KEY, primary_key=True),
    Column("service", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("base_key", Text, nullable=False),
    Column("content_key", Text, nullable=False),
    Column("take", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("request", _Bytes, nullable=False),
    Column("state", Text, nullable=False),
    Column("request_id", Text),
    Column("answers", _Bytes, nullable=False),
    Column("error", Text),
    Column("created", _SECONDS, nullable=False),
    Column("submitted", _SECONDS),
    Column("deadline", _SECONDS, nullable=False),
    Column("cancel_wanted", _SECONDS),
    Column("cancel_asked", _SECONDS),
    Column("ended", _SECONDS),
    Column("owner", Text),
    _zero("epoch"),
    Column("notebook", Text),
    Column("account", Text),
    Column("key_refused", _SECONDS),
    Column("billed", _DOLLARS),
    Column("estimated", _DOLLARS),
    Column("reserved", _DOLLARS),
    Column("webhook", Text),
    Column("wire", _Bytes),
    Column("subject", Text),
    Column("parents", _Bytes),
    Column("reused", Text),
    _empty("person"),
    UniqueConstraint("service", "idempotency_key"),
)
"""What was asked for. ``person`` is who asked, empty in a person's own library."""

IS_KEPT = jobs.c.state == literal_column("'kept'")
"""As the index of kept jobs has it: SQLite looks at no index of some rows for a value that is given later."""

takes = Table(
    "takes",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("job", _KEY, nullable=False, unique=True),
    Column("files", _Bytes, nullable=False),
    Column("kept", _SECONDS, nullable=False),
    Column("took", _SECONDS),
    Column("worked", _SECONDS),
    Column("requests", Integer),
    Column("remarks", _Bytes, nullable=False),
    Column("removed", _SECONDS),
    _zero("shown_again"),
    Column("kind", Text),
    _empty("words"),
)
"""What jobs left. ``kind`` is what the first file is, ``words`` the case-folded prompt, in which words are searched."""

marks = Table(
    "marks",
    metadata,
    Column("take", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    _zero("starred"),
    _zero("rating"),
    Column("verdict", Text),
    _empty("note"),
    sqlite_with_rowid=False,
)
"""What each person thinks of a take."""

owners = Table(
    "owners",
    metadata,
    Column("id", Text, primary_key=True),
    _zero("beat"),
    Column("seen", _SECONDS),
    Column("machine", Text),
)
"""The processes that do jobs. On a server, ``seen`` is when one was last heard, by the server's clock."""

budgets = Table(
    "budgets",
    metadata,
    Column("service", Text, primary_key=True),
    Column("dollars", _DOLLARS, nullable=False),
    Column("period", Text),
)

reuses = Table(
    "reuses",
    metadata,
    Column("service", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many times a kept take has answered a request, by day."""

links = Table(
    "links",
    metadata,
    Column("job", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("digest", Text),
    Column("parent", Text),
    sqlite_with_rowid=False,
)
"""The images of each request, and the takes that they are of."""

digests = Table(
    "digests",
    metadata,
    Column("take", Text, primary_key=True),
    Column("file", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""The digests of takes that are images."""

chats = Table(
    "chats",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("service", Text, nullable=False),
    Column("account", Text),
    Column("model", Text, nullable=False),
    Column("asked", _SECONDS, nullable=False),
    Column("dollars", _DOLLARS, nullable=False),
    Column("billed", Integer, nullable=False),
)
"""What calls of chat models cost."""

collections = Table(
    "collections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("person", Text, nullable=False),
    _zero("shared"),
    Column("created", _SECONDS, nullable=False),
)
"""Named sets of takes, each of one person, who may share it."""

collected = Table(
    "collected",
    metadata,
    Column("collection", Text, primary_key=True),
    Column("take", Text, primary_key=True),
    Column("added", _SECONDS, nullable=False),
    Column("person", Text, nullable=False),
    sqlite_with_rowid=False,
)

rates = Table(
    "rates",
    metadata,
    Column("account", Text, primary_key=True),
    Column("even", _REAL),
    Column("paused_until", _SECONDS),
)
"""When an account's next request may go out, by the server's clock, and how long it pauses after a refusal."""

rate_shares = Table(
    "rate_shares",
    metadata,
    Column("account", Text, primary_key=True),
    Column("machine", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("slots", _REAL, nullable=False),
    Column("until", _SECONDS, nullable=False),
)
"""The requests that each machine may make until a time, of an account's in all."""

batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("service", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("created", _SECONDS, nullable=False),
    Column("options", _Bytes, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
"""Files of prompts that are made as a whole."""

batch_rows = Table(
    "batch_rows",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("webhook", Text),
    Column("job", Text),
    Column("state", Text, nullable=False),
    Column("error", Text),
    Column("owner", Text),
    Column("until", _SECONDS),
)
"""The requests of such a file, each once, and who makes them until when. ``key`` is the request's content key."""

measures = Table(
    "measures",
    metadata,
    Column("take", _KEY, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("measured", _SECONDS, nullable=False),
    *(
        Column(name, _REAL)
        for name in (
            *("motion", "sharpness", "flicker", "frozen", "black"),
            *("cuts", "loudness", "likeness", "loop", "drift"),
        )
    ),
)
"""What was measured of each take's first file, by which version of the measures; nothing where one does not apply."""

judgements = Table(
    "judgements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    _empty("model"),
    Column("left_take", Text, nullable=False),
    Column("right_take", Text, nullable=False),
    Column("preferred", Text),
    Column("judged", _SECONDS, nullable=False),
)
"""Which of two takes somebody preferred, nothing for a tie. ``model`` is the chat model, where one voted."""


Index("jobs_unfinished", jobs.c.service, sqlite_where=text("ended IS NULL"))
Index("jobs_by_notebook", jobs.c.notebook, sqlite_where=text("notebook IS NOT NULL"))
Index("jobs_kept", jobs.c.endpoint, sqlite_where=text("state = 'kept'"))
Index("jobs_by_request_id", jobs.c.service, jobs.c.request_id, sqlite_where=text("request_id IS NOT NULL"))
Index("jobs_billed", jobs.c.service, jobs.c.endpoint, jobs.c.created, sqlite_where=text("billed IS NOT NULL"))
Index(
    "jobs_charged",
    *(jobs.c[name] for name in ("service", "submitted", "ended", "account", "billed", "reserved")),
    sqlite_where=text("billed IS NOT NULL OR reserved IS NOT NULL"),
)
Index("jobs_by_subject", jobs.c.service, jobs.c.endpoint, jobs.c.subject)
Index("jobs_reused", jobs.c.reused, sqlite_where=text("reused IS NOT NULL"))
Index("jobs_untraced", jobs.c.created, sqlite_where=text("parents IS NULL"))
Index("jobs_by_person", jobs.c.person, sqlite_where=text("person <> ''"))
Index("takes_by_time", takes.c.kept)
Index("takes_there", takes.c.kept, takes.c.job, sqlite_where=text("removed IS NULL"))
Index("takes_by_kind", takes.c.kind, takes.c.kept, takes.c.job, sqlite_where=text("removed IS NULL"))
Index("links_by_parent", links.c.parent, sqlite_where=text("parent IS NOT NULL"))
Index("links_by_digest", links.c.digest)
Index("digests_by_digest", digests.c.digest)
Index("chats_by_time", chats.c.service, chats.c.asked)
Index("collected_takes", collected.c.take)
Index("batches_by_digest", batches.c.service, batches.c.digest)
Index("batch_rows_by_key", batch_rows.c.batch, batch_rows.c.key, unique=True)
Index("batch_rows_by_state", batch_rows.c.batch, batch_rows.c.state, batch_rows.c.number)
Index("judgements_by_left", judgements.c.left_take)
Index("judgements_by_right", judgements.c.right_take)
Index("batch_rows_by_job", batch_rows.c.job, sqlite_where=text("job IS NOT NULL"))


def prepare_for_server() -> None:
    """Have an index of some rows be one of the same on PostgreSQL, whose dialect is imported for a server alone."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
