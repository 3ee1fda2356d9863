"""An advert has the id under which its source shows it."""

from __future__ import annotations

import dataclasses

import pytest

from qalqan.demo.ads import META_ADS
from qalqan.demo.advert import Source


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (Source.META, "900000000000007"),
        (Source.TELEGRAM, "qazanc_demo/7"),
        (Source.VIDEO_PAGE, "http://video.example/watch/7"),
    ],
)
def test_each_source_has_ids_of_its_own_form(source: Source, shown: str) -> None:
    ad = dataclasses.replace(META_ADS[0], source=source, number=7)
    assert ad.source_ad_id == shown
