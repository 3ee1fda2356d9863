"""Tools are opened once per process; only settings travel."""

from __future__ import annotations

import dataclasses
import pickle
import resource
from importlib.resources import files
from pathlib import Path

import cv2
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from detectors.domain_record import DomainRecord
from detectors.lure_model import WEIGHTS
from detectors.subject import AdSubject
from embeddings.errors import PackMissing
from pipelines.tools import ScreenSettings, ad_tools, media_tools, one_thread
from tests.detectors.tiny_networks import make_inference_checkpoint, make_onnx_sound
from tests.factories import make_ad


def test_opened_once_per_process(settings: ScreenSettings) -> None:
    assert media_tools(settings) is media_tools(settings)
    assert ad_tools(settings).gallery is media_tools(settings).gallery


def test_settings_travel_and_tools_do_not(settings: ScreenSettings) -> None:
    assert pickle.loads(pickle.dumps(settings)) == settings
    with pytest.raises(TypeError):
        pickle.dumps(media_tools(settings))


def test_a_worker_uses_one_thread(settings: ScreenSettings) -> None:
    media_tools(settings)
    cv2.setNumThreads(2)
    with threadpool_limits(limits=2):
        one_thread()
        assert cv2.getNumThreads() == 1
        assert {library["num_threads"] for library in threadpool_info()} == {1}


def test_networks_of_the_configuration_examine_media_too(settings: ScreenSettings, tmp_path: Path) -> None:
    (tmp_path / "network").mkdir()
    directory = make_onnx_sound(tmp_path / "network")
    with_one = dataclasses.replace(settings, networks=(directory,))
    before, after = media_tools(settings).detectors, media_tools(with_one).detectors
    assert [detector.name for detector in after[: len(before)]] == [detector.name for detector in before]
    assert len(after) == len(before) + 1
    with pytest.raises(PackMissing):
        media_tools(dataclasses.replace(settings, networks=(tmp_path / "typo",)))


def test_detectors_can_be_left_out(settings: ScreenSettings) -> None:
    fewer = dataclasses.replace(settings, without=("face_blend", "lure_classifier"))
    media, ads = media_tools(fewer).detectors, ad_tools(fewer).detectors
    assert len(media) == len(media_tools(settings).detectors) - 1
    assert len(ads) == len(ad_tools(settings).detectors) - 1
    assert not ({one.name for one in media} | {one.name for one in ads}) & {"face_blend", "lure_classifier"}


def test_lists_of_the_configuration_reach_their_detector(settings: ScreenSettings, tmp_path: Path) -> None:
    feed = tmp_path / "warned.txt"
    feed.write_text("scam-shop.example\nfast-profit.example\n")
    with_list = ad_tools(dataclasses.replace(settings, feeds=(feed,)))
    (record,) = [one for one in with_list.detectors if isinstance(one, DomainRecord)]
    ad = make_ad(link_url="http://scam-shop.example/offer")
    subject = AdSubject(ad=ad, landings=(), creatives=(), matches=(), creative_findings=(), gallery=with_list.gallery)
    assert "is on the list warned.txt" in " ".join(finding.observation for finding in record.examine(subject))
    with pytest.raises(OSError):
        ad_tools(dataclasses.replace(settings, feeds=(tmp_path / "typo.txt",)))


def test_what_reads_texts_is_the_configurations_too(settings: ScreenSettings, tmp_path: Path) -> None:
    weights = tmp_path / "own.npz"
    weights.write_bytes((files("detectors") / "data" / WEIGHTS).read_bytes())
    (tmp_path / "network").mkdir()
    network = make_inference_checkpoint(tmp_path / "network")
    before, after = (
        ad_tools(one).detectors
        for one in (settings, dataclasses.replace(settings, lure_weights=weights, networks=(network,)))
    )
    assert [one.name for one in after] == [*(one.name for one in before), "transformers_text.tiny"]
    with pytest.raises(PackMissing):
        ad_tools(dataclasses.replace(settings, lure_weights=tmp_path / "typo.npz"))


def test_a_worker_writes_no_image_of_its_memory(settings: ScreenSettings) -> None:
    media_tools(settings)
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
