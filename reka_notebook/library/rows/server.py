"""Keep the rows of a team on a PostgreSQL server."""

import logging
import selectors
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
from psycopg.types.string import StrDumper
from sqlalchemy import Connection, Engine, Executable, Row, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import QueuePool

from reka_notebook.forks import keep_for_good, renew_in_child
from reka_notebook.library.errors import LibraryError
from reka_notebook.library.rows.address import DatabaseAddress
from reka_notebook.library.rows.database import Database, Values
from reka_notebook.library.rows.refusals import failure_in_words
from reka_notebook.library.rows.server_schema import check_tables, make_tables

log = logging.getLogger("reka_notebook")

PATIENCE = 10
"""Seconds that a connection, or another process in the middle of a transaction, may take."""

KEPT, MOST = 2, 8
"""Connections that stay open in each process, and those that it has at most: a server has a hundred for everybody."""

STANDS = 30.0
"""Seconds for which it is relied on that the server's clock goes as fast as this machine's."""

_LOCK = 0x52656B61
"""The name of the lock that whoever is alone in a transaction holds, among all such locks of the database."""

_LIMITS = (
    # Whoever stops in the middle, because its machine sleeps, say, loses the connection, and its locks with it.
    f"SELECT set_config('lock_timeout', '{PATIENCE}s', true), "
    f"set_config('idle_in_transaction_session_timeout', '{PATIENCE}s', true)"
)
_BESIDE, _ALONE = text(_LIMITS), text(f"{_LIMITS}, pg_advisory_xact_lock({_LOCK})")
_CLOCK = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)")


class ServerDatabase(Database):
    """Hold a few connections to a PostgreSQL database, for any thread.

    A connection that was lost is replaced, and what had not begun is tried again.

    Attributes:
        address: Which database it is.
    """

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, address: DatabaseAddress, *, checked: bool = True) -> None:
        """Connect to a database.

        Args:
            checked: Whether the library's tables have to be there. ``make`` makes them.

        Raises:
            LibraryError: If that cannot be done, in words without the password.
        """
        super().__init__()
        self.address = address
        self._clock: tuple[float, float] | None = None
        self._reading = False
        self._lock = threading.Lock()
        self._start()
        renew_in_child(self._renew)
        if checked:
            try:
                with self._single.connect() as connection:
                    check_tables(connection, address)
                self._read_clock()
            except (DBAPIError, NoConnection) as error:
                raise self._failure(error) from error

    def make(self) -> list[str]:
        """Make the tables, or bring them up to date, and return what cannot be had at this server, in sentences.

        Raises:
            LibraryError: If the role may not, or a newer reka-notebook has made them.
        """
        with self.transaction() as connection:
            return make_tables(connection, self.address)

    def _start(self) -> None:
        self._engine = _engine_to(self.address)
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._finalizer = weakref.finalize(self, self._engine.dispose)  # also without close()

    def _renew(self) -> None:
        """Connect anew at the next use: this is a child process, and the connections are its parent's."""
        self._finalizer.detach()
        keep_for_good(self._engine)
        self._lock, self._reading = threading.Lock(), False
        self._start()

    @contextmanager
    def transaction(self, *, alone: bool = True) -> Iterator[Connection]:
        """Run a write transaction: all of it is on the server's disk when the block ends, or none of it.

        Raises:
            DatabaseUnreachable: If the connection was lost; at the end of it, all or nothing may be written. Where it
                was alone, the next one that is alone sees which.
            LibraryError: If the server cannot be reached, or refuses it.
        """
        try:
            connection = self._begin(alone)
            try:
                try:
                    yield connection
                except BaseException:
                    connection.rollback()
                    raise
                connection.commit()
            finally:
                connection.close()
        except IntegrityError:
            raise
        except (DBAPIError, NoConnection, PendingRollbackError) as error:
            raise self._failure(error) from error

    def _begin(self, alone: bool) -> Connection:
        """Begin a transaction, a second time on another connection if the first one is lost at that."""
        for last in (False, True):
            connection = self._engine.connect()
            try:
                connection.execute(_ALONE if alone else _BESIDE)
                return connection
            except BaseException as error:
                connection.close()
                if last or not _is_lost(error):
                    raise
        raise AssertionError  # the loop has ended in one of the two ways

    def change(self, statement: Executable, values: Values | None = None) -> int:
        """Run one statement as a transaction of its own, and return how many rows it changed.

        Raises:
            DatabaseUnreachable: If the connection was lost; the rows may be changed or not.
            LibraryError: As for ``transaction``.
        """
        try:
            with self._single.connect() as connection:
                return connection.execute(statement, values).rowcount
        except IntegrityError:
            raise
        except (DBAPIError, NoConnection) as error:
            raise self._failure(error) from error

    def rows(self, statement: Executable, values: Values | None = None) -> Sequence[Row[Any]]:
        """Return the rows of a query over what is committed; it is asked once more if the connection is lost."""
        try:
            try:
                return self._rows(statement, values)
            except DBAPIError as error:
                if not _is_lost(error):
                    raise
            return self._rows(statement, values)
        except (DBAPIError, NoConnection) as error:
            raise self._failure(error) from error

    def _rows(self, statement: Executable, values: Values | None) -> Sequence[Row[Any]]:
        with self._single.connect() as connection:
            return connection.execute(statement, values).fetchall()

    def now(self) -> float:
        """Return the seconds since 1970 by the server's clock, which all who use the database go by.

        It is asked now and then, and nobody waits for that: meanwhile this machine's own clock, however wrong, tells
        how much time has passed.
        """
        with self._lock:
            read = self._clock
            late = read is not None and _passed() - read[0] > STANDS and not self._reading
            self._reading = self._reading or late
        if late:
            threading.Thread(target=self._read_again, name="reka-notebook-clock", daemon=True).start()
        here, there = read or self._read_clock()
        return there + _passed() - here

    def ahead(self) -> float:
        """Return the seconds by which the server's clock is ahead of this machine's."""
        return self.now() - time.time()

    def _read_clock(self) -> tuple[float, float]:
        before = _passed()
        said = float(self.rows(_CLOCK)[0][0])
        after = _passed()
        with self._lock:
            self._clock = after, said + (after - before) / 2
            return self._clock

    def _read_again(self) -> None:
        try:
            self._read_clock()
        except LibraryError as error:
            log.debug("the clock of the team's database is not read: %s", error)
        finally:
            self._reading = False

    def close(self) -> None:
        """Close all connections."""
        self._finalizer()

    def _failure(self, error: Exception) -> LibraryError:
        return failure_in_words(self.address, error)


def _passed() -> float:
    """Return seconds that go on while the machine sleeps, where it can tell that, and whatever is done to its clock."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def _is_lost(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _engine_to(address: DatabaseAddress) -> Engine:
    """Return what opens, keeps and replaces the connections to a database."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(address),
        poolclass=QueuePool,
        pool_size=KEPT,
        max_overflow=MOST - KEPT,
        pool_timeout=PATIENCE,
        pool_use_lifo=True,
        hide_parameters=True,  # a person's prompts are in no error
        execution_options={"preserve_rowcount": True},  # of insertions too
        use_native_hstore=False,
    )
    event.listen(engine, "checkout", _check_open)
    return engine


def connect(address: DatabaseAddress, **options: Any) -> psycopg.Connection[Any]:
    """Connect to a database.

    Raises:
        LibraryError: If that cannot be done, in words without the password.
    """
    try:
        connection = psycopg.connect(
            **{
                "application_name": "reka-notebook",
                "connect_timeout": PATIENCE,
                "keepalives_idle": PATIENCE,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 1000 * PATIENCE,
                **address.parameters(),
            },
            # What a pooler hands from one process to another cannot have prepared statements.
            prepare_threshold=None,
            **options,
        )
    except psycopg.Error as error:
        failure = failure_in_words(address, error)
    else:
        connection.adapters.register_dumper(str, _Text)
        return connection
    # Outside of the block: the frames of psycopg have the password in their variables.
    raise failure


class _Text(StrDumper):
    """Write a text as PostgreSQL takes it: the one character that it does not know is replaced."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\x00", "\ufffd") if "\x00" in obj else obj)


def _check_open(connection: psycopg.Connection[Any], *_: object) -> None:
    """Have a connection replaced that the server has closed meanwhile; that is seen without asking it anything."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        heard = selector.select(0)
    if heard:
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except psycopg.Error as error:
            raise DisconnectionError from error
