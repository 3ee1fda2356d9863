"""Who learned from what is evaluated is counted, and the option to leave them out is named."""

from __future__ import annotations

from pipelines.in_sample import in_sample, warning


def test_only_detectors_that_examined_count_and_an_item_counts_once() -> None:
    learned = [("face_blend",), ("face_blend", "face_blend", "lip_sync"), (), ("voice_spectrum",)]
    assert in_sample(learned, {"face_blend", "lip_sync", "blink"}) == {"face_blend": 2, "lip_sync": 1}


def test_the_warning_names_them_and_how_to_leave_them_out() -> None:
    said = warning({"voice_spectrum", "face_blend"})
    assert said.startswith("Learned from this very material: face_blend, voice_spectrum.")
    assert said.endswith("--without face_blend --without voice_spectrum")
