"""A line of text cut out of a picture, ready to be read: upright strips of one height, dark letters on light ground.

Letters on a plain ground are read as they are. Captions that are written over moving pictures have a colour of their own and
often an outline: there the pixels of one colour are taken, that whose pieces have the shape of letters.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.text_boxes import TextBox

Strip = NDArray[np.uint8]

LETTERS_PX = 40
"""Height of a line without its margin: Tesseract reads capitals of 25 to 35 pixels best."""

MARGIN_PX = 10
LONGEST_PX = 2400
"""A longer strip is cut: no caption has sixty times as much width as height."""

COLOURS = 4
EDGE_PX = 4


def strips(pixels: NDArray[np.uint8], box: TextBox) -> list[Strip]:
    """One or two versions of a line, all of one size, the likelier one first."""
    cut = pixels[box.top : box.bottom, box.left : box.right]
    width = min(LONGEST_PX, max(8, round(cut.shape[1] * LETTERS_PX / cut.shape[0])))
    line = cv2.resize(cut, (width, LETTERS_PX), interpolation=cv2.INTER_CUBIC)
    of_one_colour = _letters(line)
    plain = _framed(_dark_on_light(cv2.cvtColor(line, cv2.COLOR_RGB2GRAY)))
    return [plain] if of_one_colour is None else [plain, _framed(of_one_colour)]


def _dark_on_light(grey: Strip) -> Strip:
    _, halves = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    edge = np.concatenate((halves[:EDGE_PX].ravel(), halves[-EDGE_PX:].ravel()))
    turned: Strip = 255 - grey if edge.mean() < 128 else grey
    return turned


def _letters(line: NDArray[np.uint8]) -> Strip | None:
    """Black where the line has the colour whose pieces look most like letters; None if no colour's do."""
    points = line.reshape(-1, 3).astype(np.float32)
    cv2.setRNGSeed(1)  # the same picture is read the same way
    until = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 8, 2.0)
    _, of, _ = cv2.kmeans(points, min(COLOURS, len(points)), None, until, 1, cv2.KMEANS_PP_CENTERS)
    masks = [(of.reshape(line.shape[:2]) == colour).astype(np.uint8) for colour in range(COLOURS)]
    scores = [_like_letters(mask) for mask in masks]
    best = int(np.argmax(scores))
    if scores[best] <= 0:
        return None
    black: Strip = np.where(masks[best] > 0, 0, 255).astype(np.uint8)
    return black


def _like_letters(mask: NDArray[np.uint8]) -> float:
    """Share of the mask in pieces of a letter's size that touch neither edge, lowered where they are few for the length."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    pieces = stats[1:]
    if not len(pieces):
        return 0.0
    top, wide, high, area = pieces[:, 1], pieces[:, 2], pieces[:, 3], pieces[:, 4]
    fits = (high > 0.25 * LETTERS_PX) & (high < 0.92 * LETTERS_PX) & (wide < 1.6 * LETTERS_PX)
    fits &= (area > 0.8 * LETTERS_PX) & (top > 0) & (top + high < LETTERS_PX)
    expected = 0.8 * mask.shape[1] / LETTERS_PX
    return float(area[fits].sum() / mask.sum() * min(1.0, fits.sum() / expected))


def _framed(strip: Strip) -> Strip:
    paper = int(np.median(np.concatenate((strip[0], strip[-1]))))
    framed: Strip = cv2.copyMakeBorder(
        strip, MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX, cv2.BORDER_CONSTANT, value=(paper,)
    )
    return framed
