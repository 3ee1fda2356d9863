"""Writes a set: watchlist, evidence, ads and captures as a crawl leaves them, the configuration, and ``truth.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from detectors.lure_model import WEIGHTS
from embeddings.packs import load_pack
from evidence.journal import Entry, Journal
from evidence.records import (
    AD_SCHEMA,
    CAPTURE_SCHEMA,
    AccessMode,
    Ad,
    BlobRef,
    Capture,
    CaptureKind,
    Outcome,
    content_id,
)
from evidence.store import EvidenceStore
from evidence.tables import write_records
from pipelines.records import AxisState
from pipelines.truth import AdTruth, Truth, write_truth
from tests.lure_corpus import HALVES
from tests.redteam.ads import Plan
from tests.redteam.creatives import PROMISES, make_creatives
from tests.redteam.kinds import PlannedAd
from tests.redteam.material import Guarded, Material
from tests.redteam.publishers import BRAND_NAMES, domain_of_brand, page_of_brand
from tests.redteam.texts import BUTTONS, Texts
from watchlist.brands import import_brands
from watchlist.enrol import EnrolmentRequest, approve, enrol

CONFIG = "qalqan.toml"
NAME = "redteam"
SOURCE = "redteam"
TOOL = "tests.redteam/1"
AT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
"""When the ads were seen: the same set has the same ids whenever it is made."""

PACK = "open"
OFFICER = "redteam-officer"
APPROVERS = ("redteam-approver-1", "redteam-approver-2")
CONFIGURATION = f"""\
data_dir = "run"

[crawl]
name = "{NAME}"

[watchlist]
directory = "watchlist"

[screen]
pack = "{PACK}"
"""

LURE = f"""
[detectors]
lure_weights = "{WEIGHTS}"
"""


def make_set(
    out: Path,
    material: Material,
    *,
    ads: int,
    films: int,
    seed: int,
    command: str,
    now: datetime,
    halves: Sequence[str] = HALVES,
    promises: Sequence[str] = tuple(PROMISES),
    lure_weights: bytes | None = None,
) -> Truth:
    """Make the set in ``out``. ``now`` decides when the enrolments end; with ``lure_weights`` the set's configuration names them.
    Raises what enrolling raises."""
    out.mkdir(parents=True, exist_ok=True)
    enrol_people(out / "watchlist", material.people, now=now)
    creatives = make_creatives(material, out / "media", films=films, seed=seed, promises=promises)
    planned = Plan(creatives, [Texts(half) for half in halves], material.people, seed=seed).draw(ads)
    write_crawl(out, planned)
    (out / CONFIG).write_text(CONFIGURATION + ("" if lure_weights is None else LURE), encoding="utf-8")
    if lure_weights is not None:
        (out / WEIGHTS).write_bytes(lure_weights)
    truth = Truth(
        description=f"{len(planned)} composed ads with {len(creatives)} creatives, seed {seed}",
        command=command,
        ads=tuple(truth_of(ad) for ad in planned),
        # The weights that come with Qalqan learned from the whole corpus
        learned_from=(*material.learned_from, *(("lure_classifier",) if lure_weights is None else ())),
    )
    write_truth(truth, out)
    return truth


def enrol_people(directory: Path, people: Sequence[Guarded], *, now: datetime) -> None:
    """Enrol and approve everybody, and the brands; the ends of the enrolments are a year ahead."""
    pack = load_pack(PACK)
    for person in people:
        request = EnrolmentRequest(
            person_id=person.person_id,
            names=(person.name,),
            legal_basis="evaluation: nobody is searched for outside this set",
            purpose="measure the end decision",
            requested_by=OFFICER,
            expires_at=now + timedelta(days=365),
            provenance="development media",
            adult_confirmed=True,
            images=person.images,
            audio=person.audio,
            footage=person.footage,
            official_pages=(f"{SOURCE}/{person.page_id}",),
            official_domains=(person.domain,),
        )
        enrol(directory, request, pack=pack, now=now)
        for approver in APPROVERS:
            approve(directory, person.person_id, by=approver, now=now)
    brands = directory.with_name("brands.toml")
    brands.write_text("\n".join(_brand(brand) for brand in BRAND_NAMES), encoding="utf-8")
    import_brands(directory, brands, by=OFFICER, now=now)


def _brand(brand: str) -> str:
    names = json.dumps(sorted(set(BRAND_NAMES[brand].values())), ensure_ascii=False)
    page = f"{SOURCE}/{page_of_brand(brand).page_id}"
    return (
        f'[[brand]]\nid = "{brand}"\nnames = {names}\nofficial_pages = ["{page}"]\n'
        f'official_domains = ["{domain_of_brand(brand)}"]\n'
    )


def write_crawl(out: Path, planned: Sequence[PlannedAd]) -> None:
    """Evidence, ``ads.parquet`` and ``captures.parquet`` under ``run/``, as a crawl leaves them."""
    directory, store = out / "run" / "crawls" / NAME, EvidenceStore(str(out / "run" / "evidence"))
    with Journal(directory, store, clock=lambda: AT) as journal:
        for ad in planned:
            if ad_id(ad) not in journal.committed:
                with journal.entry(ad_id(ad)) as entry:
                    _write_ad(ad, entry, media=out / "media")
        ads = sorted(journal.records(Ad), key=lambda one: one.ad_id)
        captures = sorted(journal.records(Capture), key=lambda one: one.capture_id)
    write_records(directory / "captures.parquet", captures, CAPTURE_SCHEMA)
    write_records(directory / "ads.parquet", ads, AD_SCHEMA)


def ad_id(ad: PlannedAd) -> str:
    """The id under which an ad of the plan is crawled and judged."""
    return content_id(SOURCE, _source_ad_id(ad))


def _source_ad_id(ad: PlannedAd) -> str:
    return f"{ad.number:05}"


def _write_ad(ad: PlannedAd, entry: Entry, *, media: Path) -> None:
    creative, words, page, publisher = ad.creative, ad.words, ad.page, ad.publisher
    media_url = None if creative is None else f"http://cdn.example/{creative.file}"
    shown = {"page": publisher.name, "title": ad.title, "body": None if words is None else words.text, "link": page.url}
    raw = entry.put(json.dumps(shown, ensure_ascii=False).encode(), media_type="application/json")
    entry.add(
        Ad(
            ad_id=ad_id(ad),
            source=SOURCE,
            source_ad_id=_source_ad_id(ad),
            access_mode=AccessMode.PUBLIC_PAGE_AUTOMATED,
            observed_at=AT,
            query="redteam",
            page_id=publisher.page_id,
            page_name=publisher.name,
            page_url=f"http://adlibrary.example/{publisher.page_id}/",
            title=ad.title,
            body=None if words is None else words.text,
            cta_text=BUTTONS[ad.language],
            link_url=page.url,
            link_caption=None,
            ad_url=f"http://adlibrary.example/?id={_source_ad_id(ad)}",
            platforms=("FACEBOOK",),
            media_urls=() if media_url is None else (media_url,),
            is_active=True,
            started_at=AT - timedelta(days=1 + ad.number % 20),
            ended_at=None,
            reach=None,
            raw=raw,
        )
    )
    if creative is not None and media_url is not None:
        blob = entry.put((media / creative.file).read_bytes(), media_type=creative.media_type)
        entry.add(_capture(ad, CaptureKind.MEDIA, media_url, body=blob))
    if page.html is not None and page.url is not None:
        body = entry.put(page.html.encode(), media_type="text/html")
        text = entry.put((page.text or "").encode(), media_type="text/plain")
        entry.add(_capture(ad, CaptureKind.LANDING, page.url, body=body, text=text))
    elif page.url is not None and page.reason is not None:
        entry.add(_capture(ad, CaptureKind.LANDING, page.url, reason=page.reason))


def _capture(
    ad: PlannedAd,
    kind: CaptureKind,
    url: str,
    *,
    body: BlobRef | None = None,
    text: BlobRef | None = None,
    reason: str | None = None,
) -> Capture:
    return Capture(
        capture_id=content_id(ad_id(ad), kind, url),
        ad_id=ad_id(ad),
        kind=kind,
        outcome=Outcome.CAPTURED if reason is None else Outcome.BLOCKED,
        reason=reason,
        captured_at=AT,
        tool=TOOL,
        requested_url=url,
        final_url=url,
        redirect_chain=(url,),
        status=200,
        body=body,
        text=text,
        screenshot=None,
        har=None,
    )


def truth_of(ad: PlannedAd) -> AdTruth:
    """The right answers about an ad of the plan."""
    creative, words = ad.creative, ad.words
    return AdTruth(
        ad_id=ad_id(ad),
        flag=ad.flag,
        kind=ad.kind,
        likeness=_answer(creative is not None and creative.likeness),
        alteration=_answer(creative is not None and bool(creative.alterations)),
        lure=_answer(ad.lure),
        source=ad.official,
        language=ad.language,
        text_kind="no text" if words is None else words.kind,
        text_set=f"{ad.half} half of the texts",
        disguise=None if words is None else words.disguise,
        publisher=ad.publisher.kind,
        landing=ad.page.kind,
        landing_facts=ad.page.facts,
        creative=None if creative is None else creative.file,
        condition="no media" if creative is None else creative.condition,
        generator=None if creative is None else creative.generator,
        faces=() if creative is None else creative.faces,
        voices=() if creative is None else creative.voices,
        brands=ad.brands,
        alterations=() if creative is None else creative.alterations,
        film=None if creative is None else creative.source,
    )


def _answer(yes: bool) -> AxisState:
    return AxisState.YES if yes else AxisState.NO
