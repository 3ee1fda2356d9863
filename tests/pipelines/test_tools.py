"""Tools are opened once per process; only settings travel."""

from __future__ import annotations

import pickle

import pytest

from pipelines.tools import ScreenSettings, ad_tools, media_tools


def test_opened_once_per_process(settings: ScreenSettings) -> None:
    assert media_tools(settings) is media_tools(settings)
    assert ad_tools(settings).gallery is media_tools(settings).gallery


def test_settings_travel_and_tools_do_not(settings: ScreenSettings) -> None:
    assert pickle.loads(pickle.dumps(settings)) == settings
    with pytest.raises(TypeError):
        pickle.dumps(media_tools(settings))
