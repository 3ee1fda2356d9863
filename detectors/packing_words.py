"""What the packing of a film says, in sentences for the reader of a case. Each is a claim's code and its observation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.packet_traces import SHORTEST_PERIOD, KeyRhythm, earlier_rhythm, key_rhythm, mean_by_kind, timing
from detectors.packing import Packing

LONG_CUT_S = 0.5
"""What an edit list hides beyond this was cut away, not put in order: reordered pictures and an encoder's run-up take less."""

FEW_KEYS = 3
SHOWN_PLACES = 4

ENCODER_SETTING = re.compile(r"\b(crf|bitrate|keyint|rc|qp)=([\w.]{1,12})")
"""Of the note that x264 and x265 leave."""

MAKERS = {
    "lavf": "FFmpeg",
    "lavc": "FFmpeg",
    "videohandler": "FFmpeg",
    "soundhandler": "FFmpeg",
    "core media": "Apple",
    "apple": "Apple",
    "google": "Google",
    "gpac": "GPAC",
    "mainconcept": "MainConcept",
    "bento4": "Bento4",
    "handbrake": "HandBrake",
    "twitter": "X",
    "adobe": "Adobe",
    "clipchamp": "Clipchamp",
    "capcut": "CapCut",
    "vireo": "X",
    "x264": None,
}
"""Whose program writes such a tag or handler name, in small letters; x264 is an encoder that many programs use."""

BRAND_MAKERS = {"qt": "Apple"}

WRITERS = {
    12: "Twelve is what FFmpeg's older encoders and OpenCV's film writer do unasked; many scripts that change faces use them."
}
"""By the distance of key frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that the packing says; ``measurement`` in ``unit`` where there is a number."""

    claim: str
    observation: str
    measurement: float | None = None
    unit: str | None = None


def in_words(packing: Packing) -> Iterator[Said]:
    """Everything there is to say of it, odd or not."""
    if packing.problem is not None:
        yield Said(
            claim="packing_unreadable", observation=f"How it is packed could not be read to the end: {packing.problem}."
        )
    if packing.boxes is not None:
        yield _edits(packing)
        yield _makers(packing)
    if len(packing.pictures):
        keys = key_rhythm(packing.pictures)
        yield _encoder(packing)
        yield _times(packing)
        yield _keys(packing, keys)
        yield _earlier(packing, keys)


def _edits(packing: Packing) -> Said:
    boxes = packing.boxes or {}
    cuts, delays = [], 0
    for track in boxes.get("tracks", ()):
        shown = [edit for edit in track["edits"] if edit["from_s"] is not None]
        delays += len(track["edits"]) - len(shown)
        if len(shown) > 1 or any(edit["from_s"] > LONG_CUT_S for edit in shown):
            hidden = max((edit["from_s"] for edit in shown), default=0.0)
            cuts.append(
                f"its {_kind(track['kind'])} track is shown in {len(shown)} piece(s), the last from {hidden:.1f} s of it"
            )
    several = [track for track in boxes.get("tracks", ()) if track["descriptions"] > 1]
    if several:
        cuts.append(f"{len(several)} track(s) change their coding on the way, as files joined without encoding do")
    if cuts:
        return Said(
            claim="edit_list_cut",
            observation=f"It was cut without being encoded again: {'; '.join(cuts)}. Trimming in a telephone does that, too.",
        )
    late = f" {delays} track(s) start late, which is usual." if delays else ""
    return Said(claim="edit_list_plain", observation=f"Its edit lists cut nothing away.{late} This says nothing.")


def _makers(packing: Packing) -> Said:
    """Whether those who wrote the file, as far as it names them, are of one kind."""
    boxes = packing.boxes or {}
    named: dict[str, str] = {}
    tag = packing.tags.get("encoder")
    if tag is not None and (maker := _maker(tag)):
        named[f"the encoder tag “{tag[:60]}”"] = maker
    for track in boxes.get("tracks", ()):
        if maker := _maker(track["handler"]):
            named[f"the {_kind(track['kind'])} handler “{track['handler'][:60]}”"] = maker
    brand = str(boxes.get("brand") or "").strip()
    if brand in BRAND_MAKERS:
        named[f"the brand “{brand}”"] = BRAND_MAKERS[brand]
    makers = sorted(set(named.values()))
    times = {str(track["created"])[:19] for track in boxes.get("tracks", ()) if track["created"]}
    apart = f" Its tracks state {len(times)} different times of creation." if len(times) > 1 else ""
    if len(makers) > 1 or apart:
        listed = "; ".join(f"{what} is {maker}'s" for what, maker in named.items())
        return Said(
            claim="remuxed",
            observation=f"It passed through more than one program: {listed or 'none is named'}.{apart} Uploads and "
            "messengers do that to every file.",
        )
    if not makers:
        return Said(
            claim="makers_not_named", observation="It names no program by tag, handler or brand: this says nothing."
        )
    return Said(
        claim="one_maker",
        observation=f"Tag, handlers and brand all point to {makers[0]}: this says nothing, the last program leaves its own.",
    )


def _encoder(packing: Packing) -> Said:
    rates = mean_by_kind(packing.quantisers)
    means = ", ".join(f"{kind} {mean:.0f}" for kind, mean in rates.items())
    settled = dict(ENCODER_SETTING.findall(packing.note or ""))
    note = "It carries no encoder's note."
    if packing.note is not None:
        program = packing.note.split(" - ")[0].strip()
        chosen = ", ".join(f"{name} {value}" for name, value in settled.items())
        note = f"Its encoder notes “{packing.note[:60].strip()}” ({program}{': ' + chosen if chosen else ''})."
    if not rates:
        return Said(claim="encoder_note", observation=f"{note} Its quantisers could not be read.")
    return Said(
        claim="encoder_note",
        observation=f"{note} Mean quantisers of its first {len(packing.quantisers)} pictures: {means}. A fine quantiser over a "
        "coarse picture would point to an earlier, coarser encoding; by itself this says nothing.",
        measurement=float(sum(mean for _, mean in packing.quantisers) / len(packing.quantisers)),
        unit="mean quantiser of the first pictures (H.264, 0 to 51)",
    )


def _times(packing: Packing) -> Said:
    seen = timing(packing.pictures)
    if seen is None:
        return Said(
            claim="times_not_told", observation="Too few of its pictures are timed to say anything about their times."
        )
    odd = []
    if seen.backwards:
        odd.append(f"{seen.backwards} picture(s) are stored before earlier ones")
    if seen.repeated:
        odd.append(f"{seen.repeated} picture(s) share their time with another")
    if seen.gaps:
        places = ", ".join(f"{length:.2f} s at {at:.1f} s" for at, length in seen.gaps[:SHOWN_PLACES])
        odd.append(
            f"{len(seen.gaps)} gap(s) in the time shown ({places}{', …' if len(seen.gaps) > SHOWN_PLACES else ''})"
        )
    if seen.corrupt:
        odd.append(f"{seen.corrupt} packet(s) are marked as damaged")
    measure = {"measurement": seen.even, "unit": "share of steps between pictures that are like the usual one"}
    usual = f"{seen.frames} pictures, {seen.even:.0%} of them {seen.step_s * 1000:.0f} ms after the one before"
    if odd:
        return Said(
            claim="times_odd",
            observation=f"{usual}; {'; '.join(odd)}. Joined pieces leave that, and so do telephones, streams and dropped "
            "pictures.",
            **measure,  # type: ignore[arg-type]
        )
    if seen.even < 0.9:
        return Said(
            claim="times_vary",
            observation=f"{usual}: its rate varies, as that of telephones and screen recordings does.",
            **measure,  # type: ignore[arg-type]
        )
    return Said(claim="times_even", observation=f"{usual}: this says nothing.", **measure)  # type: ignore[arg-type]


def _keys(packing: Packing, keys: KeyRhythm) -> Said:
    count = len(keys.at)
    if keys.usual is None:
        return Said(
            claim="key_frames_few",
            observation=f"{count} key frame(s) in {len(packing.pictures)} pictures: too few for a rhythm.",
        )
    fit = {
        "measurement": 1 - len(keys.odd) / max(1, count - 1),
        "unit": "share of key frames that come no sooner than the usual distance",
    }
    if not keys.odd:
        return Said(
            claim="key_frames_regular",
            observation=f"{count} key frames, {keys.usual} pictures apart throughout, as one run of an encoder leaves them: this "
            "says nothing.",
            **fit,  # type: ignore[arg-type]
        )
    places = ", ".join(map(str, keys.odd[:SHOWN_PLACES]))
    return Said(
        claim="key_frames_irregular",
        observation=f"{count} key frames, most often {keys.usual} pictures apart; {len(keys.odd)} come sooner (pictures {places}"
        f"{', …' if len(keys.odd) > SHOWN_PLACES else ''}). Encoders put them at changes of scene; joined pieces have them, too.",
        **fit,  # type: ignore[arg-type]
    )


def _earlier(packing: Packing, keys: KeyRhythm) -> Said:
    seen = earlier_rhythm(packing.pictures, keys)
    if seen is not None:
        known = f" {WRITERS[seen.period]}" if seen.period in WRITERS else ""
        return Said(
            claim="encoded_twice",
            observation=f"Every {seen.period} pictures, from number {seen.first}, one takes {seen.rise:.1f} times the bytes of "
            f"its neighbours ({seen.score:.0f} standard errors), and these are not its own key frames: an earlier encoding with "
            f"a key frame every {seen.period} pictures shines through, or something in the picture moves in that rhythm."
            f"{known} Every upload to a platform encodes once more.",
            measurement=float(seen.period),
            unit="pictures between the key frames of an earlier encoding",
        )
    if len(packing.pictures) < 10 * SHORTEST_PERIOD:
        return Said(claim="rhythm_not_told", observation="Too few pictures to see whether it was encoded twice.")
    return Said(
        claim="no_earlier_rhythm",
        observation="No rhythm of an earlier encoding shows in the sizes of its pictures: this says nothing, many do not show.",
    )


def _maker(text: str) -> str | None:
    lowered = text.lower()
    return next((maker for tag, maker in MAKERS.items() if maker and tag in lowered), None)


def _kind(kind: str) -> str:
    return {"vide": "picture", "soun": "sound"}.get(kind, f"“{kind}”")
