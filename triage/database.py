"""Opening the console's database: SQLite by default, any SQLAlchemy URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from triage.models import Base


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers do not wait for the loader
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def open_database(database_url: str) -> Engine:
    """An engine on a database whose tables exist. Dispose of it when done.

    Raises ``ValueError`` for a URL that SQLAlchemy does not understand and ``OSError`` if the database cannot be opened.
    """
    try:
        url = make_url(database_url)
        engine = create_engine(url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ValueError(
            f"the database URL {database_url!r} cannot be used ({error}); give one such as sqlite:///data/console.sqlite3"
        ) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            Path(url.database).touch(mode=0o600)  # password hashes and notes are nobody else's to read
    try:
        Base.metadata.create_all(engine)
    except DatabaseError as error:
        engine.dispose()
        raise OSError(
            f"the console's database {url.render_as_string()} cannot be opened ({error.orig}); "
            "check that the place exists, that you may write there, and that it is a database"
        ) from error
    return engine
