from __future__ import annotations

from detectors.tables import AD_DETECTORS, CREATIVE_DETECTORS, DETECTORS, ad_detectors, creative_detectors


def test_each_detector_bears_the_name_under_which_it_is_listed() -> None:
    assert [detector.name for detector in creative_detectors()] == list(CREATIVE_DETECTORS)
    assert [detector.name for detector in ad_detectors()] == list(AD_DETECTORS)
    assert not set(CREATIVE_DETECTORS) & set(AD_DETECTORS)
    assert list(DETECTORS) == [*CREATIVE_DETECTORS, *AD_DETECTORS]


def test_each_has_a_version_and_each_call_makes_new_instances() -> None:
    versions = [*(d.version for d in creative_detectors()), *(d.version for d in ad_detectors())]
    assert all(versions)
    first, second = creative_detectors(), creative_detectors()
    assert all(one is not other for one, other in zip(first, second, strict=True))
