"""The verdict on short texts in five languages: no clear case may be missed, none wrongly called."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from detectors.language import LANGUAGES
from detectors.lure_reading import Verdict, read_texts
from detectors.lure_signs import MOST_SPANS

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))["text"]
WANTED = {"scam": Verdict.LURE, "warning": Verdict.ABOUT_FRAUD, "news": Verdict.ABOUT_FRAUD}


def verdict(text: str, *, has_link: bool = True) -> Verdict:
    return read_texts({"body": text}, has_link=has_link).verdict


def test_the_collection_is_large_enough_to_mean_something() -> None:
    assert len(TEXTS) >= 60
    assert {text["language"] for text in TEXTS} == set(LANGUAGES)
    assert {text["kind"] for text in TEXTS} >= {"scam", "bank", "news", "warning", "parody", "shop"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_clear_text_is_misread(language: str) -> None:
    texts = [text for text in TEXTS if text["language"] == language]
    wrong = [
        f"{text['kind']} read as {read.value}: {text['text']}"
        for text in texts
        if (read := verdict(text["text"])) is not WANTED.get(text["kind"], Verdict.NO_LURE)
    ]
    assert not wrong, f"{language}: {len(texts) - len(wrong)} of {len(texts)} right; " + "; ".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_upper_case_and_hidden_characters_change_no_verdict_on_scams(language: str) -> None:
    for text in (text["text"] for text in TEXTS if text["language"] == language and text["kind"] == "scam"):
        shouted = text.replace("i", "İ").upper() if language in {"az", "tr"} else text.upper()
        assert verdict(shouted) is Verdict.LURE, shouted
        hidden = "\u200b".join(text)
        assert verdict(hidden) is Verdict.LURE, text


@pytest.mark.parametrize(
    "text",
    [
        "Beware of fakes! Only our official platform pays 500 AZN a day. Register",
        "Xəbərdarlıq: yerlər azalır! Gündə 500 AZN.",
        "Report.az xəbər verir: prezident yeni platforma təqdim etdi, hər kəs ayda 5000 AZN qazanacaq. Ətraflı",
        "Зaрaбaтывaй 50 000 тeнгe в дeнь! Рeгистрируйся",
        "ＥＡＲＮ ＄９００ Ａ ＤＡＹ! 𝐑𝐞𝐠𝐢𝐬𝐭𝐞𝐫 𝐧𝐨𝐰",
        "Elon's new trading bot made me £3,200 in a week. Click to join",
        "Инвестируйте 10 000 тенге и получите 45 000 через 3 дня. Пишите t.me/invest_kz1",
        "\u202eGündə 500 AZN qazanın\u202c, indi qeydiyyatdan keçin",
    ],
)
def test_a_scam_in_disguise_is_a_lure(text: str) -> None:
    assert verdict(text) is Verdict.LURE


@pytest.mark.parametrize(
    "text",
    [
        "Nazirlik bildirir: SOCAR-ın mənfəəti ayda 2 mlrd manat olub",
        "Alış-veriş edin və 50 AZN bonus qazanın! Kampaniyaya qoşulun",
        "Otelimizdə otaqlar gündə 80 AZN-dən. Rezerv edin",
        "Learn to code: graduates earn $5,000 a month. Apply now for the course",
        "Mağazamızda 5x böyük endirim! 100% təbii bal. Sifariş edin",
        "Sərmayə qoymazdan əvvəl lisenziyanı yoxlayın.",
        "Yatırım fonlarında getiri garanti edilmez, kayıp olabilir. 1.000 TL ile başlayın",
        "Инвестиция табысына кепілдік берілмейді. Қор шарттарын біліңіз: 50 000 теңге",
        "Keçmiş gəlir gələcək gəlirə zəmanət vermir. Fondun 100 AZN-dən payları",
        "Kredit kartı: limit 10 000 AZN, ayda bir ödəniş, sərmayə alətlərimizə çıxış. Kartı sifariş edin",
    ],
)
def test_ordinary_adverts_are_no_lure(text: str) -> None:
    assert verdict(text) is Verdict.NO_LURE


def test_a_promise_without_any_way_to_follow_is_no_lure() -> None:
    assert verdict("Gündə 500 AZN qazanmaq olar", has_link=False) is Verdict.NO_LURE
    assert verdict("Gündə 500 AZN qazanmaq olar", has_link=True) is Verdict.LURE


def test_a_quoted_call_is_somebody_elses() -> None:
    assert (
        verdict("Saxtakarlar «gündə 500 AZN, indi qeydiyyatdan keçin» yazır. Polis araşdırır.") is Verdict.ABOUT_FRAUD
    )


def test_fields_are_read_together_and_each_has_its_language() -> None:
    reading = read_texts(
        {"title": "Gündə 500 AZN və daha çox", "body": "Зарегистрируйтесь сегодня", "cta_text": None}, has_link=False
    )
    assert reading.verdict is Verdict.LURE
    assert {field: words.split(" (")[0] for field, words in reading.languages.items()} == {
        "title": "Azerbaijani",
        "body": "Russian",
    }
    assert reading.largest is not None
    assert reading.largest.value == 500


def test_no_text_says_so() -> None:
    reading = read_texts({"title": None, "body": "  "}, has_link=True)
    assert reading.verdict is Verdict.NO_TEXT
    assert "cannot tell because" in reading.why


@pytest.mark.parametrize(
    "piece",
    [
        "gündə 500 AZN qazanın «a» ",
        '"a" qazan ',
        "guarantee profit ",
        "t.me/",
        "not ",
        "saxta ",
        "президент ",
        "minimum ",
    ],
)
def test_a_megabyte_is_read_in_part_and_says_so(piece: str) -> None:
    reading = read_texts({"body": piece * (1_000_000 // len(piece))}, has_link=True)
    assert any("only the first" in limit for limit in reading.limits)
    assert all(len(spans) <= MOST_SPANS for spans in reading.signs.values())


@pytest.mark.parametrize(
    "text",
    [
        "Президент тәсдиг етди: ҝүндә 500 манат газанын! Инди гејдијјатдан кечин",
        "Prezident jaña platforma iske qosty: aiyna 1 000 000 teñge tabys tabyñyz! Qazir tirkeliñiz",
        "Kazir tirkeliniz, kunine 50 000 tenge tabys tabynyz",
        "G ü n d ə 500 AZN q a z a n ı n, indi qeydiyyatdan keçin",
        "Günd3 500 AZN q4zanın, indi qeydiyyatdan k3çin",
        "3арабатывай 50 000 тенге в день! Рег1стрируйся",
    ],
)
def test_a_scam_in_the_other_script_or_in_leet_is_a_lure(text: str) -> None:
    assert verdict(text) is Verdict.LURE


def test_what_a_machine_misread_is_read_all_the_same() -> None:
    text = "Gundə 5OO AZN qazanın Minirnurn depozit 25O AZN Qeydiyyatdan keçln"
    read = read_texts({"frames": text}, has_link=False)
    assert read.verdict is Verdict.LURE
    assert {"promise_of_profit", "minimum_deposit", "call_to_invest"} <= set(read.signs)
    assert read.largest is not None
    assert read.largest.value == 500
    assert "minimum_deposit" not in read_texts({"body": text}, has_link=False).signs


def test_misread_letters_are_no_attempt_to_hide() -> None:
    read = read_texts({"frames": "ѕосаr prоfit q4zan"}, has_link=False)
    assert (read.mixed_words, read.digits) == (0, 0)
    assert read_texts({"body": "ѕосаr prоfit q4zan"}, has_link=False).mixed_words == 2


def test_an_unknown_script_is_said() -> None:
    read = read_texts({"body": "გარანტირებული მოგება ყოველდღე"}, has_link=True)
    assert read.verdict is Verdict.UNREADABLE
    assert "cannot tell because" in read.why
    assert "Georgian" in read.why
    beside = read_texts({"title": "გარანტირებული", "body": "Gündə 500 AZN qazanın"}, has_link=True)
    assert beside.verdict is Verdict.LURE
    assert beside.limits == ("title was not read: its script is Georgian",)


def test_a_telephone_number_makes_no_warning_less_of_one() -> None:
    warning = "Diqqətli olun: saxta elanlar yayılır. Fırıldaqçılara inanmayın, zəng edin: +994 12 123 45 67"
    read = read_texts({"body": warning}, has_link=False)
    assert read.verdict is Verdict.ABOUT_FRAUD
    assert "contact_phone" in read.signs


def test_a_picture_of_the_text_says_nothing_anew() -> None:
    text = "Gündə 500 AZN gəlir. Saxta saytlara inanmayın!"
    alone = read_texts({"landing": text}, has_link=False)
    assert read_texts({"landing": text, "screenshot": text}, has_link=False).verdict is alone.verdict
    page = "Ayda 5000 AZN zəmanətli qazanc, minimum depozit 250 AZN. This is no scam"
    one, twice = (
        read_texts(texts, has_link=True) for texts in ({"landing": page}, {"landing": page, "screenshot": page})
    )
    assert one.verdict is twice.verdict is Verdict.LURE


def test_the_platforms_button_is_a_way_to_follow_and_no_call_of_the_advertiser() -> None:
    soft = "Investing brings profit to everybody"
    fields = {"body": soft, "cta_text": "Sign up"}
    assert read_texts(fields, has_link=True).verdict is Verdict.NO_LURE
    assert read_texts({"body": f"{soft}. Sign up"}, has_link=True).verdict is Verdict.LURE
    promise = {"body": "Gündə 500 AZN qazanmaq olar", "cta_text": "Learn more"}
    read = read_texts(promise, has_link=False)
    assert (read.verdict, read.why) == (Verdict.LURE, "a promise of profit together with the platform's button")
