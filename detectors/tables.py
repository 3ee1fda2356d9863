"""The detectors there are: name → ``module:factory``, resolved when first used. A new module is tested by being listed."""

from __future__ import annotations

import pkgutil

from detectors.subject import AdDetector, CreativeDetector

CREATIVE_DETECTORS = {
    "genuine_source": "detectors.genuine_source:GenuineSource",
    "face_blend": "detectors.face_blend:FaceBlend",
    "face_picture": "detectors.face_picture:FacePicture",
    "identity_agreement": "detectors.identity_agreement:IdentityAgreement",
    "voice_spectrum": "detectors.voice_spectrum:VoiceSpectrum",
    "lip_sync": "detectors.lip_sync:LipSync",
    "blink": "detectors.blink:Blinks",
    "micro_motion": "detectors.micro_motion:MicroMotion",
    "prosody": "detectors.prosody:Prosody",
    "brand_logo": "detectors.brand_logo:BrandLogo",
    "container": "detectors.container:Container",
    "verified_copy": "detectors.verified_copy:VerifiedCopy",
}

FILE_DETECTORS = frozenset({"container", "verified_copy"})
"""Those that look at the file and not at what it shows: they examine every copy of a creative by itself."""

AD_DETECTORS = {
    "lure_text": "detectors.lure_text:LureText",
    "lure_classifier": "detectors.lure_classifier:LureClassifier",
    "landing_page": "detectors.landing_page:LandingPageSigns",
    "brand_use": "detectors.brand_use:BrandUse",
    "page_logo": "detectors.page_logo:PageLogo",
    "domain_record": "detectors.domain_record:DomainRecord",
    "official_source": "detectors.official_source:OfficialSource",
    "platform_label": "detectors.platform_label:PlatformLabel",
}

DETECTORS = {**CREATIVE_DETECTORS, **AD_DETECTORS}
"""All of them; which of the two they are in says what they are shown."""


def creative_detectors() -> list[CreativeDetector]:
    """One new instance of every detector that examines media."""
    return [pkgutil.resolve_name(target)() for target in CREATIVE_DETECTORS.values()]


def ad_detectors() -> list[AdDetector]:
    """One new instance of every detector that examines text, pages and publishers."""
    return [pkgutil.resolve_name(target)() for target in AD_DETECTORS.values()]
