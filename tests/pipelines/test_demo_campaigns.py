"""The campaigns of the demo's adverts, read from its pages without a browser: the frauds together, honest ones apart."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import apache_beam as beam
import pytest

from evidence.records import BlobRef, Capture, CaptureKind
from evidence.store import EvidenceStore
from evidence.tables import from_json, to_json
from pipelines.assess import AdFile, AdWithAnalyses
from pipelines.campaign_records import Campaign
from pipelines.campaigns_graph import Protected, campaigns
from pipelines.records import CreativeAnalysis
from pipelines.tools import ScreenSettings
from pipelines.workers import open_pipeline
from qalqan.demo.ads import ALL_ADS, FAKES
from qalqan.demo.advert import DemoAd, Expect
from qalqan.demo.advertisers import CHANNEL_OWNER, DEMO_BANK, LOST, OFFICIAL_AYSEL, OFFICIAL_GULNAR, SOCAR
from qalqan.demo.server import DemoServer
from tests.factories import AT, make_ad, make_capture, make_creative, make_match, sha

OFFICIAL = Protected(
    pages=tuple(one.page_id for one in (SOCAR, DEMO_BANK, OFFICIAL_AYSEL, OFFICIAL_GULNAR)),
    domains=("gov-demo.example", "socar-demo.example", "xezer-demo-bank.example"),
)
_COPY = re.compile(r"-(recoded|cropped|mirrored|bordered)\b")
_REFRESH = re.compile(rb"url=([^\"'\s]+)")


def landing(url: str, server: DemoServer, store: EvidenceStore) -> Capture | None:
    """The page behind an advert, redirects and refreshes followed; None where there is none."""
    chain = [url]
    for _ in range(5):
        parts = urlsplit(chain[-1])
        reply = server.reply(parts.hostname or "", f"{parts.path}?{parts.query}", form={})
        refresh = _REFRESH.search(reply.body) if b'http-equiv="refresh"' in reply.body else None
        following = reply.location or (refresh[1].decode() if refresh else None)
        if following is None:
            break
        chain.append(urljoin(chain[-1], following))
    if reply.status != 200:
        return None
    body = store.put(reply.body, media_type="text/html")
    return make_capture(
        kind=CaptureKind.LANDING, requested_url=url, final_url=chain[-1], redirect_chain=tuple(chain), body=body
    )


def captured(ad: DemoAd, server: DemoServer, store: EvidenceStore) -> AdWithAnalyses:
    """As a crawl and the examination of its creatives leave an advert."""
    found = make_ad(
        ad_id=sha(ad.source_ad_id),
        source=ad.source.value,
        page_id=ad.advertiser.page_id,
        page_name=ad.advertiser.name,
        page_url=ad.advertiser.profile_url,
        title=ad.title,
        body=ad.body,
        link_url=ad.link,
    )
    captures = [] if ad.link is None else [landing(ad.link, server, store)]
    analyses = []
    if ad.media is not None:
        still = ad.media.endswith(".jpg")
        media = BlobRef(sha256=sha(ad.media), size_bytes=9, media_type="image/jpeg" if still else "video/mp4")
        captures.append(make_capture(capture_id=sha(f"{ad.source_ad_id} media"), body=media))
        matches = (make_match(creative_sha256=media.sha256, person_id=ad.person),) if ad.person else ()
        analyses.append(
            CreativeAnalysis(
                creative=make_creative(sha256=media.sha256),
                faces=(),
                trails=(),
                voices=(),
                matches=matches,
                findings=(),
                copy_of=sha(_COPY.sub("", ad.media)) if _COPY.search(ad.media) else None,
            )
        )
    file = AdFile(ad=found, captures=tuple(one for one in captures if one is not None))
    return AdWithAnalyses(file=file, analyses=tuple(analyses))


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Campaign]:
    """The campaign of each advert that is in one, by the number that its source gives it."""
    root = tmp_path_factory.mktemp("demo")
    settings = ScreenSettings(
        crawl_dir=root,
        out_dir=root,
        store_url=str(root / "evidence"),
        watchlist_dir=root,
        cache_dir=root,
        campaigns_dir=root / "campaigns",
        pack="open",
        now=AT,
    )
    store, server = EvidenceStore(settings.store_url), DemoServer(Path("nothing"))
    ads = [captured(ad, server, store) for ad in ALL_ADS]
    with open_pipeline([]) as pipeline:
        found, _ = campaigns(pipeline | beam.Create(ads), settings=settings, protected=OFFICIAL)
        _ = (
            found
            | beam.FlatMap(lambda one: one.records())
            | beam.Map(lambda one: json.dumps(to_json(one)))
            | beam.io.WriteToText(str(root / "found"))
        )
    lines = [line for path in root.glob("found-*") for line in path.read_text().splitlines()]
    of_ad = {name: one for line in lines for one in [from_json(Campaign, json.loads(line))] for name in one.ad_ids}
    return {ad.source_ad_id: of_ad[sha(ad.source_ad_id)] for ad in ALL_ADS if sha(ad.source_ad_id) in of_ad}


def test_the_frauds_of_the_demo_are_one_campaign(homes: dict[str, Campaign]) -> None:
    """They share an account of trackers, texts, films and a collector of cards, across publishers and languages."""
    frauds = [ad.source_ad_id for ad in ALL_ADS if ad.expect is Expect.FLAG]
    assert len({homes[number].campaign_id for number in frauds}) == 1
    kinds = {tie.kind for tie in homes[frauds[0]].ties}
    assert kinds >= {"creative", "script", "domain", "tracker", "card_form", "page"}


def test_honest_advertisers_are_apart(homes: dict[str, Campaign]) -> None:
    """But for the other posts of a channel that posts frauds, and for an advertiser whose film such a channel posted."""
    fraud = homes[FAKES[0].source_ad_id]
    honest = [ad for ad in ALL_ADS if ad.expect is not Expect.FLAG and homes.get(ad.source_ad_id) == fraud]
    assert {ad.media for ad in honest if ad.advertiser is not CHANNEL_OWNER} == {"cat.mp4"}
    assert not any(ad.source_ad_id in homes for ad in ALL_ADS if ad.advertiser in {OFFICIAL_AYSEL, OFFICIAL_GULNAR})
    assert {homes[ad.source_ad_id].pages for ad in ALL_ADS if ad.advertiser is LOST} == {1}


def test_every_tie_says_why_and_every_ad_has_one(homes: dict[str, Campaign]) -> None:
    for campaign in homes.values():
        assert {place for tie in campaign.ties for place in tie.members} == set(range(len(campaign.ad_ids)))
        assert all(tie.why.endswith(".") and str(len(tie.members)) in tie.why for tie in campaign.ties)
