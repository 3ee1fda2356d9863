"""Opening databases, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from triage.database import open_database
from triage.models import Base


def test_a_new_database_has_all_tables_and_writes_ahead(tmp_path: Path) -> None:
    path = tmp_path / "new" / "console.sqlite3"
    engine = open_database(f"sqlite:///{path}")
    assert path.stat().st_mode & 0o077 == 0
    assert set(inspect(engine).get_table_names()) == set(Base.metadata.tables)
    with engine.connect() as connection:
        assert connection.scalar(text("pragma journal_mode")) == "wal"
        assert connection.scalar(text("pragma foreign_keys")) == 1
    engine.dispose()


def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, " * 100)
    with pytest.raises(OSError, match=r"notes\.txt cannot be opened .* check that"):
        open_database(f"sqlite:///{tmp_path / 'notes.txt'}")


@pytest.mark.parametrize("url", ["console.sqlite3", "oracle9://x/y"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="cannot be used"):
        open_database(url)
