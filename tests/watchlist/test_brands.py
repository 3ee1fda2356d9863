"""Brands from TOML: taken, merged, and refused with the file and the place named."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.watchlist import portraits
from watchlist import store
from watchlist.brands import import_brands, read_brands
from watchlist.errors import EnrolmentRefused, WatchlistInvalid

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOCAR = """
[[brand]]
id = "socar"
names = ["SOCAR", "СОКАР"]
official_pages = ["https://www.facebook.com/SOCAR"]
official_domains = ["SOCAR.az"]
"""
BANK = """
[[brand]]
id = "kapital-bank"
names = ["Kapital Bank"]
"""


def toml(folder: Path, text: str) -> Path:
    path = folder / "brands.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_imported_and_merged_by_id(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    [socar] = import_brands(directory, toml(tmp_path, SOCAR), by="Rena", now=NOW)
    assert socar.names == ("SOCAR", "СОКАР")
    assert socar.official_domains == ("socar.az",)
    import_brands(directory, toml(tmp_path, BANK), by="Rena", now=NOW)
    import_brands(directory, toml(tmp_path, SOCAR.replace("СОКАР", "Сокар")), by="Anar", now=NOW)
    assert [(brand.brand_id, brand.names[-1]) for brand in store.read(directory).brands] == [
        ("kapital-bank", "Kapital Bank"),
        ("socar", "Сокар"),
    ]
    assert '"by": "Anar", "action": "import brands", "subject": "socar"' in (directory / "audit.jsonl").read_text()


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "w"
    first = import_brands(directory, toml(tmp_path, SOCAR + BANK), by="Rena", now=NOW)
    before = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    assert import_brands(directory, toml(tmp_path, SOCAR + BANK), by="Rena", now=NOW) == first
    assert {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()} == before


FULL = """
[[brand]]
id = "socar"
names = ["SOCAR"]
logos = ["logos/a.png", "logos/a.png"]
[brand.spellings]
ru = ["СОКАР", "Сокар"]
kk = ["СОКАР"]
az = ["SOCAR"]
"""


def with_logo(folder: Path) -> Path:
    (folder / "logos").mkdir()
    portraits.write_picture(folder / "logos/a.png", portraits.astronaut()[:40, :40])
    return folder / "logos/a.png"


def test_spellings_by_language_are_names_too(tmp_path: Path) -> None:
    with_logo(tmp_path)
    [socar] = read_brands(toml(tmp_path, FULL))
    assert socar.names == ("SOCAR", "СОКАР", "Сокар")
    assert [(spelling.language, spelling.name) for spelling in socar.spellings] == [
        ("az", "SOCAR"),
        ("kk", "СОКАР"),
        ("ru", "СОКАР"),
        ("ru", "Сокар"),
    ]


def test_logos_are_kept_by_hash_as_long_as_a_brand_has_them(tmp_path: Path) -> None:
    directory, logo = tmp_path / "w", with_logo(tmp_path)
    [socar] = import_brands(directory, toml(tmp_path, FULL), by="Rena", now=NOW)
    data = logo.read_bytes()
    assert socar.logos == (hashlib.sha256(data).hexdigest(),)
    logo.unlink()
    import_brands(directory, toml(tmp_path, BANK), by="Rena", now=NOW)
    assert store.logo_file(directory, socar.logos[0]).read_bytes() == data
    import_brands(directory, toml(tmp_path, SOCAR), by="Rena", now=NOW)
    with pytest.raises(WatchlistInvalid, match="is missing"):
        store.logo_file(directory, socar.logos[0])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[brand]", r"brands\.toml is not TOML"),
        ("", r"brands\.toml must hold \[\[brand\]\] tables and nothing else"),
        ("brand = 3", "must hold"),
        (SOCAR + "[other]\n", "must hold"),
        ("brand = [3]", r"brand 1 of .*brands\.toml is not a \[\[brand\]\] table"),
        (SOCAR + SOCAR, "has the brand 'socar' 2 times: leave one"),
        (SOCAR + '[[brand]]\nnames = ["X"]', r"brand 2 of .*brands\.toml has no id"),
        ('[[brand]]\nid = "x"', "brand 1 of .* has no names: add at least one"),
        ('[[brand]]\nid = "x"\nnames = "X"', "names of brand 1 of .* is not a list of texts"),
        ('[[brand]]\nid = "x"\nnames = [" "]', "names of brand 1 of .* is not a list of texts"),
        ('[[brand]]\nid = "X Y"\nnames = ["X"]', "brand 1 of .*: the id 'X Y' is not usable"),
        (
            '[[brand]]\nid = "x"\nnames = ["X"]\ndomains = ["x.az"]',
            "brand 1 of .* has the unknown key 'domains': use id",
        ),
        ('[[brand]]\nid = "x"\nnames = ["X"]\nofficial_domains = ["http://x.az"]', "'http://x.az' is not a domain"),
        ('[[brand]]\nid = "x"\nspellings = ["X"]', "spellings of brand 1 of .* is not a table by language"),
        ('[[brand]]\nid = "x"\n[brand.spellings]\nru = "X"', "spellings in ru of brand 1 of .* is not a list of texts"),
        ('[[brand]]\nid = "x"\n[brand.spellings]\nRussian = ["X"]', "brand 1 of .*: 'Russian' is not a language code"),
        (
            '[[brand]]\nid = "x"\nnames = ["X"]\nlogos = ["brands.toml"]',
            r"the logo .*brands\.toml of brand 1 .* cannot",
        ),
    ],
)
def test_bad_files_are_refused_with_the_place(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(EnrolmentRefused, match=sentence):
        read_brands(toml(tmp_path, text))
    with pytest.raises(EnrolmentRefused):
        import_brands(tmp_path / "w", tmp_path / "brands.toml", by="Rena", now=NOW)
    assert not (tmp_path / "w").exists()


def test_somebody_imports_some_file(tmp_path: Path) -> None:
    with pytest.raises(EnrolmentRefused, match="nobody is named as importer"):
        import_brands(tmp_path / "w", toml(tmp_path, SOCAR), by=" ", now=NOW)
    with pytest.raises(FileNotFoundError):
        read_brands(tmp_path / "absent.toml")
