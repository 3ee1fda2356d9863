"""Names are found as people write them, and not inside other words."""

from __future__ import annotations

import pytest

from detectors.disguises import reveal
from detectors.names import mentions
from detectors.normalise import fold


def found(text: str, *names: str) -> list[str]:
    folded = fold(text)
    spans = [folded.original_span(mention.start, mention.end) for mention in mentions(folded, names)]
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "names", "wanted"),
    [
        ("Kapital Bankın layihəsi", ("Kapital Bank",), "Kapital Bankın"),
        ("KAPİTAL BANKDAN kredit", ("Kapital Bank",), "KAPİTAL BANKDAN"),
        ("#KapitalBank ilə", ("Kapital Bank",), "KapitalBank"),
        ("SOCAR-ın gəliri", ("SOCAR",), "SOCAR-ın"),
        ("SOCAR'da iş", ("SOCAR",), "SOCAR'da"),
        ("акции СОКАР-да", ("SOCAR", "СОКАР"), "СОКАР-да"),
        ("акции СОКАРа", ("СОКАР",), "СОКАРа"),
        ("SОCАR ilə", ("SOCAR",), "SОCАR"),
        ("S\u200bOC\u00adAR ilə", ("SOCAR",), "S\u200bOC\u00adAR"),
        ("ҚазМұнайГаздан табыс", ("ҚазМұнайГаз",), "ҚазМұнайГаздан"),
        ("интервью Айсель Кулиевой", ("Айсель Кулиева",), "Айсель Кулиевой"),
        ("Aysel Quliyevanın çıxışı", ("Aysel Quliyeva",), "Aysel Quliyevanın"),
        ("Гульнара Садыковой? Гульнар Садыковой", ("Гульнар Садыкова",), "Гульнара Садыковой"),
    ],
)
def test_inflected_and_hidden_names_are_found(text: str, names: tuple[str, ...], wanted: str) -> None:
    assert wanted in found(text, *names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Каспийское море", "Каспи"),
        ("socareer", "SOCAR"),
        ("kapital qoyuluşu, bank", "Kapital Bank"),
        ("Kapital. Sonra gəldik. Bank", "Kapital Bank"),
        ("", "SOCAR"),
        ("SOCAR", ""),
    ],
)
def test_other_words_are_not_names(text: str, name: str) -> None:
    assert found(text, name) == []


def test_every_mention_is_found_once() -> None:
    assert found("SOCAR, SOCAR-ın, socar", "SOCAR", "Socar") == ["SOCAR", "SOCAR-ın", "socar"]


def test_a_long_text_and_many_names() -> None:
    names = [f"Brand{number}" for number in range(200)]
    assert len(found("SOCAR və Brand7 " * 1_000, "SOCAR", *names)) == 2_000


def test_a_name_that_a_machine_misread_is_found() -> None:
    def found(text: str, *, by_machine: bool) -> int:
        return len(mentions(reveal(fold(text), by_machine=by_machine), ("Kapital Bank", "SOCAR")))

    assert found("KapitaI Bankın, S0CAR-da", by_machine=True) == 2
    assert found("Kap1tal Bank", by_machine=True) == 1
    assert found("KapitaI Bank", by_machine=False) == 0
    assert found("Kapitan Banka", by_machine=True) == 0
