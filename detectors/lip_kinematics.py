"""How a mouth moves by itself, without its sound: speed, jerk and spectrum of its opening.

Generated mouths have been described as smoother or as trembling; whether these numbers tell them apart is measured by
``python -m tests.train_lip_sync`` and shown there. They are an observation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.mouth_motion import FASTEST_HZ, GRID_PER_S, SLOWEST_HZ, MouthMotion

Numbers = NDArray[np.float64]

FAST_HZ = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LipKinematics:
    """Of the opening: ``speed`` root mean square in face widths per second; ``jerk`` root mean square of the third derivative, in
    units of ``speed`` per second squared; ``fast_share`` of the power of movement that is faster than FAST_HZ; ``width_share``
    movement of the corners sideways, in units of the opening's; ``roundness`` root mean square change of the opening in units of
    its width, None where the lips are not marked."""

    speed: float
    jerk: float
    fast_share: float
    width_share: float
    roundness: float | None = None

    def features(self) -> Numbers:
        """(4,) natural logarithms, in the order of the fields, or (5,) with roundness."""
        seen = [self.speed, self.jerk, self.fast_share, self.width_share]
        seen += [] if self.roundness is None else [self.roundness]
        logarithms: Numbers = np.log(np.maximum(np.array(seen), 1e-6))
        return logarithms


def lip_kinematics(mouth: MouthMotion) -> LipKinematics:
    """Of a mouth that moves."""
    velocity = np.gradient(mouth.opening) * GRID_PER_S
    jerk = np.gradient(np.gradient(velocity) * GRID_PER_S) * GRID_PER_S
    speed = _size(velocity)
    power = np.abs(np.fft.rfft(mouth.opening)) ** 2
    hertz = np.fft.rfftfreq(len(mouth.opening), 1 / GRID_PER_S)
    shown = (hertz >= SLOWEST_HZ) & (hertz <= FASTEST_HZ)
    total = float(power[shown].sum())
    return LipKinematics(
        speed=speed,
        jerk=_size(jerk) / max(speed, 1e-9),
        fast_share=float(power[shown & (hertz >= FAST_HZ)].sum() / max(total, 1e-12)),
        width_share=_size(mouth.width) / max(mouth.amplitude, 1e-9),
        roundness=None if mouth.roundness is None else _size(mouth.roundness),
    )


def _size(curve: Numbers) -> float:
    return float(np.sqrt((curve**2).mean()))
