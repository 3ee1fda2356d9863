"""What an ad and its landing page carry."""

from __future__ import annotations

import pytest

from detectors.subject import LandingPage
from evidence.records import AccessMode, Ad, CaptureKind
from pipelines.sound_tracks import SoundTrack
from pipelines.traits import FEWEST_TAGS, MOST_OF_A_KIND, AdTraits, TraitKind, skeleton, traits_of
from tests.factories import make_ad, make_capture, make_match, sha
from watchlist.records import Modality

ICON = '<link rel="icon" href="data:image/png;base64,AAAA">'
PIXEL = "<script>fbq('init', '731456789012345');</script>"
CARD = '<form action="https://pay.collector.example/x"><input name="cardnumber" placeholder="Card number"></form>'
BODY = "".join(f"<section><h2>{word}</h2><p>{word}</p></section>" for word in "abcdefghijklmnopqrstu")
HTML = f"<html><head>{ICON}{PIXEL}</head><body>{BODY}{CARD}</body></html>"
URL = "https://go.socar-qazanc.com/start"


def landing(html: str | None = HTML, text: str | None = None, *hops: str, url: str = URL) -> LandingPage:
    capture = make_capture(kind=CaptureKind.LANDING, requested_url=url, final_url=url, redirect_chain=hops)
    return LandingPage(capture=capture, html=html, text=text)


def read(ad: Ad | None = None, *landings: LandingPage, creatives: tuple[str, ...] = ()) -> AdTraits:
    return traits_of(ad or make_ad(body=None, title=None, link_url=None), landings=landings, creatives=creatives)


def values(traits: AdTraits, kind: TraitKind) -> list[str]:
    return [trait.value for trait in traits.traits if trait.kind is kind]


def test_an_ad_with_everything() -> None:
    ad = make_ad(
        body="Ayda 5000 AZN qazanc. İndi qeydiyyatdan keçin və yazın: t.me/Fast_Profit və ya +994 50 555 12 13!",
        link_url="https://bit.ly/AbC",
        page_id="77",
        page_url="https://www.facebook.com/fast.profit/",
    )
    page = landing(HTML, "Suallar: wa.me/994505551214", "https://bit.ly/AbC", "https://track.middle.com/1")
    found = read(ad, page, creatives=(sha("film"),))
    assert values(found, TraitKind.CREATIVE) == [sha("film")]
    assert len(values(found, TraitKind.SCRIPT)) == 1
    assert values(found, TraitKind.CONTACT) == ["+994505551213", "+994505551214", "t.me/fast_profit"]
    assert values(found, TraitKind.LINK) == ["bit.ly/AbC"]
    assert values(found, TraitKind.DOMAIN) == ["socar-qazanc.com"]
    assert values(found, TraitKind.REDIRECT) == ["bit.ly/AbC", "middle.com"]
    assert values(found, TraitKind.TRACKER) == ["meta_pixel:731456789012345"]
    assert values(found, TraitKind.CARD_FORM) == ["collector.example"]
    assert values(found, TraitKind.PAGE) == ["facebook.com/fast.profit", "meta_library/77"]
    assert len(values(found, TraitKind.FAVICON)) == len(values(found, TraitKind.SKELETON)) == 1
    assert found.publisher == "meta_library/77"


def test_shared_hosts_are_no_traits() -> None:
    ad = make_ad(
        title=None, body="bax: facebook.com/x", link_url="https://www.facebook.com/x", page_id=None, page_url=None
    )
    assert read(ad, landing("<p>", None, url="http://127.0.0.1:8000/")).traits == ()


def test_an_ad_without_a_page_is_its_own_publisher() -> None:
    ad = make_ad(page_id=None, page_url="https://www.facebook.com/")
    assert read(ad).publisher == ad.ad_id
    assert values(read(ad), TraitKind.PAGE) == []


def test_disguised_contacts_are_read_and_invitations_keep_their_capitals() -> None:
    ad = make_ad(title=None, link_url=None, body="Yaz: t.m\u0435/fast\u200b_profit və https://t.me/+AbC.")
    assert values(read(ad), TraitKind.CONTACT) == ["t.me/+AbC", "t.me/fast_profit"]


def test_the_skeleton_is_how_a_page_is_built_and_not_what_it_says() -> None:
    built = skeleton(HTML)
    assert built is not None
    assert skeleton(HTML.replace("<p>a</p>", "<p>other <b>words</b></p><p>and more</p>")) == built
    assert skeleton(HTML.replace("fbq(", "<article>" * 9)) == built
    assert skeleton(HTML.replace("<h2>c</h2>", "<ul><li>x</ul>")) != built
    assert skeleton("<p>" * 1000) is None
    assert skeleton("<div><p>" * (FEWEST_TAGS // 2)) is not None


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        "<script>" + "<" * 100_000,
        "<link rel=icon href='data:image" * 5_000,
        "<" * 200_000,
        '<form action="http://[::1"><input name=cardnumber>' * 200,
        "\ud800<p>\x00",
    ],
)
def test_hostile_pages_are_read_in_time(html: str) -> None:
    assert read(None, landing(html, html)).ad_id


def test_hostile_values_become_text_that_can_be_written() -> None:
    ad = make_ad(
        page_id="\ud800" * 500,
        page_url="https://x.example/\udfff",
        link_url="http://[::1",
        body="t.me/" * 200_000 + "\ud800",
        link_caption="+" * 100_000 + "1 " * 100_000,
    )
    for trait in read(ad).traits:
        assert len(trait.value.encode()) <= 1000
        trait.shown.encode()


def test_there_is_an_end_to_traits_of_a_kind() -> None:
    body = " ".join(f"t.me/name_{number:03d}" for number in range(100))
    found = values(read(make_ad(body=body)), TraitKind.CONTACT)
    assert found == [f"t.me/name_{number:03d}" for number in range(MOST_OF_A_KIND)]


def test_the_domain_of_a_link_that_leads_on_is_a_middlemans() -> None:
    ad = make_ad(body=None, title=None, link_url="https://go.middle.com/1")
    through = read(ad, landing(None, None, "https://go.middle.com/1", URL))
    assert values(through, TraitKind.DOMAIN) == ["socar-qazanc.com"]
    assert values(through, TraitKind.REDIRECT) == ["middle.com"]
    assert values(read(ad), TraitKind.DOMAIN) == ["middle.com"]


def test_the_host_of_a_film_is_nobodys_page() -> None:
    hosted = make_ad(body=None, title=None, link_url=None, page_id="video.com", page_url=None)
    assert values(read(hosted), TraitKind.PAGE) == []
    assert read(hosted).publisher == hosted.ad_id


def test_of_likenesses_only_the_person_is_known() -> None:
    matches = [make_match(), make_match(track=3), make_match(modality=Modality.VOICE, region=None)]
    found = traits_of(make_ad(body=None, title=None, link_url=None), landings=(), creatives=(), matches=matches)
    (face,) = [trait for trait in found.traits if trait.kind is TraitKind.FACE]
    assert (face.value, face.sketch) == ("aysel-quliyeva", None)
    assert values(found, TraitKind.VOICE) == ["aysel-quliyeva"]


def test_the_name_of_an_imported_file_is_no_text() -> None:
    words = "one two three four five six seven eight nine t.me/somebody +994 50 555 12 13.mp4"
    imported = make_ad(title=words, body=None, link_url=None, page_id=None, access_mode=AccessMode.ANALYST_IMPORT)
    assert {trait.kind for trait in read(imported).traits} <= {TraitKind.PAGE}
    assert values(read(make_ad(title=words, body=None)), TraitKind.SCRIPT)


def test_a_sound_track_is_a_trait_with_its_sketch() -> None:
    track = SoundTrack(digest="d" * 32, sketch=b"marks")
    (trait,) = [
        one for one in traits_of(make_ad(), landings=[], creatives=[], sounds=[track]).traits if one.sketch == b"marks"
    ]
    assert (trait.kind, trait.value, trait.shown) == (TraitKind.SOUND, "d" * 32, "d" * 12)
