"""What the voice networks are trained on, made of babble: the speech itself needs the development media."""

from __future__ import annotations

import numpy as np
import pytest

from tests.portrait_film import babble
from tests.voice_channels import CHANNELS, sent
from tests.voice_corpus import Piece, rows
from tests.voice_generators import RESYNTHESES


@pytest.mark.parametrize("generator", RESYNTHESES)
def test_resynthesis_gives_other_sound_of_the_same_length(generator: str) -> None:
    sound = babble(1.2)
    _, make = RESYNTHESES[generator]
    made = make(sound, np.random.default_rng(1))
    assert len(made) == len(sound)
    assert np.isfinite(made).all()
    assert 0.01 < np.abs(made).max() < 20
    assert not np.allclose(made, sound, atol=1e-3)


@pytest.mark.parametrize("channel", CHANNELS)
def test_channels_keep_the_speech_and_change_the_sound(channel: str) -> None:
    sound = babble(1.2)
    heard = sent(sound, channel, np.random.default_rng(1))
    assert abs(len(heard) - len(sound)) < 1600
    assert np.isfinite(heard).all()
    spectra = [np.abs(np.fft.rfft(one, 19_200))[480:3600] for one in (sound, heard)]
    assert np.corrcoef(spectra[0], spectra[1])[0, 1] > 0.5


def test_the_same_piece_gives_the_same_rows() -> None:
    piece = Piece(name="one", speaker="A", family="real", generator="real", learned=False, sound=babble(3.2))
    first, again = list(rows(piece)), list(rows(piece))
    assert [row.take for row in first] == [row.take for row in again]
    assert len({row.channel for row in first}) == 2
    for one, other in zip(first, again, strict=True):
        assert all(np.array_equal(one.views[name], other.views[name]) for name in one.views)
