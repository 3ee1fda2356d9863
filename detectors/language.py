"""A guess at a text's language, by script, letters and common little words. Simple on purpose: it is shown, it decides nothing.

Cyrillic with Kazakh letters is Kazakh, with ҹ or ҝ Azerbaijani in Cyrillic, any other Cyrillic Russian (or Kazakh, if Kazakh
little words prevail). Latin is told apart by little words; the letter ə settles for Azerbaijani.
"""

from __future__ import annotations

import re

LANGUAGES = ("az", "ru", "kk", "tr", "en")

_READ = 4_000
_WORD = re.compile(r"[^\W\d_]+")
_KAZAKH = frozenset("қңғұүһөәі")
_AZERBAIJANI_CYRILLIC = frozenset("ҹҝ")
_LITTLE_WORDS = {
    "az": "və bu üçün ilə hər indi sizin da də olan daha yalnız edin ki heç bir gündə ayda kimi əmanət bank ən manat azn haqda "
    "gunde ucun gelir evden",
    "tr": "ve bu için ile her şimdi sizin da de olan daha yalnızca edin ki hiç bir günde ayda gibi en hemen ayın tl yok gelir "
    "kadar",
    "en": "the and for with your you this is are of to a in now from on only every our at no it by",
    "ru": "и в на с для не по от за это вы мы ваш как к из что сегодня бы",
    "kk": "және үшін мен бен бұл сіз біз осы бар емес бір деп де туралы ақша тек",
}
_WORDS = {language: frozenset(words.split()) for language, words in _LITTLE_WORDS.items()}
_TURKISH_ENDINGS = re.compile(r"(?:yor|yoruz|siniz|iniz|ınız|mek|mak|ler|lar)$")


def guess_language(text: str) -> str | None:
    """One of ``LANGUAGES``, or None where there is too little to go by."""
    words = [found[0] for found in _WORD.finditer(text[:_READ].replace("İ", "i").replace("I", "ı").casefold())]
    # English has no ı: undo the Turkish lower-casing for its own little words.
    plain = [word.replace("ı", "i") for word in words]
    letters = "".join(words)
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in letters)
    if len(letters) < 3:
        return None
    if cyrillic * 2 > len(letters):
        return _of_cyrillic(words, letters)
    if "ə" in letters:
        return "az"
    counts = {language: sum(word in _WORDS[language] for word in words) for language in ("az", "tr")}
    counts["en"] = sum(word in _WORDS["en"] for word in plain)
    counts["tr"] += sum(bool(_TURKISH_ENDINGS.search(word)) for word in words if len(word) > 6)
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else None


def _of_cyrillic(words: list[str], letters: str) -> str | None:
    if _AZERBAIJANI_CYRILLIC & set(letters):
        return "az"
    if sum(letter in _KAZAKH for letter in letters) * 50 > len(letters):
        return "kk"
    kazakh, russian = (sum(word in _WORDS[language] for word in words) for language in ("kk", "ru"))
    return "kk" if kazakh > russian else "ru"
