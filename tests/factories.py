"""Valid records with sensible defaults, one function per record: ``make_ad(title="…")`` changes what the test is about.

Derived identifiers (``ad_id``, ``capture_id``, ``candidate_id`` …) follow the changed fields unless the test sets them.
Times default to ``AT``; nothing here reads a clock or draws a random number.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from crawlers.records import QueryTally
from detectors.records import Axis, Bearing, Finding, Span
from embeddings.fingerprints import STEP_S, THUMBNAIL_PX, CreativePrint
from embeddings.records import (
    Creative,
    FaceTrack,
    Fingerprint,
    MediaKind,
    ModelPack,
    PackFile,
    Region,
    TextLine,
    TextPlace,
    VoiceSegment,
)
from evidence.records import AccessMode, Ad, BlobRef, Capture, CaptureKind, Outcome, Visitor, content_id
from pipelines.campaign_records import Campaign, CommonTrait, Tie
from pipelines.records import Assessment, AxisReading, AxisState, Candidate, DeadLetter, RunReport
from pipelines.truth import AdTruth, Alteration, SourceFilm
from watchlist.records import (
    AllowedCreative,
    Brand,
    Enrolment,
    Match,
    Modality,
    NewsPublisher,
    Person,
    Reference,
    ReferenceKind,
    Spelling,
)

AT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
PIPELINE_VERSION = "test-1"
PACK = "test@1"


def sha(text: str) -> str:
    """A SHA-256 (hex) that differs with the text; for records whose bytes do not matter."""
    return hashlib.sha256(text.encode()).hexdigest()


# evidence


def make_blob_ref(data: bytes = b"blob", *, media_type: str = "application/octet-stream", **changes: Any) -> BlobRef:
    """The reference that the evidence store would give for ``data``."""
    ref = BlobRef(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), media_type=media_type)
    return replace(ref, **changes)


def make_ad(**changes: Any) -> Ad:
    """A scam-like video ad of the ad library."""
    source = changes.get("source", "meta_library")
    source_ad_id = changes.get("source_ad_id", "1001")
    ad = Ad(
        ad_id=content_id(source, source_ad_id),
        source=source,
        source_ad_id=source_ad_id,
        access_mode=AccessMode.PUBLIC_PAGE_AUTOMATED,
        observed_at=AT,
        query="SOCAR",
        page_id="100000000000001",
        page_name="Qazanc Platforması",
        page_url="http://adlibrary.example/page/100000000000001",
        title="SOCAR invest",
        body="Ayda 5000 AZN qazanc. İndi qeydiyyatdan keçin!",
        cta_text="Learn more",
        link_url="http://socar-qazanc.example/",
        link_caption="socar-qazanc.example",
        ad_url=f"http://adlibrary.example/ads/library/?id={source_ad_id}",
        platforms=("FACEBOOK", "INSTAGRAM"),
        media_urls=("http://cdn.example/v/1001.mp4",),
        is_active=True,
        started_at=AT - timedelta(days=2),
        ended_at=None,
        reach=None,
        raw=make_blob_ref(b"{}", media_type="application/json"),
    )
    return replace(ad, **changes)


def make_capture(**changes: Any) -> Capture:
    """A media file fetched without trouble."""
    ad_id = changes.get("ad_id", make_ad().ad_id)
    kind = CaptureKind(changes.get("kind", CaptureKind.MEDIA))
    url = changes.get("requested_url", "http://cdn.example/v/1001.mp4")
    visitor = Visitor(changes.get("visitor", Visitor.COMPUTER))
    capture = Capture(
        capture_id=content_id(ad_id, kind, url, *([] if visitor is Visitor.COMPUTER else [visitor])),
        ad_id=ad_id,
        kind=kind,
        outcome=Outcome.CAPTURED,
        reason=None,
        captured_at=AT,
        tool="fetch@1",
        requested_url=url,
        final_url=url,
        redirect_chain=(),
        status=200,
        body=make_blob_ref(b"media", media_type="video/mp4"),
        text=None,
        screenshot=None,
        har=None,
    )
    return replace(capture, **changes)


# crawlers


def make_query_tally(**changes: Any) -> QueryTally:
    """A query that found three ads and captured two."""
    tally = QueryTally(
        source="meta_library",
        query="SOCAR",
        looked=True,
        why_not=None,
        found=3,
        captured=2,
        skipped=1,
        blocked=0,
        failed=0,
    )
    return replace(tally, **changes)


# embeddings


def make_region(**changes: Any) -> Region:
    """A face-sized rectangle near the middle of the frame."""
    return replace(Region(left=0.4, top=0.2, width=0.2, height=0.3), **changes)


def make_creative(**changes: Any) -> Creative:
    """A ten-second 640×360 video with sound."""
    creative = Creative(
        sha256=sha("creative"),
        size_bytes=250_000,
        kind=MediaKind.VIDEO,
        container="mov,mp4,m4a,3gp,3g2,mj2",
        duration_s=10.0,
        width_px=640,
        height_px=360,
        frame_rate=25.0,
        video_codec="h264",
        audio_codec="aac",
        encoder="Lavf61.7.100",
        has_sound=True,
        frames_sampled=20,
        problems=(),
        sandbox="rlimits",
    )
    return replace(creative, **changes)


def make_print(number: int, *, moments: int = 2, quality: int = 90) -> CreativePrint:
    """The print of a silent film that is like no film of another number."""
    creative = make_creative(sha256=sha(f"print {number}"), has_sound=False, duration_s=STEP_S * moments)
    noise = hashlib.shake_256(f"print {number}".encode()).digest(moments * (64 + THUMBNAIL_PX**2))
    hashes = np.frombuffer(noise, dtype=np.uint8, count=64 * moments).reshape(2, moments, 32)
    return CreativePrint(
        creative=creative,
        content=make_region(left=0.0, top=0.0, width=1.0, height=1.0),
        frames=tuple(
            make_fingerprint(
                creative_sha256=creative.sha256, value=one.tobytes().hex(), quality=quality, at_s=STEP_S * place
            )
            for place, one in enumerate(hashes[0])
        ),
        mirrored=hashes[1],
        thumbnails=np.frombuffer(noise, dtype=np.uint8, offset=64 * moments).reshape(-1, THUMBNAIL_PX, THUMBNAIL_PX),
        probes=np.empty((0, 32), dtype=np.uint8),
        sound=None,
    )


def make_face_track(**changes: Any) -> FaceTrack:
    """A face seen through the whole of ``make_creative()``."""
    track = FaceTrack(
        creative_sha256=sha("creative"),
        track=0,
        start_s=0.0,
        end_s=9.5,
        best_s=4.0,
        region=make_region(),
        size_px=108,
        sharpness=140.0,
        quality=0.9,
        yaw_deg=4.0,
        frames_seen=20,
        pitch_deg=-3.0,
        occlusion=0.0,
    )
    return replace(track, **changes)


def make_voice_segment(**changes: Any) -> VoiceSegment:
    """Eight seconds of speech."""
    segment = VoiceSegment(creative_sha256=sha("creative"), segment=0, start_s=0.5, end_s=9.0, speech_s=8.0, speaker=0)
    return replace(segment, **changes)


def make_text_line(**changes: Any) -> TextLine:
    """A caption along the lower edge of a creative."""
    line = TextLine(
        source_sha256=sha("creative"),
        place=TextPlace.FRAMES,
        line=0,
        text="Gündə 500 AZN qazanın",
        confidence=0.93,
        start_s=1.0,
        end_s=3.5,
        region=Region(left=0.1, top=0.8, width=0.8, height=0.1),
        language=None,
    )
    return replace(line, **changes)


def make_fingerprint(**changes: Any) -> Fingerprint:
    """A PDQ hash of one frame."""
    fingerprint = Fingerprint(
        creative_sha256=sha("creative"), algorithm="pdq", value=sha("fingerprint"), quality=90, at_s=2.0
    )
    return replace(fingerprint, **changes)


def make_pack_file(**changes: Any) -> PackFile:
    """One weight file of ``make_model_pack()``."""
    file = PackFile(role="face_embedder", name="face.dat", package=None, sha256=sha("weights"), licence="Apache-2.0")
    return replace(file, **changes)


def make_model_pack(**changes: Any) -> ModelPack:
    """A pack with small vectors, for tests that bring their own."""
    pack = ModelPack(
        name="test",
        version="1",
        licence_note="for tests only",
        providers=("CPUExecutionProvider",),
        threads=1,
        face_family="dlib",
        face_landmarks="eye_corners",
        face_dimension=4,
        face_metric="cosine",
        face_threshold=0.8,
        face_min_size_px=60,
        voice_family="resemblyzer",
        voice_dimension=4,
        voice_metric="cosine",
        voice_threshold=0.8,
        voice_min_speech_s=2.0,
        validated_on="nothing",
        files=(make_pack_file(),),
    )
    return replace(pack, **changes)


# watchlist


def make_person(**changes: Any) -> Person:
    """An invented president, named in two scripts."""
    person = Person(
        person_id="aysel-quliyeva",
        names=("Aysel Quliyeva", "Айсель Кулиева"),
        role="president of the invented Republic",
        jurisdiction="AZ",
        official_pages=("http://adlibrary.example/page/500000000000001",),
        official_domains=("gov-demo.example",),
        languages=("az", "ru"),
    )
    return replace(person, **changes)


def make_brand(**changes: Any) -> Brand:
    """A brand that scams like to use."""
    brand = Brand(
        brand_id="socar",
        names=("SOCAR", "СОКАР"),
        official_pages=(),
        official_domains=("socar.az",),
        spellings=(Spelling(language="ru", name="СОКАР"),),
        logos=(),
    )
    return replace(brand, **changes)


def make_enrolment(**changes: Any) -> Enrolment:
    """An enrolment in force at ``AT``, with its two approvers."""
    enrolment = Enrolment(
        person_id="aysel-quliyeva",
        legal_basis="written request of the person, no. 1",
        purpose="find adverts that misuse the person's likeness",
        requested_by="requester",
        approved_by=("first", "second"),
        enrolled_at=AT - timedelta(days=30),
        expires_at=AT + timedelta(days=335),
        document_sha256=sha("signed request"),
        review_at=AT + timedelta(days=150),
    )
    return replace(enrolment, **changes)


def make_reference(**changes: Any) -> Reference:
    """A reference picture."""
    reference = Reference(
        person_id="aysel-quliyeva",
        kind=ReferenceKind.IMAGE,
        sha256=sha("reference"),
        media_type="image/jpeg",
        provenance="press office",
        added_at=AT - timedelta(days=30),
        pack=PACK,
    )
    return replace(reference, **changes)


def make_allowed_creative(**changes: Any) -> AllowedCreative:
    """An advert of the person's own."""
    allowed = AllowedCreative(
        sha256=sha("own advert"),
        person_id="aysel-quliyeva",
        brand_id=None,
        allowed_by="first",
        why="published by the press office",
        allowed_at=AT - timedelta(days=20),
    )
    return replace(allowed, **changes)


def make_news_publisher(**changes: Any) -> NewsPublisher:
    """A newspaper of the invented Republic."""
    publisher = NewsPublisher(
        publisher_id="gunun-xeberi",
        names=("Günün Xəbəri",),
        pages=("700000000000077",),
        domains=("gununxeberi.example",),
        trusted_by="first",
        why="member of the press council",
        trusted_at=AT - timedelta(days=20),
    )
    return replace(publisher, **changes)


def make_match(**changes: Any) -> Match:
    """A face match on ``make_creative()``; ``make_match(modality=Modality.VOICE, region=None)`` for a voice."""
    creative_sha256 = changes.get("creative_sha256", sha("creative"))
    person_id = changes.get("person_id", "aysel-quliyeva")
    modality = Modality(changes.get("modality", Modality.FACE))
    track = changes.get("track", 0)
    match = Match(
        match_id=content_id(creative_sha256, person_id, modality, str(track)),
        creative_sha256=creative_sha256,
        person_id=person_id,
        modality=modality,
        track=track,
        start_s=0.0,
        end_s=9.5,
        best_s=4.0,
        region=make_region(),
        score=0.9,
        threshold=0.8,
        likelihood_ratio=None,
        pack=PACK,
    )
    return replace(match, **changes)


# detectors


def make_span(**changes: Any) -> Span:
    """The promise in the body of ``make_ad()``."""
    return replace(Span(field="body", start=0, end=20, label="promise_of_profit"), **changes)


def make_finding(**changes: Any) -> Finding:
    """A lure finding on ``make_ad()`` that supports its claim."""
    ad_id = changes.get("ad_id", make_ad().ad_id)
    creative_sha256 = changes.get("creative_sha256")
    method = changes.get("method", "lure_text")
    claim = changes.get("claim", "promise_of_profit")
    finding = Finding(
        finding_id=content_id(ad_id or "", creative_sha256 or "", method, claim),
        ad_id=ad_id,
        creative_sha256=creative_sha256,
        axis=Axis.LURE,
        bearing=Bearing.SUPPORTS,
        claim=claim,
        observation="The text promises a monthly profit.",
        modality="text",
        person_id=None,
        brand_id=None,
        start_s=None,
        end_s=None,
        region=None,
        spans=(make_span(),),
        measurement=None,
        unit=None,
        method=method,
        method_version="1",
        model_sha256=None,
        validated_on=None,
        inside_validation=None,
        weight=1.0,
        likelihood_ratio=None,
        likelihood_ratio_low=None,
        likelihood_ratio_high=None,
        propositions=("The advert lures into a fraud.", "The advert is an ordinary offer."),
        quality_limits=(),
        innocent_explanations=("A warning that quotes the scam.",),
        reference_sha256=None,
        reference_start_s=None,
        reproduce="qalqan screen",
    )
    return replace(finding, **changes)


# pipelines


def make_axis_reading(**changes: Any) -> AxisReading:
    """The lure axis, answered yes."""
    reading = AxisReading(
        axis=Axis.LURE,
        state=AxisState.YES,
        summary="It promises a monthly profit.",
        finding_ids=(make_finding().finding_id,),
    )
    return replace(reading, **changes)


def make_axes(**states: AxisState) -> tuple[AxisReading, ...]:
    """All four axes: likeness and lure yes, alteration unknown, source no; ``make_axes(source=…)`` changes one."""
    usual = {
        Axis.LIKENESS: AxisState.YES,
        Axis.ALTERATION: AxisState.CANNOT_TELL,
        Axis.LURE: AxisState.YES,
        Axis.SOURCE: AxisState.NO,
    }
    unknown = set(states) - set(usual)
    if unknown:
        raise TypeError(f"no such axis: {', '.join(sorted(unknown))}")
    return tuple(
        AxisReading(
            axis=axis, state=states.get(axis.value, state), summary=f"The answer on {axis.value}.", finding_ids=()
        )
        for axis, state in usual.items()
    )


def make_assessment(**changes: Any) -> Assessment:
    """``make_ad()`` flagged."""
    assessment = Assessment(
        ad_id=make_ad().ad_id,
        creative_sha256=sha("creative"),
        flagged=True,
        why="A protected person's likeness is used together with a promise of profit.",
        axes=make_axes(),
    )
    return replace(assessment, **changes)


def make_candidate(**changes: Any) -> Candidate:
    """The candidate of ``make_assessment()``."""
    ad_id = changes.get("ad_id", make_ad().ad_id)
    creative_sha256 = changes.get("creative_sha256", sha("creative"))
    version = changes.get("pipeline_version", PIPELINE_VERSION)
    candidate = Candidate(
        candidate_id=content_id(ad_id, creative_sha256 or "", version),
        ad_id=ad_id,
        creative_sha256=creative_sha256,
        pipeline_version=version,
        headline="Aysel Quliyeva's likeness promises profit",
        priority=80,
        reasons=("shown now", "asks for card data"),
        person_ids=("aysel-quliyeva",),
        brand_ids=("socar",),
        axes=make_axes(),
    )
    return replace(candidate, **changes)


def make_dead_letter(**changes: Any) -> DeadLetter:
    """A creative that could not be decoded."""
    stage = changes.get("stage", "decode")
    ad_id = changes.get("ad_id", make_ad().ad_id)
    creative_sha256 = changes.get("creative_sha256", sha("creative"))
    letter = DeadLetter(
        letter_id=content_id(stage, ad_id or "", creative_sha256 or ""),
        stage=stage,
        ad_id=ad_id,
        creative_sha256=creative_sha256,
        error="UnreadableMedia",
        reason="The file holds no picture and no sound.",
    )
    return replace(letter, **changes)


def make_run_report(**changes: Any) -> RunReport:
    """A short run in which nothing went wrong."""
    report = RunReport(
        pipeline_version=PIPELINE_VERSION,
        pack=PACK,
        watchlist_version=sha("watchlist"),
        started_at=AT,
        finished_at=AT + timedelta(minutes=3),
        ads=3,
        creatives=2,
        creatives_seen_before=0,
        creatives_copied=1,
        matches=1,
        candidates=1,
        dead_letters=0,
        could_not_look=(),
    )
    return replace(report, **changes)


def make_campaign(**changes: Any) -> Campaign:
    """Two ads that lead to one domain."""
    ad_ids = tuple(sorted(make_ad(source_ad_id=name).ad_id for name in ("1001", "1002")))
    campaign = Campaign(
        campaign_id=content_id("campaign", *ad_ids),
        aliases=(),
        split_from=None,
        known_since=AT,
        ad_ids=ad_ids,
        pages=1,
        ties=(Tie(kind="domain", value="socar-qazanc.example", why="2 ads lead to the same domain.", members=(0, 1)),),
    )
    return replace(campaign, **changes)


def make_common_trait(**changes: Any) -> CommonTrait:
    """A tag manager that hundreds of pages of one builder share."""
    common = CommonTrait(
        kind="tracker", value="tag_manager:GTM-BUILDER", ads=400, pages=300, groups=280, why="It joins none of them."
    )
    return replace(common, **changes)


def make_ad_truth(**changes: Any) -> AdTruth:
    """The right answers about ``make_ad()``: a swapped face over an Azerbaijani lure, from a page that nobody knows."""
    truth = AdTruth(
        ad_id=make_ad().ad_id,
        flag=True,
        kind="scam with face swapped",
        likeness=AxisState.YES,
        alteration=AxisState.YES,
        lure=AxisState.YES,
        source=AxisState.NO,
        language="az",
        text_kind="scam",
        text_set="first half of the texts",
        disguise=None,
        publisher="unknown",
        landing="offer with card form",
        landing_facts=("card form",),
        creative="creative.mp4",
        condition="border",
        generator="a swapper",
        faces=("aysel-quliyeva",),
        voices=(),
        brands=(),
        alterations=(Alteration(what="face_swapped"),),
        film=SourceFilm(name="film.mp4", start_s=1.0, end_s=5.0),
    )
    return replace(truth, **changes)
