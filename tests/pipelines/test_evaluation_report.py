"""The page shows the errors with their pictures, loads nothing, and words from ads cannot break out of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from pipelines.evaluation_report import headline, write_report
from tests.pipelines.test_evaluation_records import evaluation

PICTURE = b"\xff\xd8picture"


def test_page_and_figures_lie_side_by_side(tmp_path: Path) -> None:
    made = evaluation()
    shown = replace(made, errors=(replace(made.errors[0], picture="a.jpg"), *made.errors[1:]))
    page = write_report(shown, {"a.jpg": PICTURE}, tmp_path / "report")
    assert {path.name for path in page.parent.iterdir()} == {
        *("decisions.html", "decisions.json"),
        *("decisions-det.svg", "decisions-det.png", "decisions-roc.svg", "decisions-roc.png"),
    }
    assert json.loads((page.parent / "decisions.json").read_text())["overall"]["found"] == 2
    text = page.read_text()
    assert text.count("<img") == 1
    assert 'src="data:image/jpeg;base64,/9hwaWN0dXJl"' in text
    words = " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL).split())
    for sentence in (
        "Of 3 ads that a person should look at, 2 were flagged: 66.7 %",
        "Of 2 others, 1 were flagged by mistake: 50.0 %",
        "not shown by 5 ads, the target is for 500 or more; 28.33 points short here",
        "Missed: scam with face swapped",
        "Right: lure is yes.",
        "decode: it is empty.",
        "python -m tests.redteam set",
        "It is small.",
        "Ads are ranked by how many of the three conditions of the rule they meet",
        "it spoke of 3 wanted and 2 other items: too few for a rate",
    ):
        assert sentence in words, sentence


def test_the_page_loads_nothing_and_words_cannot_break_out(tmp_path: Path) -> None:
    text = write_report(evaluation(), {}, tmp_path).read_text()
    assert "<script" not in text
    assert "&lt;b&gt;qazanc&lt;/b&gt;" in text
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#|data:)[^"']*""", text)


def test_a_set_of_one_sort_says_only_what_it_can() -> None:
    overall = evaluation().overall
    assert headline(replace(overall, recall=None)).startswith("Of 2 others")
    assert headline(replace(overall, false_flags=None)).endswith("100.0 %).") is False


def test_who_learned_from_the_set_is_named_first(tmp_path: Path) -> None:
    text = write_report(replace(evaluation(), in_sample=("lure_classifier",)), {}, tmp_path).read_text()
    assert "Learned from this very material: lure_classifier." in text
    assert "--without lure_classifier" in text


def test_without_curves_there_are_no_drawings(tmp_path: Path) -> None:
    write_report(replace(evaluation(), curves=()), {}, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"decisions.html", "decisions.json"}
