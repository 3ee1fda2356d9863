"""The landing pages of the demo: which host and path shows which template with which words."""

from __future__ import annotations

from dataclasses import dataclass

from qalqan.demo.cdn import media_url

PIXEL = "739201846552017"
"""The invented advertising pixel that every page of the invented gang carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cloned news page: every link leads to one offer, and the canonical address is another paper's."""

    language: str
    title: str
    original: str
    paper: str
    sections: tuple[str, ...]
    paragraphs: tuple[str, ...]
    more: str
    call: str
    comments: tuple[str, ...]
    praise: str
    offer: str
    picture: str
    pixel: str = PIXEL
    template: str = "article.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer with a growing balance, a lead form and a card form."""

    language: str
    title: str
    promise: str
    balance_label: str
    currency: str
    timer: str
    lead: str
    name: str
    call: str
    payout: str
    pay: str
    pixel: str = PIXEL
    template: str = "offer.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """An honest page: own links, no forms."""

    site: str
    title: str
    paragraphs: tuple[str, ...]
    language: str = "az"
    links: tuple[tuple[str, str], ...] = (("/", "Ana səhifə"), ("/haqqimizda", "Haqqımızda"), ("/elaqe", "Əlaqə"))
    footer: str = "Bakı, Azərbaycan"
    template: str = "plain.html"


Page = Article | Offer | Plain

OFFER_AZ = Offer(
    language="az",
    title="SOCAR İnvestisiya Platforması",
    promise="250 AZN yatırın, ayda 5000 AZN zəmanətli qazanc əldə edin. Risk yoxdur.",
    balance_label="Balansınız",
    currency="AZN",
    timer="Qalan yerlərin sayı:",
    lead="Qeydiyyatdan keçin",
    name="Ad, soyad",
    call="Qazanmağa başla",
    payout="Qazancı karta çıxarın",
    pay="Ödənişi al",
)
OFFER_KK = Offer(
    language="kk",
    title="КазМұнайГаз табыс платформасы",
    promise="50 000 теңге салыңыз, айына 1 000 000 теңге кепілдендірілген табыс алыңыз. Тәуекел жоқ.",
    balance_label="Теңгеріміңіз",
    currency="₸",
    timer="Қалған орын саны:",
    lead="Тіркеліңіз",
    name="Аты-жөні",
    call="Табыс табуды бастау",
    payout="Табысты картаға шығару",
    pay="Төлемді алу",
)
OFFER_KAPITAL = Offer(
    language="az",
    title="Kapital Bank bonus proqramı",
    promise="200 AZN yatırın, 24 saata 1500 AZN zəmanətli qazanc kartınıza köçürülsün.",
    balance_label="Bonusunuz",
    currency="AZN",
    timer="Qalan bonusların sayı:",
    lead="Bonus üçün qeydiyyat",
    name="Ad, soyad",
    call="Bonusu götür",
    payout="Kart məlumatlarını daxil edin",
    pay="Bonusu al",
)


def landing_pages() -> dict[tuple[str, str], Page]:
    """(host, path) → page."""
    return {
        ("azxeber-24.example", "/xeber/prezident-platforma"): Article(
            language="az",
            title="Prezident canlı efirdə açıqladı: hər ailə ayda 5000 AZN qazana bilər",
            original="http://azxeber.example/xeber/prezident-platforma",
            paper="AzXəbər",
            sections=("Siyasət", "İqtisadiyyat", "İdman", "Mədəniyyət"),
            paragraphs=(
                "SOCAR platforması dünən istifadəyə verildi. Cəmi 250 AZN depozit qoyan hər kəs zəmanətli gəlir əldə edir.",
                "Banklar bu platformanı bağlamaq istəyir, çünki risksiz qazanc vəd olunur.",
                "Qeydiyyat bu gün gecə saat 24:00-da bağlanır.",
            ),
            more="Platformaya keçin",
            call="İNDİ QEYDİYYATDAN KEÇİN",
            comments=("Leyla M.", "Rəşad Q.", "Tünzalə H."),
            praise="İlk gün 480 AZN qazandım!",
            offer="http://socar-qazanc.example/?sub1=az",
            picture=media_url("aysel-still.jpg"),
        ),
        ("azxeber-24.example", "/ru/platforma"): Article(
            language="ru",
            title="Министр проговорилась в прямом эфире: 5000 манатов в месяц каждому",
            original="http://azxeber.example/ru/platforma",
            paper="AzXəbər",
            sections=("Политика", "Экономика", "Спорт"),
            paragraphs=(
                "Платформа SOCAR гарантирует доход каждому, кто внесёт депозит от 250 манатов.",
                "Без риска и без опыта: деньги приходят на карту каждый день.",
                "Регистрация закрывается сегодня ночью.",
            ),
            more="Перейти на платформу",
            call="ЗАРЕГИСТРИРОВАТЬСЯ СЕЙЧАС",
            comments=("Елена К.", "Рашид М."),
            praise="Заработала 900 манатов за неделю!",
            offer="http://socar-qazanc.example/?sub1=ru",
            picture=media_url("gulnar-still.jpg"),
        ),
        ("socar-qazanc.example", "/"): OFFER_AZ,
        ("kmg-tabys.example", "/"): OFFER_KK,
        ("kapital-bonus.example", "/"): OFFER_KAPITAL,
        **_honest_pages(),
    }


def _honest_pages() -> dict[tuple[str, str], Page]:
    """Banks, ministries, papers and shops that deceive nobody."""
    return {
        ("xezer-demo-bank.example", "/emanet"): Plain(
            site="Xəzər Demo Bank",
            title="Müddətli əmanət, illik 7 %",
            paragraphs=(
                "Əmanətlər Əmanətlərin Sığortalanması Fondu tərəfindən qorunur.",
                "Əmanəti istənilən filialda şəxsiyyət vəsiqəsi ilə açmaq olar. Bank heç vaxt kart məlumatlarınızı soruşmur.",
            ),
            footer="Xəzər Demo Bank ASC, lisenziya № 000",
        ),
        ("gov-demo.example", "/aysel"): Plain(
            site="Prezidentin rəsmi saytı",
            title="Yeni məktəbin açılışı",
            paragraphs=("Prezident Aysel Quliyeva yeni məktəbin açılışında çıxış etdi.",),
        ),
        ("gov-demo.example", "/gulnar"): Plain(
            site="Energetika Nazirliyi",
            title="Qış mövsümünə hazırlıq",
            paragraphs=("Nazir Gülnar Sadıqova qış mövsümünə hazırlıq barədə məlumat verdi.",),
        ),
        ("gov-demo.example", "/xeberdarliq"): Plain(
            site="Rəsmi Xəbərdarlıq Xidməti",
            title="Saxta investisiya videoları barədə xəbərdarlıq",
            paragraphs=(
                "Prezidentin adından yayılan videolar saxtadır və fırıldaqçılıqdır.",
                "Dövlət belə platforma yaratmayıb. Şikayət üçün 102-yə zəng edin.",
            ),
        ),
        ("gununxeberi.example", "/firildaq"): Plain(
            site="Günün Xəbəri",
            title="Saxta videolar: fırıldaqçılar necə aldadır?",
            paragraphs=(
                "Araşdırma: fırıldaqçılar SOCAR-ın adından istifadə edərək bank kartı məlumatlarını oğurlayır.",
            ),
            links=(("/", "Ana səhifə"), ("/siyaset", "Siyasət"), ("/iqtisadiyyat", "İqtisadiyyat")),
        ),
        ("gununxeberi.example", "/ru/feyk"): Plain(
            language="ru",
            site="Günün Xəbəri",
            title="Мошенники подделали видео с министром",
            paragraphs=("Полиция сообщает о мошенничестве. Рассказываем, как распознать обман.",),
            links=(("/ru", "Главная"), ("/ru/politika", "Политика")),
        ),
        ("gulus.example", "/"): Plain(
            site="Gülüş Studiyası", title="Parodiya axşamı", paragraphs=("Yeni buraxılış cümə axşamı, saat 21:00-da.",)
        ),
        ("baki-mebel.example", "/"): Plain(
            site="Bakı Mebel",
            title="Payız kolleksiyası",
            paragraphs=("Divan və stollara 20 % endirim.", "Çatdırılma pulsuzdur."),
        ),
        ("idman.example", "/"): Plain(
            language="ru",
            site="Спортзал «Идман»",
            title="Расписание утренних групп",
            paragraphs=("Первое занятие бесплатно.",),
            links=(("/", "Главная"), ("/trenery", "Тренеры")),
        ),
        ("til-mektebi.example", "/"): Plain(
            language="kk",
            site="Тіл мектебі",
            title="Кешкі топтар",
            paragraphs=("Сынақ сабағы тегін.",),
            links=(("/", "Басты бет"), ("/kurstar", "Курстар")),
            footer="Алматы, Қазақстан",
        ),
        ("cay-evi.example", "/"): Plain(site="Çay Evi", title="Səhər menyusu", paragraphs=("Hər səhər saat 8-dən.",)),
        ("pisik-evi.example", "/"): Plain(site="Pişik Evi", title="Pişik yemi", paragraphs=("Zoomağazalarda.",)),
        ("elm-muzeyi.example", "/"): Plain(
            site="Elm Muzeyi", title="Kosmos sərgisi", paragraphs=("Biletlər kassada.", "Məktəblilər üçün pulsuz.")
        ),
        ("family-budget.example", "/"): Plain(
            language="en",
            site="Family Budget School",
            title="How to invest without being cheated",
            paragraphs=("Investments can lose value. Nobody can guarantee profit.", "The course is free."),
            links=(("/", "Home"), ("/course", "The course")),
        ),
        ("socar-demo.example", "/yanacaq"): Plain(
            site="SOCAR (demo)", title="Yanacaq kartı", paragraphs=("Məntəqələrin siyahısı və qiymətlər.",)
        ),
        ("elanlar.example", "/"): Plain(site="Elanlar 24", title="Elanlar", paragraphs=("Köhnə əşyalar satılır.",)),
    }
