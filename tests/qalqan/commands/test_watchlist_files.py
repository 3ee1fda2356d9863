"""``qalqan watchlist import | allow | brands | news | rebuild`` as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qalqan.commands.watchlist import app
from tests.qalqan.commands.typed import typed
from tests.watchlist import portraits
from watchlist import store
from watchlist.errors import EnrolmentRefused

PERSON = """
names = ["Aysel Quliyeva"]
legal_basis = "consent"
expires = 2099-01-01
adult = true
"""
BRAND = '[[brand]]\nid = "socar"\nnames = ["SOCAR"]\n'


def run(*arguments: str, directory: Path) -> Result:
    return typed(app, [*arguments, "--by", "Rena", "--directory", directory])


def test_part_of_a_folder_is_imported(tmp_path: Path) -> None:
    directory, people = tmp_path / "w", tmp_path / "people"
    for name in ("aysel", "nobody"):
        (people / name / "pictures").mkdir(parents=True)
    (people / "aysel/person.toml").write_text(PERSON.replace("2099", "2028"))
    portraits.write_picture(people / "aysel/pictures/a.jpg", portraits.astronaut())
    dry = run("import", str(people), "--dry-run", directory=directory)
    assert dry.exit_code == 3
    assert "aysel: would be enrolled as aysel-quliyeva" in dry.output
    assert "1 of 2 could be enrolled, 1 refused" in dry.output
    assert not directory.exists()
    done = run("import", str(people), directory=directory)
    assert done.exit_code == 3
    assert "nobody: refused: " in done.output
    assert "has no person.toml: add one" in done.output
    assert run("import", str(people), directory=directory).exit_code == 1
    assert len(store.read(directory).persons) == 1


def test_brands_and_their_creatives(tmp_path: Path) -> None:
    directory, file = tmp_path / "w", tmp_path / "brands.toml"
    file.write_text(BRAND)
    assert "Brands imported into" in run("brands", str(file), directory=directory).output
    own = str(portraits.write_picture(tmp_path / "own.png", portraits.astronaut()))
    assert "is noted as a creative of socar" in run("allow", "socar", own, "--why", "bank", directory=directory).output
    assert len(store.read(directory).allowed) == 1
    back = run("allow", "socar", own, "--why", "mistaken", "--withdraw", directory=directory)
    assert "is no longer noted" in back.output
    assert store.read(directory).allowed == ()
    with pytest.raises(EnrolmentRefused, match="is not noted as a creative of socar"):
        run("allow", "socar", own, "--why", "mistaken", "--withdraw", directory=directory)
    page = ("--page", "7001", "--domain", "news.example", "--why", "press council")
    assert (
        "daily-news is trusted as a news publisher: 1 pages"
        in run("news", "Daily News", *page, directory=directory).output
    )
    listed = CliRunner().invoke(app, ["list", "--directory", str(directory)], env={"COLUMNS": "200"}).output
    assert "News publisher: daily-news (Daily News)" in listed
    gone = run("news", "daily-news", "--withdraw", "--why", "sold", directory=directory)
    assert "no longer trusted" in gone.output
    assert "The indexes of 0 people" in run("rebuild", directory=directory).output
