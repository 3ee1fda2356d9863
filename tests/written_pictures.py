"""Pictures with words written into them as adverts have them, made on the spot."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from enum import StrEnum

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from qalqan.demo.parts import font_path
from tests.media import Picture, portrait

CAPTIONS: Mapping[str, Sequence[str]] = {
    "az": ("Prezident təsdiq etdi!", "Gündə 500 AZN qazanın", "İndi qeydiyyatdan keçin", "Minimum depozit 250 manat"),
    "az in Cyrillic": ("Президент тәсдиг етди!", "Ҝүндә 500 манат газанын", "Инди гејдијјатдан кечин"),
    "ru": ("Президент одобрил платформу", "Доход 5000 манатов в месяц", "Регистрируйтесь по ссылке"),
    "kk": ("Құрметті азаматтар!", "Айына 1 000 000 теңге табыс", "Қазір тіркеліңіз"),
    "tr": ("Cumhurbaşkanı onayladı", "Günde 3.000 TL kazanın", "Şimdi kaydolun, risk yok"),
    "en": ("The President has launched", "Earn $900 a day, guaranteed", "Sign up now: t.me/socar_az"),
}


class Style(StrEnum):
    """How a caption stands out from the picture."""

    STRIP = "strip"
    """White on a red strip."""
    OUTLINE = "outline"
    """White with a black outline, straight on the picture."""
    YELLOW = "yellow"
    """Yellow, straight on the picture."""


@functools.cache
def _font(px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_path()), px)


def written(
    lines: Sequence[str],
    *,
    width: int = 640,
    height: int = 360,
    px: int = 28,
    style: Style = Style.STRIP,
    on: str = "hopper",
) -> Picture:
    """A portrait of the size with the lines along its lower edge, in letters that fit."""
    picture = Image.fromarray(np.asarray(cv2.resize(portrait(on), (width, height)), np.uint8))
    pen = ImageDraw.Draw(picture)
    while px > 6 and max((_font(px).getlength(line) for line in lines), default=0) > width - 12:
        px -= 1
    row = int(px * 1.4)
    top = height - row * len(lines) - 10
    for line in lines:
        middle = (width / 2, top + row / 2)
        if style is Style.STRIP:
            pen.rectangle((0, top, width, top + row), fill=(178, 24, 36))
        if style is Style.OUTLINE:
            pen.text(middle, line, font=_font(px), fill="white", anchor="mm", stroke_width=2, stroke_fill="black")
        else:
            ink = "white" if style is Style.STRIP else (255, 230, 0)
            pen.text(middle, line, font=_font(px), fill=ink, anchor="mm")
        top += row
    return np.asarray(picture, np.uint8)
