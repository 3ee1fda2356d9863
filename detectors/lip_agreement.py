"""Whether a mouth moves with a sound: correlation at the best delay, against the same mouth and sound shifted in time.

Nothing is trained: the same clip, with its sound moved round in a circle, shows what agreement comes about by chance.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from detectors.mouth_motion import GRID_PER_S, MouthMotion, speech_band
from detectors.phone_classes import PhoneAgreement, phone_agreement
from detectors.speech_energy import speech_energy

Numbers = NDArray[np.float64]

SEARCH_S = 0.4
"""Delay searched on both sides: platforms and re-encoding delay sound by up to this much, and nobody was dubbed by that."""

SOUND_AROUND_S = 20.0
"""Sound before and after the face that is used to see what comes about by chance."""

LEAST_SHIFTS = 30
"""Shifted comparisons below which chance cannot be judged: the sound is then hardly longer than the search."""

NEARLY_SILENT = 0.15
"""Where the sound varies by less than this share of its usual variation, correlations are not blown up."""

NOTHING_VARIES_DB = 0.5
INTERVAL_S = 2.0
CLOSED_BELOW, CLOSURE_APART_S = -0.8, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of the face's time and the correlation in it at the delay that suits the whole best; ``delay_s`` is the delay that
    suits this part best, and ``best`` the correlation there."""

    start_s: float
    end_s: float
    correlation: float
    delay_s: float
    best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LipAgreement:
    """``correlation`` in [-1, 1] at the best delay; ``delay_s`` > 0 where the sound comes after the mouth. ``elsewhere`` is the
    highest correlation that a search of the same width found with the sound shifted, ``chance`` in (0, 1] the share of ``shifts``
    shifted searches that reached ``correlation``, ``deviations`` how many standard deviations of shifted correlations it lies
    above their mean. ``closure_db`` is how much quieter vowels are where the lips close, and None where they never do; ``phones``
    is the mouth's shape in each class of sounds at the best delay."""

    correlation: float
    delay_s: float
    deviations: float
    chance: float
    elsewhere: float
    shifts: int
    closure_db: float | None
    phones: PhoneAgreement
    stretches: tuple[Stretch, ...]

    @property
    def delay_wanders_s(self) -> float:
        """How far the parts' own delays lie from that of the whole, on average."""
        return float(np.mean([abs(part.delay_s - self.delay_s) for part in self.stretches]))


def lip_agreement(mouth: MouthMotion, sound: NDArray[np.float32]) -> LipAgreement | None:
    """Of a mouth and the 16 kHz sound of the same film; None when either does not vary or the sound is too short."""
    start_s = max(0.0, mouth.start_s - SOUND_AROUND_S)
    before = int((mouth.start_s - start_s) * GRID_PER_S)
    length_s = len(sound) / 16_000
    end_s = min(max(length_s, mouth.end_s), mouth.end_s + SOUND_AROUND_S)
    energy = speech_energy(sound, start_s=mouth.start_s - before / GRID_PER_S, end_s=end_s)
    energy = energy.lengthened(before + len(mouth.movement))
    vowels = energy.vowels
    heard = speech_band(vowels)
    reach = round(SEARCH_S * GRID_PER_S)
    if heard.std() < NOTHING_VARIES_DB or mouth.movement.std() < 1e-6:
        return None
    everywhere = _circular(mouth.movement, heard, before)
    near, away = everywhere[-reach:].tolist() + everywhere[: reach + 1].tolist(), everywhere[2 * reach + 1 : -2 * reach]
    if len(away) - 2 * reach < LEAST_SHIFTS:
        return None
    best = int(np.argmax(near))
    searches = sliding_window_view(away, 2 * reach + 1).max(axis=1)
    delay = best - reach
    return LipAgreement(
        correlation=float(near[best]),
        delay_s=delay / GRID_PER_S,
        deviations=float((near[best] - away.mean()) / max(float(away.std()), 1e-6)),
        chance=float((1 + (searches >= near[best]).sum()) / (1 + len(searches))),
        elsewhere=float(searches.max()),
        shifts=len(searches),
        closure_db=_closure_db(mouth.movement, np.roll(vowels, -before - delay)[: len(mouth.movement)]),
        phones=phone_agreement(mouth.movement, energy, first=before + delay),
        stretches=_stretches(mouth, heard, first=before, delay=delay),
    )


def _circular(mouth: Numbers, heard: Numbers, before: int) -> Numbers:
    """Correlation of the mouth (k,) with the sound (m,), m ≥ k, read 0, 1, 2 … steps later than it should be; (m,)."""
    windows = sliding_window_view(np.r_[heard, heard], len(mouth))[: len(heard)]
    windows = windows - windows.mean(axis=1, keepdims=True)
    spread = np.maximum(windows.std(axis=1), NEARLY_SILENT * heard.std())
    unit = (mouth - mouth.mean()) / mouth.std()
    return np.roll(windows @ unit / len(mouth) / spread, -before)


def _closure_db(movement: Numbers, vowels: Numbers) -> float | None:
    """How much quieter vowels are at the moments at which the mouth is most closed than they usually are."""
    lows = np.flatnonzero(
        (movement[1:-1] < movement[:-2]) & (movement[1:-1] <= movement[2:]) & (movement[1:-1] < CLOSED_BELOW)
    )
    kept: list[int] = []
    for at in lows.tolist():
        if not kept or at - kept[-1] >= CLOSURE_APART_S * GRID_PER_S:
            kept.append(at)
    return float(vowels.mean() - vowels[np.array(kept) + 1].mean()) if kept else None


def _stretches(mouth: MouthMotion, heard: Numbers, *, first: int, delay: int) -> tuple[Stretch, ...]:
    """Equal parts of about INTERVAL_S; the sound is read round in a circle from place ``first`` on."""
    reach, length = round(SEARCH_S * GRID_PER_S), len(mouth.movement)
    at = np.arange(-reach, reach + 1)
    delayed = np.stack([np.roll(heard, -first - one)[:length] for one in at])
    count = max(1, int(length / (INTERVAL_S * GRID_PER_S)))
    edges = np.linspace(0, length, count + 1).astype(int).tolist()
    found = []
    for start, stop in itertools.pairwise(edges):
        scores = [_correlation(mouth.movement[start:stop], one[start:stop]) for one in delayed]
        best = int(np.argmax(scores))
        found.append(
            Stretch(
                start_s=mouth.start_s + start / GRID_PER_S,
                end_s=mouth.start_s + (stop - 1) / GRID_PER_S,
                correlation=scores[delay + reach],
                delay_s=float(at[best]) / GRID_PER_S,
                best=scores[best],
            )
        )
    return tuple(found)


def _correlation(one: Numbers, other: Numbers) -> float:
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum() / scale) if scale > 0 else 0.0
