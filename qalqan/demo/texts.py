"""What is said and written in the demo: speeches, adverts, in Azerbaijani (az), Russian (ru), Kazakh (kk) and English (en).

People, offers and events are invented. Names of real companies appear because scams use them.
"""

from __future__ import annotations

GENUINE_SPEECH = {
    "aysel-quliyeva": (
        (
            "Hörmətli həmvətənlər, bu gün yeni məktəbin açılışına toplaşmışıq. Uşaqlarımızın təhsili "
            "bizim üçün ən vacib məsələdir. Müəllimlərə zəhmətlərinə görə təşəkkür edirəm."
        ),
        (
            "Kənd yollarının təmiri davam edir. Gələn ilin sonuna qədər iyirmi körpü tikiləcək. "
            "Sakinlərlə görüşlər hər ay keçirilir."
        ),
        (
            "Bayramınız mübarək olsun. Hər bir ailəyə sağlamlıq və əmin-amanlıq arzulayıram. Biz "
            "birlikdə daha güclüyük. Şəhərlərimizdə yeni parklar salınır, kitabxanalar gecə də açıqdır."
            " Gənclər idmanla məşğul olur. Su xətləri yenilənir. Dağ kəndlərinə avtobus gedəcək. "
            "Xəstəxanalara yeni avadanlıq gətirilib. Bu işlərin hamısı sizin üçündür."
        ),
    ),
    "gulnar-sadiqova": (
        (
            "Enerji nazirliyi qış mövsümünə hazırdır. Qaz kəmərləri yoxlanılıb, elektrik xətləri təmir "
            "edilib. Sayğacların dəyişdirilməsi pulsuzdur. Suallarınız üçün qaynar xətt işləyir."
        ),
        (
            "Günəş stansiyasının tikintisi cədvəl üzrə gedir. İlk elektrik enerjisi yazda veriləcək. "
            "Mühəndislərimizə uğurlar diləyirəm."
        ),
        (
            "Enerjiyə qənaət hər evdən başlayır. Lazımsız işıqları söndürün, pəncərələri yoxlayın. "
            "Məktəblərdə yeni qazanxanalar quraşdırılıb. Külək stansiyası sahil boyunca tikilir. "
            "Mütəxəssislər hər gün şəbəkəyə nəzarət edir. Qəza xidməti gecə-gündüz işləyir. Hesabat "
            "nazirliyin saytında dərc olunub."
        ),
    ),
}
"""Two clips, then a recording of sound alone, per official: what they really said."""

GENUINE_SPEECH_RU = {
    "aysel-quliyeva": (
        "Уважаемые соотечественники, в этом году мы откроем ещё десять школ и три библиотеки. Учителя "
        "получат новые квартиры. Спасибо всем, кто работает для наших детей."
    ),
    "gulnar-sadiqova": (
        "Энергосистема работает устойчиво. Летом мы отремонтировали подстанции и линии передачи. Просим"
        " сообщать об авариях по телефону горячей линии."
    ),
}
"""A recording in Russian per official."""

SCAM_SPEECH = {
    "az": (
        "Əziz vətəndaşlar! SOCAR platforması açıldı. İki yüz əlli manat qoyun, ayda beş min manat "
        "qazanın. Gəlirə mən zəmanət verirəm."
    ),
    "ru": (
        "Дорогие граждане! Открыта государственная платформа. Вложите двести пятьдесят манатов и "
        "получайте пять тысяч каждый месяц. Доход гарантирую лично я."
    ),
    "kk": (
        "Құрметті азаматтар! Мұнай табысы енді сіздікі. Елу мың теңге салыңыз, айына бір миллион теңге "
        "алыңыз. Табысқа мен кепілмін."
    ),
    "en": (
        "Dear citizens! The national oil platform is open. Invest only two hundred and fifty, and earn "
        "five thousand every month. I guarantee your profit."
    ),
}

OTHER_SPEECH = {
    "narrator": (
        "Neft sərmayəsi ilə hamı varlanır. İndi qeydiyyatdan keçin, ilk ödənişi sabah alın. Yerlərin sayı məhduddur."
    ),
    "news": (
        "Polis xəbərdarlıq edir. İnternetdə saxta videolar yayılır. Fırıldaqçılar bank kartı "
        "məlumatlarını oğurlayır. Diqqətli olun."
    ),
    "parody": (
        "Bu həftə mən hər səhər pişiyimə hesabat verirəm. O isə yenə qərarımı təsdiq etmir. Gülüş "
        "Studiyası, cümə axşamı."
    ),
    "furniture": (
        "Yeni payız kolleksiyası mağazamızdadır. Divanlar, stollar, yataqlar. Çatdırılma şəhər daxilində pulsuzdur."
    ),
    "gym": ("Идёт набор в утренние группы. Первый урок бесплатный. Приходите всей семьёй, бассейн открыт до вечера."),
    "courses": ("Ағылшын тілі курстарына қабылдау басталды. Сабақтар кешкі уақытта өтеді. Сынақ сабағы тегін."),
    "finance": (
        "Investments can lose value. We teach how to read a contract, how to plan a family budget, and "
        "how to recognise fraud."
    ),
    "bank": (
        "Xəzər Demo Bankın müddətli əmanəti illik yeddi faizdir. Əmanətlər sığortalanır. Şərtlər "
        "filiallarda və saytımızda."
    ),
}

SCAM_AD = {
    "az": (
        "SOCAR investisiya platforması — hər vətəndaşa",
        (
            "Prezident təsdiq etdi! 💰 SOCAR platformasına cəmi 250 AZN yatırın və ayda 5000 AZN-ə qədər"
            " zəmanətli qazanc əldə edin. Risk yoxdur. Bu gün son gündür — linkə keçin və qeydiyyatdan "
            "keçin 👇"
        ),
    ),
    "ru": (
        "Нефтяной доход для каждого",
        (
            "Государственная программа SOCAR: вложите от 250 манатов и получайте гарантированный доход "
            "до 5000 манатов в месяц. Без риска! Осталось 17 мест. Регистрируйтесь по ссылке прямо "
            "сейчас 👇"
        ),
    ),
    "kk": (
        "КазМұнайГаз: әр отбасыға табыс",
        (
            "Ресми жоба! КазМұнайГаз платформасына 50 000 теңге салыңыз да, айына 1 000 000 теңгеге "
            "дейін кепілдендірілген табыс алыңыз. Тәуекел жоқ. Орын шектеулі — сілтемеге өтіп, "
            "тіркеліңіз 👇"
        ),
    ),
    "en": (
        "SOCAR Profit: the platform everyone talks about",
        (
            "The energy minister confirmed it live on air: invest only $250 in the SOCAR platform and "
            "earn up to $5,000 a month. Guaranteed profit, zero risk. Only 23 places left today. "
            "Register now 👇"
        ),
    ),
}
"""Title and body of the scam adverts."""

SCAM_AD_SHORT = {
    "az": (
        "Gündə 300 AZN gəlir",
        ("SOCAR-dan zəmanətli gəlir: gündə 300 AZN qazanc, ilk depozit 250 AZN. Tələsin, qeydiyyat bu gün bağlanır!"),
    ),
    "ru": (
        "5000 манат в месяц",
        (
            "Гарантированный пассивный доход от SOCAR: 5000 манат в месяц при вкладе от 250. Успейте "
            "зарегистрироваться сегодня!"
        ),
    ),
    "kk": (
        "Айына 1 000 000 теңге",
        ("КазМұнайГаздан кепілдендірілген пассивті табыс: айына 1 000 000 теңге. Бүгін тіркеліп үлгеріңіз!"),
    ),
    "en": (
        "$5,000 every month",
        (
            "Guaranteed passive income from the SOCAR platform: $5,000 a month from a $250 deposit. "
            "Sign up before midnight!"
        ),
    ),
}
"""The same lure in other words, for re-runs of a creative under another advertiser."""

KAPITAL_SCAM = (
    "Kapital Bank bonusu: 1500 AZN hədiyyə",
    (
        "Kapital Bank investisiya layihəsi! 200 AZN yatırın, 24 saata 1500 AZN qazanc kartınıza "
        "köçürülsün. Zəmanətli gəlir, risksiz. Kart məlumatlarını daxil edin və ödənişi bu gün alın 👇"
    ),
)

SOCAR_SCAM_NO_PERSON = (
    "SOCAR səhmləri ilə qazanc",
    (
        "SOCAR səhmlərinə 250 AZN yatırın, həftədə 1200 AZN zəmanətli qazanc alın. Risk sıfırdır, yer "
        "məhduddur. İndi qeydiyyatdan keçin 👇"
    ),
)

HONEST = {
    "official-a": (
        "Yeni məktəbin açılışı",
        ("Prezident Aysel Quliyeva yeni məktəbin açılışında çıxış etdi. Çıxışın tam mətni rəsmi saytdadır."),
    ),
    "official-g": (
        "Qış mövsümünə hazırlıq",
        ("Energetika naziri Gülnar Sadıqova qış mövsümünə hazırlıq barədə məlumat verdi. Təfərrüat rəsmi saytdadır."),
    ),
    "news-video": (
        "Saxta videolar: fırıldaqçılar necə aldadır?",
        (
            "Xəbər: internetdə prezidentin saxta videosu yayılır. Fırıldaqçılıq sxemində SOCAR-ın "
            "adından istifadə olunur və insanların bank kartı məlumatları oğurlanır. Araşdırmamızı "
            "oxuyun."
        ),
    ),
    "news-still": (
        "Мошенники подделали видео с министром",
        (
            "Новости: полиция сообщает о мошенничестве с поддельным видео министра и именем SOCAR. "
            "Рассказываем, как распознать обман."
        ),
    ),
    "warning": (
        "Diqqət: fırıldaqçılıq!",
        (
            "Rəsmi xəbərdarlıq. Prezidentin adından yayılan «SOCAR investisiya platforması» videoları "
            "saxtadır, fırıldaqçılıqdır. Dövlət belə platforma yaratmayıb. Kart məlumatlarınızı heç "
            "kimə verməyin."
        ),
    ),
    "parody": (
        "Gülüş Studiyası: yeni buraxılış",
        ("Parodiya. Prezident pişiyi ilə məsləhətləşir. Yeni buraxılış cümə axşamı, saat 21:00-da."),
    ),
    "furniture": (
        "Payız kolleksiyası",
        "Bakı Mebel: divan və stollara 20 % endirim. Çatdırılma pulsuzdur. Ünvan: Nizami küçəsi.",
    ),
    "gym": (
        "Утренние группы",
        ("Спортзал «Идман»: набор в утренние группы, первое занятие бесплатно. Бассейн, тренер, парковка."),
    ),
    "courses": (
        "Ағылшын тілі курстары",
        "Тіл мектебі: кешкі топтарға қабылдау. Сынақ сабағы тегін. Алматы, Абай даңғылы.",
    ),
    "tea": (
        "Çay Evi səhər menyusu",
        "Təzə qəhvə və ev şirniyyatı. Hər səhər saat 8-dən. Sizi gözləyirik!",
    ),
    "cat": (
        "Pişik yemi, yeni dad",
        "Baytar tövsiyəsi ilə hazırlanmış yem. Zoomağazalarda.",
    ),
    "museum": (
        "Kosmos sərgisi",
        "Elm Muzeyində raketlər sərgisi. Biletlər kassada. Məktəblilər üçün giriş pulsuzdur.",
    ),
    "bank": (
        "Müddətli əmanət",
        (
            "Xəzər Demo Bank: müddətli əmanət illik 7 %. Əmanətlər Sığorta Fondu tərəfindən qorunur. "
            "Şərtlər rəsmi saytımızda və filiallarda."
        ),
    ),
    "finance": (
        "How to invest without being cheated",
        (
            "Free evening course on family budgets. Investments can lose value and nobody can guarantee"
            " profit. Learn how to check a licence."
        ),
    ),
    "fuel": (
        "SOCAR yanacaq kartı",
        ("SOCAR yanacaqdoldurma məntəqələrində yeni yanacaq kartı. Məntəqələrin siyahısı saytdadır."),
    ),
}
"""Titles and bodies of adverts that deceive nobody."""
