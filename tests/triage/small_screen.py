"""A small crawl and screening run on disk, with real pictures and a real film, some of it hostile."""

from __future__ import annotations

import hashlib
import io
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw

from crawlers.records import QUERY_TALLY_SCHEMA
from detectors.records import FINDING_SCHEMA, Axis, Bearing, Finding
from embeddings.records import TEXT_LINE_SCHEMA, Region, TextLine, TextPlace
from evidence.records import AD_SCHEMA, CAPTURE_SCHEMA, Ad, Capture, CaptureKind, Outcome, Visitor
from evidence.store import EvidenceStore
from evidence.tables import read_records, write_json, write_records
from pipelines.campaign_records import CAMPAIGN_SCHEMA, Campaign, Tie
from pipelines.records import (
    ASSESSMENT_SCHEMA,
    CANDIDATE_SCHEMA,
    DEAD_LETTER_SCHEMA,
    AxisReading,
    AxisState,
    Candidate,
)
from tests.factories import (
    AT,
    PACK,
    make_ad,
    make_assessment,
    make_axes,
    make_brand,
    make_campaign,
    make_candidate,
    make_capture,
    make_dead_letter,
    make_enrolment,
    make_finding,
    make_match,
    make_person,
    make_query_tally,
    make_reference,
    make_run_report,
    make_span,
    make_text_line,
    sha,
)
from watchlist.generations import Change
from watchlist.records import MATCH_SCHEMA, Match, Modality, ReferenceKind
from watchlist.store import StoredWatchlist, change

SCRIPT = "<script>window.stolen = 1</script>"
IMAGE = '"><img src=x onerror="window.stolen = 2">'
AGAIN = "Roses need water, light and some patience."
OVERRIDE = "\u202egnp.exe\u202c"
HOSTILE_BODY = (
    f"Ayda 5000 AZN qazanc zəmanətlə! {SCRIPT}\nPrezident təsdiqlədi: {IMAGE} sоcar.az {OVERRIDE} in\u200bvest et"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallScreen:
    """Where everything lies, and the case that matters."""

    root: Path
    screen_dir: Path
    crawl_dir: Path
    store_url: str
    hostile: Candidate

    @property
    def database_url(self) -> str:
        """A SQLite file beside the run."""
        return f"sqlite:///{self.root / 'console.sqlite3'}"

    @property
    def derivatives(self) -> Path:
        """The console's own working copies."""
        return self.root / "derivatives"


def visit_again(small: SmallScreen) -> None:
    """The landing page of the hostile case as a telephone is shown it, with ``AGAIN`` on it, before all that was captured."""
    captures = read_records(small.crawl_dir / "captures.parquet", Capture)
    first = next(one for one in captures if one.kind is CaptureKind.LANDING and one.screenshot is not None)
    text = EvidenceStore(small.store_url).put(AGAIN.encode(), media_type="text/plain")
    second = replace(first, capture_id=sha("second"), visitor=Visitor.TELEPHONE, text=text)
    write_records(small.crawl_dir / "captures.parquet", [second, *captures], CAPTURE_SCHEMA)


def picture(words: str, *, size: tuple[int, int] = (320, 180), colour: str = "#4a6572") -> Image.Image:
    """A coloured card with words and a face-like disc on it."""
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.ellipse((width * 0.36, height * 0.12, width * 0.64, height * 0.75), fill="#d8b79a")
    draw.text((8, height - 18), words, fill="white")
    return image


def encoded(image: Image.Image, form: str) -> bytes:
    """The picture as bytes of a file."""
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def film(path: Path, *, seconds: int = 4) -> None:
    """A short H.264 film with a moving bar, a frame every 100 ms."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        still = np.asarray(picture("synthetic test film"))
        for number in range(seconds * 10):
            pixels = still.copy()
            left = number * 300 // (seconds * 10)
            pixels[90:110, left : left + 20] = (240, 200, 60)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


@cache
def footage() -> bytes:
    """The genuine film of the watchlist, which a finding of the hostile case points to."""
    with tempfile.TemporaryDirectory() as directory:
        film(Path(directory) / "footage.mp4")
        return (Path(directory) / "footage.mp4").read_bytes()


def landing_screenshot() -> bytes:
    """A tall page with a balance and a form, as PNG."""
    image = Image.new("RGB", (1280, 3000), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1280, 90), fill="#0a5c36")
    draw.text((30, 35), "SOCAR Qazanc", fill="white", font_size=28)
    draw.text((60, 160), "Balansiniz: 4 812,50 AZN", fill="black", font_size=44)
    for line in range(14):
        draw.rectangle((60, 300 + line * 60, 900 + (line * 53) % 240, 320 + line * 60), fill="#d9dee0")
    draw.rectangle((60, 1200, 700, 1260), outline="black", width=2)
    draw.text((80, 1215), "Kart nomresi", fill="#777", font_size=24)
    return encoded(image, "PNG")


def write_small_screen(root: Path, *, more: int = 0) -> SmallScreen:
    """Write the run; ``more`` adds that many plain cases without media."""
    store = EvidenceStore(str(root / "evidence"))
    crawl_dir, screen_dir = root / "crawls" / "small", root / "screens" / "small"
    ads, captures, candidates, findings, matches = _hostile_case(store)
    others = _other_cases() + [_plain_case(number) for number in range(more)]
    for ad, candidate in others:
        ads.append(ad)
        candidates.append(candidate)
    captures.append(
        make_capture(
            ad_id=others[0][0].ad_id,
            kind=CaptureKind.LANDING,
            outcome=Outcome.BLOCKED,
            reason="The page asks for a login.",
            requested_url="http://login.example/offer",
            final_url=None,
            status=None,
            body=None,
        )
    )
    unflagged = make_ad(source_ad_id="unflagged", page_name="Baku Daily", link_url="https://socar-qazanc.example/x")
    write_records(crawl_dir / "ads.parquet", [*ads, unflagged], AD_SCHEMA)
    campaign = small_campaign(candidates[0].ad_id, candidates[1].ad_id, unflagged.ad_id, sha("of an earlier crawl"))
    elsewhere = make_campaign(ad_ids=(sha("no case"), sha("nor this")), campaign_id=sha("without cases"))
    write_records(screen_dir / "campaigns.parquet", [campaign, elsewhere], CAMPAIGN_SCHEMA)
    write_records(crawl_dir / "captures.parquet", captures, CAPTURE_SCHEMA)
    tallies = [
        make_query_tally(),
        make_query_tally(query="Kapital", looked=False, why_not="The library asked for a login."),
    ]
    write_records(crawl_dir / "tallies.parquet", tallies, QUERY_TALLY_SCHEMA)
    write_records(screen_dir / "candidates.parquet", candidates, CANDIDATE_SCHEMA)
    write_records(screen_dir / "findings.parquet", findings, FINDING_SCHEMA)
    write_records(screen_dir / "matches.parquet", matches, MATCH_SCHEMA)
    write_records(screen_dir / "text_lines.parquet", _lines(captures), TEXT_LINE_SCHEMA)
    assessments = [make_assessment(ad_id=ad.ad_id) for ad in ads]
    write_records(screen_dir / "assessments.parquet", assessments, ASSESSMENT_SCHEMA)
    write_records(screen_dir / "dead_letters.parquet", [make_dead_letter(ad_id=sha("broken"))], DEAD_LETTER_SCHEMA)
    unseen = tallies[1]
    again = f"{unseen.source} «{unseen.query}»: {unseen.why_not}"
    could_not_look = (again, "Sound was not looked at in 2 creatives.")
    report = make_run_report(ads=len(ads) + 20, could_not_look=could_not_look)
    write_json(screen_dir / "report.json", report)
    _write_derivatives(screen_dir / "derivatives", matches)
    return SmallScreen(
        root=root,
        screen_dir=screen_dir,
        crawl_dir=crawl_dir,
        store_url=str(root / "evidence"),
        hostile=candidates[0],
    )


def small_campaign(*ad_ids: str, **changes: object) -> Campaign:
    """Ads that lead to one domain; the first two also say the same."""
    ordered = tuple(sorted(ad_ids))
    first = tuple(sorted(ordered.index(ad_id) for ad_id in ad_ids[:2]))
    domain, words = "socar-qazanc.example", f"{SCRIPT} hər vətəndaş"
    ties = (
        Tie(
            kind="domain",
            value=domain,
            why=f"{len(ordered)} ads lead to the domain {domain}.",
            members=tuple(range(len(ordered))),
        ),
        Tie(kind="script", value="0" * 32, why=f"2 ads say the same, numbers aside: «{words} …».", members=first),
    )
    given = {"aliases": (sha("merged"),), "ad_ids": ordered, "pages": 3, "ties": ties, "known_since": AT}
    return make_campaign(**{**given, "campaign_id": sha("campaign"), **changes})


def _lines(captures: list[Capture]) -> list[TextLine]:
    """What is written in the hostile case's film and screenshot, and something of another creative."""
    screenshot = next(capture.screenshot for capture in captures if capture.screenshot is not None)
    media = next(c.body for c in captures if c.kind is CaptureKind.MEDIA and c.body is not None)
    return [
        make_text_line(source_sha256=media.sha256, text=f"Gündə 500 AZN {SCRIPT}"),
        make_text_line(source_sha256=media.sha256, line=1, text="Qazanın", start_s=2.0),
        make_text_line(
            source_sha256=media.sha256, place=TextPlace.SPEECH, text="Zəmanət verirəm", region=None, language="az"
        ),
        make_text_line(
            source_sha256=screenshot.sha256,
            place=TextPlace.SCREENSHOT,
            text="Balans 4812 AZN",
            start_s=None,
            end_s=None,
        ),
        make_text_line(source_sha256=sha("elsewhere"), text="Not of this ad"),
    ]


def _write_derivatives(derivatives: Path, matches: list[Match]) -> None:
    directory = derivatives / sha("creative")
    directory.mkdir(parents=True)
    (directory / "thumb.jpg").write_bytes(encoded(picture("suspect"), "JPEG"))
    film(directory / "proxy.mp4")
    for match in matches:
        if match.modality is Modality.FACE:
            face = picture("face", size=(160, 160), colour="#6b5b4d")
            (directory / f"face-{match.match_id}.jpg").write_bytes(encoded(face, "JPEG"))
    still = derivatives / sha("still")
    still.mkdir()
    (still / "thumb.jpg").write_bytes(encoded(picture("still", colour="#7a4b4b"), "JPEG"))


Parts = tuple[list[Ad], list[Capture], list[Candidate], list[Finding], list[Match]]


def _hostile_case(store: EvidenceStore) -> Parts:
    ad = make_ad(
        source_ad_id="666",
        title=f"SOCAR {SCRIPT}",
        body=HOSTILE_BODY,
        page_name=IMAGE,
        query=SCRIPT,
        link_url="javascript:alert(1)",
        link_caption="socar-qazanc.example",
        reach=182_000,
    )
    page = b"<html>" + SCRIPT.encode() + b"</html>"
    text = f"Balansiniz 4 812,50 AZN. Kart n\u00f6mr\u0259nizi yazin {SCRIPT}"
    captures = [
        make_capture(ad_id=ad.ad_id, body=store.put(b"film", media_type="video/mp4")),
        make_capture(
            ad_id=ad.ad_id,
            kind=CaptureKind.LANDING,
            requested_url="http://azxeber-24.example/xeber?id=7",
            final_url='http://socar-qazanc.example/"><script>window.stolen=3</script>',
            redirect_chain=("http://azxeber-24.example/xeber?id=7", "http://cdn.example/r/1"),
            body=store.put(page, media_type="text/html"),
            text=store.put(text.encode(), media_type="text/plain"),
            screenshot=store.put(landing_screenshot(), media_type="image/png"),
            tool="landing@1",
        ),
    ]
    face = make_match(likelihood_ratio=240.0)
    voice = make_match(modality=Modality.VOICE, region=None, start_s=0.5, end_s=3.5, score=0.86)
    findings = _hostile_findings(ad)
    ids = {axis: tuple(f.finding_id for f in findings if f.axis is axis) for axis in Axis}
    readings = (
        AxisReading(
            axis=Axis.LIKENESS,
            state=AxisState.YES,
            summary="Recognised: face and voice of Aysel Quliyeva.",
            finding_ids=ids[Axis.LIKENESS],
        ),
        AxisReading(
            axis=Axis.ALTERATION,
            state=AxisState.CANNOT_TELL,
            summary="Observed, not calibrated: the mouth differs from the genuine film.",
            finding_ids=(),
        ),
        AxisReading(
            axis=Axis.LURE,
            state=AxisState.YES,
            summary="It promises a monthly profit and leads to a card form.",
            finding_ids=ids[Axis.LURE],
        ),
        AxisReading(
            axis=Axis.SOURCE,
            state=AxisState.NO,
            summary="The page is not an official one.",
            finding_ids=ids[Axis.SOURCE],
        ),
    )
    candidate = make_candidate(
        ad_id=ad.ad_id,
        headline="Aysel Quliyeva’s face and voice promise profit from SOCAR <b>now</b>",
        priority=95,
        reasons=("shown now", "asks for card data", "reach above 100,000"),
        axes=readings,
    )
    return [ad], captures, [candidate], findings, [face, voice]


def _hostile_findings(ad: Ad) -> list[Finding]:
    start = HOSTILE_BODY.index("zəmanətlə")
    return [
        make_finding(
            ad_id=ad.ad_id,
            observation=f"The text promises a monthly profit of 5000 AZN and calls it guaranteed. {SCRIPT}",
            spans=(
                make_span(start=0, end=20, label="promise_of_profit"),
                make_span(start=start, end=start + 9, label="guaranteed"),
                make_span(field="landing", start=0, end=24, label="invented_balance"),
                make_span(field="frames", start=0, end=13, label="promise_of_profit"),
                make_span(field="screenshot", start=0, end=6, label="invented_balance"),
            ),
        ),
        make_finding(
            ad_id=ad.ad_id,
            method="landing_page",
            claim="card_form",
            observation="The page asks for a card number.",
            spans=(),
        ),
        make_finding(
            ad_id=None,
            creative_sha256=sha("creative"),
            axis=Axis.ALTERATION,
            method="genuine_source",
            claim="mouth_regenerated",
            modality="video",
            observation="Between 0:01 and 0:03 the upper face equals the genuine film, the mouth does not.",
            start_s=1.2,
            end_s=3.0,
            spans=(),
            measurement=0.069,
            unit="difference of correlations",
            weight=0.0,
            reference_sha256=hashlib.sha256(footage()).hexdigest(),
            reference_start_s=2.0,
            quality_limits=("The film is 180 pixels high.",),
            innocent_explanations=("Dubbing into another language.", "A news graphic over the mouth."),
        ),
        make_finding(
            ad_id=None,
            creative_sha256=sha("creative"),
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            method="genuine_source",
            claim="frames_to_compare",
            modality="face",
            observation="The mouth differs most at 1.6 s, which is 2.4 s of the footage: look at these two frames.",
            start_s=1.6,
            end_s=1.6,
            region=Region(left=0.25, top=0.1, width=0.5, height=0.5),
            spans=(),
            weight=0.0,
            reference_sha256=hashlib.sha256(footage()).hexdigest(),
            reference_start_s=2.4,
        ),
        make_finding(
            ad_id=None,
            creative_sha256=sha("creative"),
            axis=Axis.ALTERATION,
            bearing=Bearing.INCONCLUSIVE,
            method="container",
            claim="provenance_manifest",
            modality="file",
            observation="There is no C2PA manifest; its absence means nothing.",
            spans=(),
            weight=0.0,
        ),
        make_finding(
            ad_id=ad.ad_id,
            axis=Axis.SOURCE,
            bearing=Bearing.AGAINST,
            method="official_source",
            claim="official_page",
            observation="Neither the page nor the link belongs to the person or the brand.",
            spans=(),
        ),
    ]


def _other_cases() -> list[tuple[Ad, Candidate]]:
    russian = make_ad(
        source_ad_id="7001", body="Гарантированный доход 300 000 тенге", source="telegram_preview", page_name=None
    )
    kazakh = make_ad(source_ad_id="7002", body="Күн сайын табыс, тіркеліңіз", title=None)
    return [
        (
            russian,
            make_candidate(
                ad_id=russian.ad_id,
                creative_sha256=sha("still"),
                headline="Gülnar Sadıqova's picture beside a promise of profit",
                priority=72,
                person_ids=("gulnar-sadiqova",),
                brand_ids=(),
                reasons=("shown now", "new this week"),
            ),
        ),
        (
            kazakh,
            make_candidate(
                ad_id=kazakh.ad_id,
                creative_sha256=None,
                headline="An offer in the name of KazMunayGas",
                priority=40,
                person_ids=(),
                brand_ids=("kazmunaygas",),
                axes=make_axes(likeness=AxisState.NO),
                reasons=("leads to a page with a growing balance",),
            ),
        ),
    ]


def _plain_case(number: int) -> tuple[Ad, Candidate]:
    ad = make_ad(source_ad_id=f"plain-{number}", observed_at=AT - timedelta(minutes=number))
    return ad, make_candidate(
        ad_id=ad.ad_id, creative_sha256=None, priority=number % 30, headline=f"Plain case {number}", person_ids=()
    )


def write_watchlist(directory: Path) -> None:
    """A watchlist with the person of the hostile case: a reference picture and genuine film."""
    portrait = encoded(picture("reference", size=(200, 220), colour="#33586b"), "JPEG")
    references = {hashlib.sha256(data).hexdigest(): data for data in (portrait, footage())}
    image_sha256, film_sha256 = references
    stored = StoredWatchlist(
        pack=PACK,
        persons=(make_person(),),
        enrolments=(make_enrolment(),),
        references=(
            make_reference(sha256=image_sha256),
            make_reference(
                sha256=film_sha256,
                kind=ReferenceKind.FOOTAGE,
                media_type="video/mp4",
                provenance="address to the nation, 2026-03-01, press office",
            ),
        ),
        brands=(make_brand(), make_brand(brand_id="kazmunaygas", names=("KazMunayGas",))),
    )
    change(
        directory,
        lambda _: stored,
        record=Change(at=AT, by="test", action="enrol", subject="aysel-quliyeva", detail="for a test"),
        reference_bytes=references,
    )
