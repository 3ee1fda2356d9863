"""A logo in a creative, with the place and time at which it is; what cannot be looked for is said."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from detectors.brand_logo import MOST_FRAMES, BrandLogo, distinct_frames
from detectors.brand_use import BrandUse
from detectors.records import Bearing, Finding
from detectors.subject import CreativeSubject
from embeddings.media import decode
from embeddings.packs import load_pack
from embeddings.samples import Frame
from tests.detectors.logo_pictures import logo, scene, with_logo
from tests.detectors.subjects import by_claim, subject
from tests.factories import make_ad, make_brand
from tests.portrait_film import write_film
from watchlist import store
from watchlist.brands import import_brands
from watchlist.gallery import Gallery

SIGN = logo("SOCAR", seed=1)


def picture(path: Path, pixels: NDArray[np.uint8]) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def gallery_with(path: Path) -> Gallery:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Gallery.of(
        load_pack("open").manifest, persons=[], brands=[make_brand(logos=(sha256,))], logos={sha256: path}
    )


def examine(creative: Path, gallery: Gallery) -> dict[str, Finding]:
    seen = CreativeSubject(
        media=decode(creative), faces=(), voices=(), matches=(), gallery=gallery, pack=load_pack("open")
    )
    return by_claim(list(BrandLogo().examine(seen)))


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return gallery_with(picture(tmp_path / "logo.png", SIGN))


def test_a_logo_in_a_film_is_shown_with_time_and_place(tmp_path: Path, gallery: Gallery) -> None:
    shown = with_logo(scene(), SIGN, width_px=260, at=(320, 240))
    film = write_film(tmp_path / "ad.mp4", [scene()] * 20 + [shown] * 20, None)
    found = examine(film, gallery)
    assert set(found) == {"logo_shown"}
    one = found["logo_shown"]
    assert (one.brand_id, one.bearing) == ("socar", Bearing.INCONCLUSIVE)
    assert one.start_s is not None
    assert one.start_s >= 1.5
    assert one.region is not None
    assert abs(one.region.left - 0.5) < 0.06
    assert abs(one.region.width - 260 / 640) < 0.12


def test_a_logo_beside_no_word_is_the_brand_that_is_used(tmp_path: Path, gallery: Gallery) -> None:
    found = examine(picture(tmp_path / "ad.png", with_logo(scene(), SIGN, width_px=260)), gallery)
    ad = make_ad(title=None, body="Salam", link_url="http://shop.example/", link_caption=None)
    [used] = [one for one in BrandUse().examine(subject(ad, findings=tuple(found.values()))) if one.brand_id == "socar"]
    assert (used.claim, used.modality) == ("brand_impersonation", "picture")
    assert "its logo is shown" in used.observation


def test_a_picture_without_a_logo(tmp_path: Path, gallery: Gallery) -> None:
    found = examine(picture(tmp_path / "ad.png", scene()), gallery)
    assert set(found) == {"no_logo_shown"}
    assert any("pixels are not recognised" in limit for limit in found["no_logo_shown"].quality_limits)


def test_a_logo_that_nobody_could_recognise_is_said(tmp_path: Path) -> None:
    blank = gallery_with(picture(tmp_path / "logo.png", np.zeros((90, 90, 3), dtype=np.uint8)))
    found = examine(picture(tmp_path / "ad.png", scene()), blank)
    assert "Could not look" in found["logos_not_looked_for"].observation
    assert any("too few details" in limit for limit in found["logos_not_looked_for"].quality_limits)


def test_a_logo_that_is_gone_is_said(tmp_path: Path) -> None:
    gone = Gallery.of(load_pack("open").manifest, persons=[], brands=[make_brand(logos=("f" * 64,))])
    found = examine(picture(tmp_path / "ad.png", scene()), gone)
    assert any("could not be read" in limit for limit in found["logos_not_looked_for"].quality_limits)


def test_a_stored_watchlist_has_its_logos(tmp_path: Path) -> None:
    picture(tmp_path / "socar.png", SIGN)
    listed = tmp_path / "brands.toml"
    listed.write_text('[[brand]]\nid = "socar"\nnames = ["SOCAR"]\nlogos = ["socar.png"]\n')
    import_brands(tmp_path / "w", listed, by="tester", now=make_ad().observed_at)
    loaded = Gallery.load(tmp_path / "w", load_pack("open").manifest, now=make_ad().observed_at)
    [brand] = loaded.brands
    assert loaded.logo(brand.logos[0]) == store.logo_file(tmp_path / "w", brand.logos[0])
    assert set(examine(picture(tmp_path / "ad.png", with_logo(scene(), SIGN, width_px=260)), loaded)) == {"logo_shown"}


def test_only_frames_that_differ_are_looked_at() -> None:
    flat = [Frame(at_s=at / 2, pixels=np.full((90, 160, 3), at // 30 * 20, np.uint8), scale=1.0) for at in range(240)]
    chosen = distinct_frames(flat)
    assert len(chosen) == MOST_FRAMES
    assert len({int(frame.pixels[0, 0, 0]) for frame in chosen}) == MOST_FRAMES
    assert len(distinct_frames(flat[:30])) == 1
    assert distinct_frames([]) == []
