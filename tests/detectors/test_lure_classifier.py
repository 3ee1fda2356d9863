"""One finding about the ad, one per page; sure ones point somewhere, all others do not."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from detectors.lure_classifier import LONGEST_STRETCH, SURE, VALIDATED_ON, LureClassifier, stretches_of
from detectors.lure_model import lure_model
from detectors.records import Bearing, Finding
from embeddings.records import TextPlace
from evidence.records import AccessMode
from qalqan.demo.texts import HONEST, SCAM_AD
from tests.detectors.subjects import by_claim, landing, subject
from tests.factories import make_ad, make_text_line

LURE = (
    "Prezident təsdiq etdi! SOCAR platformasına 250 AZN yatırın, ayda 5000 AZN qazanın. Zəmanətli gəlir, risk yoxdur."
)
WARNING = (
    "Diqqət, fırıldaqçılıq! SOCAR belə platforma yaratmayıb. Linkə keçməyin, kart məlumatlarınızı heç kimə verməyin."
)


def examine(*, title: str | None = None, body: str | None = None, cta_text: str | None = None) -> Finding:
    (found,) = LureClassifier().examine(subject(make_ad(title=title, body=body, cta_text=cta_text)))
    return found


def test_a_lure_is_supported_with_the_words_that_tell() -> None:
    found = examine(title="SOCAR ilə qazanc", body=LURE, cta_text="Qoşulun")
    assert (found.claim, found.bearing) == ("reads_as_scam", Bearing.SUPPORTS)
    assert found.measurement is not None
    assert SURE <= found.measurement <= 1
    assert found.unit == "probability"
    texts = {"title": "SOCAR ilə qazanc", "body": LURE, "cta_text": "Qoşulun"}
    words = [texts[span.field][span.start : span.end] for span in found.spans]
    assert 3 <= len(words) <= 8
    assert all(word and not word[0].isspace() and word == word.strip() for word in words)
    assert {"body"} <= {span.field for span in found.spans}
    assert found.weight == lure_model().weight > 0
    assert (found.validated_on, found.model_sha256) == (VALIDATED_ON, lure_model().sha256)
    assert found.inside_validation is True


def test_a_warning_speaks_against() -> None:
    found = examine(body=WARNING)
    assert (found.claim, found.bearing, found.weight) == ("reads_as_warning", Bearing.AGAINST, 0)


@pytest.mark.parametrize("title_and_body", SCAM_AD.values(), ids=list(SCAM_AD))
def test_the_demo_scams_read_so(title_and_body: tuple[str, str]) -> None:
    assert examine(title=title_and_body[0], body=title_and_body[1]).claim == "reads_as_scam"


def test_no_honest_demo_ad_is_held_against_anybody() -> None:
    for title, body in HONEST.values():
        assert examine(title=title, body=body).bearing is not Bearing.SUPPORTS, title


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "there are no words"),
        ("250 !!! 🔥", "there are no words"),
        ("SOCAR", "only 5 letters"),
        ("投资平台保证利润每天收入", "script"),
    ],
)
def test_what_cannot_be_classified_is_said_with_the_reason(body: str | None, reason: str) -> None:
    found = examine(body=body)
    assert (found.claim, found.bearing) == ("text_not_classified", Bearing.INCONCLUSIVE)
    assert "cannot tell because" in found.observation
    assert reason in found.observation


def test_an_unknown_language_decides_nothing() -> None:
    found = examine(body="Zajištěný výdělek, registrujte se ještě dnes, vklad dvacet korun")
    assert found.bearing is Bearing.INCONCLUSIVE
    assert found.inside_validation is False
    assert any("language" in limit for limit in found.quality_limits)


def test_a_lure_in_a_long_page_is_found_and_a_warning_beside_it_makes_it_uncertain() -> None:
    filler = "Səhifəmizdə hava haqqında məlumat var, bu gün Bakıda yağış gözlənilir. " * 20
    ad = make_ad(body=LURE)
    found = by_claim(list(LureClassifier().examine(subject(ad, landing(text=filler + "\n" + LURE)))))
    assert found["reads_as_scam"].modality == "page"
    page = [
        one
        for one in LureClassifier().examine(subject(ad, landing(text=filler + "\n" + LURE)))
        if one.modality == "page"
    ]
    assert page[0].bearing is Bearing.SUPPORTS
    assert "stretches" in page[0].observation
    assert all((filler + "\n" + LURE)[span.start : span.end].strip() for span in page[0].spans)
    assert min(span.start for span in page[0].spans) > LONGEST_STRETCH
    both = LURE + " " + filler + WARNING
    unsure = [one for one in LureClassifier().examine(subject(ad, landing(text=both))) if one.modality == "page"]
    assert unsure[0].bearing is Bearing.INCONCLUSIVE


def test_the_name_of_a_file_is_not_read() -> None:
    ad = make_ad(title=LURE, body=WARNING, cta_text=None, access_mode=AccessMode.ANALYST_IMPORT)
    (found,) = LureClassifier().examine(subject(ad))
    assert found.claim == "reads_as_warning"


def test_two_pages_of_one_ad_are_two_findings() -> None:
    pages = [landing(text=LURE, url=f"http://{name}.example/") for name in "ab"]
    ids = [found.finding_id for found in LureClassifier().examine(subject(make_ad(body=LURE), *pages))]
    assert len(set(ids)) == 3


def test_stretches_cover_the_text_and_end_with_sentences() -> None:
    text = "Bu bir cümlədir. " * 200
    cuts = list(stretches_of(text))
    assert cuts[0][0] == 0
    assert cuts[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(cuts))
    assert all(end - start <= LONGEST_STRETCH for start, end in cuts)
    assert text[cuts[0][1] - 1] == "."


def test_words_in_pictures_and_speech_are_shown_and_decide_nothing() -> None:
    lines = (
        make_text_line(text=LURE.replace("5000", "5OOO")),
        make_text_line(place=TextPlace.SPEECH, text=LURE, start_s=8.0, end_s=10.0, region=None),
    )
    screenshot = make_text_line(place=TextPlace.SCREENSHOT, text=LURE, start_s=None, end_s=None)
    page = replace(landing(text=None), lines=(screenshot,))
    ad = make_ad(title=None, body=None, cta_text=None)
    typed, *read = LureClassifier().examine(replace(subject(ad, page), lines=lines))
    assert typed.claim == "text_not_classified"
    assert [{span.field for span in found.spans} for found in read] == [{"frames"}, {"speech"}, {"screenshot"}]
    for found in read:
        assert (found.claim, found.bearing, found.weight) == ("reads_as_scam", Bearing.INCONCLUSIVE, 0)
        assert found.inside_validation is False
        assert any("machine" in limit for limit in found.quality_limits)
        assert (found.measurement or 0) >= SURE
    assert (read[1].start_s, read[1].end_s, read[0].creative_sha256) == (8.0, 10.0, lines[0].source_sha256)
    assert len({found.finding_id for found in (typed, *read)}) == 4


def test_what_is_typed_as_well_counts() -> None:
    ad = make_ad(title=None, body=LURE, cta_text=None)
    typed, read = LureClassifier().examine(replace(subject(ad), lines=(make_text_line(text=LURE),)))
    assert (typed.bearing, read.bearing) == (Bearing.SUPPORTS, Bearing.INCONCLUSIVE)


def test_a_page_that_repeats_its_ad_is_no_second_sign() -> None:
    ad = make_ad(title=None, body=LURE, cta_text=None)
    own, same, other = LureClassifier().examine(
        subject(ad, landing(text=f"Menu. {LURE}"), landing(text="Pulunuzu ikiqat artırın, gündə 300 AZN qazanın!"))
    )
    assert own.likelihood_ratio is not None
    assert own.likelihood_ratio > 1
    assert same.likelihood_ratio == 1.0
    assert "it repeats the ad's words, which are weighed there" in same.quality_limits
    assert other.likelihood_ratio is not None
    assert other.likelihood_ratio > 1
