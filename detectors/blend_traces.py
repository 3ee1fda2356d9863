"""What a blend may leave in one picture of a face: numbers that compare the inner face with its rim and with what is around it.

A face that was put in comes from elsewhere: it was made at another size (softer or sharper), carries another noise or none, was
brought to the scene's colours by a formula, and ends somewhere between brow and chin. Each number is a difference within one
picture, mostly of logarithms, so that film, camera, size and compression concern both sides of it alike.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.close_up import FACE_PX
from detectors.face_regions import CENTRE, REACH, radius, regions, rings, unit_square
from detectors.scene_light import scene_light

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]
Traces = dict[str, float]
Places = Mapping[str, NDArray[np.int64]]

KINDS = {
    "detail": "sharpness",
    "noise": "noise",
    "spectrum": "frequencies",
    "texture": "skin texture",
    "colour": "colour",
    "edge": "edges along the rim",
    "light": "light",
    "scene": "light and shadow of face and body",
    "flicker": "change from frame to frame",
}
"""The first word of a trace's name, and what it is about."""

FEWEST_PX = 50
"""A region of which less is in the picture says nothing."""

SCALES = 3
DETAIL_PAIRS = (
    ("inner", "around"),
    ("inner", "rim"),
    ("cheeks", "forehead"),
    ("cheeks", "neck"),
    ("eyes", "around"),
    ("mouth", "around"),
    ("eyes", "cheeks"),
    ("mouth", "cheeks"),
    ("nose", "cheeks"),
    ("forehead", "top"),
    ("inner", "forehead"),
)
COLOUR_PAIRS = (
    ("cheeks", "forehead"),
    ("cheeks", "neck"),
    ("nose", "forehead"),
    ("cheeks", "chin"),
    ("inner", "rim"),
    ("mouth", "cheeks"),
)
PATCH_PX = 48
INNER_PATCHES = ((0.2, 0.55), (0.8, 0.55), (0.5, 0.45), (0.5, 0.8), (0.23, 0.22), (0.76, 0.22))
AROUND_PATCHES = ((-0.35, 0.0), (1.35, 0.0), (-0.35, 0.6), (1.35, 0.6), (0.5, -0.35), (0.2, 1.35), (0.8, 1.35))
BANDS = 10
DCT_PX = 8
DIAGONALS = (1, 2, 3, 4, 5, 6, 7, 9, 11)
NEIGHBOURS = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))


def frame_traces(face: Picture, *, kinds: Collection[str] = tuple(KINDS)) -> Traces:
    """Of one picture of a close-up, (FACE_PX, FACE_PX, 3) RGB, the traces of these kinds; NaN for what is not in the picture."""
    red_blue = cv2.cvtColor(face, cv2.COLOR_RGB2YCrCb)
    luma, red, blue = (np.ascontiguousarray(channel, dtype=np.float32) for channel in cv2.split(red_blue))
    seen = shown(face)
    places = _within(_regions_at(), seen)
    ring_places = _within(_rings_at(), seen)
    measures: dict[str, Callable[[], Traces]] = {
        "detail": lambda: _detail(luma, places, ring_places),
        "noise": lambda: _noise({"luma": luma, "red": red, "blue": blue}, places),
        "spectrum": lambda: _spectrum(luma, red) | _blocks(luma, seen),
        "texture": lambda: _texture(luma, places),
        "colour": lambda: _colour(face, places, ring_places),
        "edge": lambda: _edges(luma, ring_places),
        "light": lambda: _light(luma, seen),
        "scene": lambda: scene_light(luma, seen),
    }
    return {name: value for kind, measure in measures.items() if kind in kinds for name, value in measure().items()}


def shown(face: Picture) -> NDArray[np.bool_]:
    """What of a close-up's picture is in the film's; the rest is black."""
    red, green, blue = cv2.split(face)
    black = (cv2.max(cv2.max(red, green), blue) > 2).astype(np.uint8)
    seen: NDArray[np.bool_] = cv2.erode(black, np.ones((5, 5), np.uint8)) > 0
    return seen


@functools.cache
def _regions_at() -> Places:
    return {name: np.flatnonzero(mask) for name, mask in regions().items()}


@functools.cache
def _rings_at() -> Places:
    # Every second pixel is enough for a share
    return {str(number): np.flatnonzero(mask)[::2] for number, mask in enumerate(rings())}


def _within(places: Places, seen: NDArray[np.bool_]) -> Places:
    if seen.all():
        return places
    flat = seen.ravel()
    return {name: at[flat[at]] for name, at in places.items()}


def _mean(plane: Plane, at: NDArray[np.int64]) -> float:
    return _mean_of(plane.ravel().take(at))


def _mean_of(values: Plane) -> float:
    return float(values.mean()) if len(values) >= FEWEST_PX else float("nan")


def _share(plane: Plane, at: NDArray[np.int64], share: float) -> float:
    """The value below which ``share`` of them lie."""
    if len(at) < FEWEST_PX:
        return float("nan")
    return float(np.partition(plane.ravel().take(at), int(share * (len(at) - 1)))[int(share * (len(at) - 1))])


def _log(value: float) -> float:
    return float(np.log(value + 0.05))


def _detail(luma: Plane, places: Places, ring_places: Places) -> Traces:
    """Energy of the second derivative at three sizes: how sharp each part is, and where on the way outwards that changes."""
    found: Traces = {}
    means: list[dict[str, float]] = []
    plane = luma
    for scale in range(SCALES):
        energy = np.abs(cv2.Laplacian(plane, cv2.CV_32F))
        if scale:
            energy = cv2.resize(energy, (FACE_PX, FACE_PX), interpolation=cv2.INTER_LINEAR)
        mean = {name: _log(_mean(energy, at)) for name, at in places.items()}
        quiet = {name: _log(_share(energy, places[name], 0.3)) for name in ("inner", "rim", "around", "cheeks")}
        means.append(mean)
        found |= {f"detail.{scale}.{one}-{other}": mean[one] - mean[other] for one, other in DETAIL_PAIRS}
        found |= {
            f"detail.{scale}.quiet.{one}-{other}": quiet[one] - quiet[other]
            for one, other in (("inner", "around"), ("inner", "rim"), ("cheeks", "around"))
        }
        steps = [_log(_share(energy, at, 0.4)) for at in ring_places.values()]
        found |= {f"detail.{scale}.step{at}": steps[at + 1] - steps[at] for at in range(len(steps) - 1)}
        plane = cv2.pyrDown(plane)
    for name in ("inner", "around", "cheeks", "eyes", "mouth"):
        found |= {f"detail.slope{at}.{name}": means[at][name] - means[at + 1][name] for at in range(SCALES - 1)}
    found |= {
        f"detail.slope{at}.inner-around": found[f"detail.slope{at}.inner"] - found[f"detail.slope{at}.around"]
        for at in range(SCALES - 1)
    }
    return found


def _noise(planes: Mapping[str, Plane], places: Places) -> Traces:
    """What smoothing takes away: how strong it is, how it is distributed, how alike its neighbours are."""
    found: Traces = {}
    for name, plane in planes.items():
        # They are whole numbers up to 255, of which the median is found many times faster
        speckle = np.abs(plane - cv2.medianBlur(plane.astype(np.uint8), 3))
        fine = plane - cv2.GaussianBlur(plane, (0, 0), 1.5)
        maps = {
            "speckle": speckle,
            "across": _beside(fine, 0, 1),
            "down": _beside(fine, 1, 0),
            "far": _beside(fine, 0, 3),
        }
        of: dict[str, dict[str, float]] = {}
        for region in ("inner", "rim", "around", "cheeks"):
            mean = {what: _mean(one, places[region]) for what, one in maps.items()}
            within = fine.ravel().take(places[region])
            square = within * within
            mean |= {
                what: _mean_of(one)
                for what, one in (("square", square), ("fourth", square * square), ("strength", np.abs(within)))
            }
            power = mean["square"] + 1e-3
            of[region] = {
                "speckle": _log(mean["speckle"]),
                "strength": _log(mean["strength"]),
                "peaks": float(np.log((mean["fourth"] + 1e-3) / (mean["square"] ** 2 + 1e-3))),
                "across": mean["across"] / power,
                "down": mean["down"] / power,
                "far": mean["far"] / power,
            }
        for one, other in (("inner", "around"), ("inner", "rim"), ("cheeks", "around")):
            found |= {f"noise.{name}.{what}.{one}-{other}": of[one][what] - of[other][what] for what in of[one]}
    return found


def _beside(plane: Plane, down: int, across: int) -> Plane:
    """Each value times its neighbour's."""
    product = np.zeros_like(plane)
    rows, columns = plane.shape
    here = plane[: rows - down, : columns - across]
    np.multiply(plane[down:, across:], here, out=product[: rows - down, : columns - across])
    return product


@functools.cache
def _bands() -> tuple[Plane, NDArray[np.int64]]:
    window = np.hanning(PATCH_PX).astype(np.float32)
    across, down = np.meshgrid(np.fft.fftfreq(PATCH_PX), np.fft.rfftfreq(PATCH_PX), indexing="ij")
    band = np.digitize(np.hypot(across, down), np.linspace(0.03, 0.5, BANDS + 1))
    return np.outer(window, window).astype(np.float32), band


def _power(plane: Plane, patches: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    """(BANDS,) log power by distance from the spectrum's middle, over patches about these points of the unit square."""
    window, band = _bands()
    most = FACE_PX - PATCH_PX
    cuts = []
    for x, y in patches:
        left, top = (min(max(int(FACE_PX / 2 * (one + 0.5) - PATCH_PX / 2), 0), most) for one in (x, y))
        cuts.append(plane[top : top + PATCH_PX, left : left + PATCH_PX])
    stacked = np.stack(cuts)
    stacked = (stacked - stacked.mean(axis=(1, 2), keepdims=True)) * window
    power = (np.abs(np.fft.rfft2(stacked)) ** 2).mean(axis=0)
    return np.array([np.log(power[band == number].mean() + 0.1) for number in range(1, BANDS + 1)])


def _spectrum(luma: Plane, red: Plane) -> Traces:
    """Azimuthally averaged power of the inner face, by itself and against that around it."""
    inner, around = _power(luma, INNER_PATCHES), _power(luma, AROUND_PATCHES)
    tint = _power(red, INNER_PATCHES) - _power(red, AROUND_PATCHES)
    found: Traces = {}
    for number in range(BANDS):
        found[f"spectrum.inner{number}"] = float(inner[number] - inner[2])
        found[f"spectrum.luma{number}.inner-around"] = float(inner[number] - around[number])
        found[f"spectrum.red{number}.inner-around"] = float(tint[number])
    return found


@functools.cache
def _cosines() -> Plane:
    place = np.arange(DCT_PX)
    table = np.cos(np.pi * (2 * place[None, :] + 1) * place[:, None] / (2 * DCT_PX)) * 0.5
    table[0] *= np.sqrt(0.5)
    return table.astype(np.float32)


@functools.cache
def _blocks_in() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which blocks lie in the inner face, and which around it."""
    inner, around = ((_per_block(regions()[name]) > 0.9) for name in ("inner", "around"))
    return inner, around


def _per_block(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    side = FACE_PX // DCT_PX
    shares: NDArray[np.float64] = mask.reshape(side, DCT_PX, side, DCT_PX).mean(axis=(1, 3))
    return shares


def _blocks(luma: Plane, seen: NDArray[np.bool_]) -> Traces:
    """Coefficients of the block cosine transform along its diagonals."""
    side = FACE_PX // DCT_PX
    blocks = luma.reshape(side, DCT_PX, side, DCT_PX).transpose(0, 2, 1, 3)
    size = np.log(np.abs(_cosines() @ blocks @ _cosines().T) + 0.3)
    inner, around = _blocks_in()
    around = around & (_per_block(seen) > 0.9)
    diagonal = np.add.outer(np.arange(DCT_PX), np.arange(DCT_PX))
    found: Traces = {}
    for number in DIAGONALS:
        means = size[..., diagonal == number].mean(axis=2)
        outside = float(means[around].mean()) if around.sum() >= 4 else float("nan")
        found[f"spectrum.block{number}.inner-around"] = float(means[inner].mean()) - outside
    return found


def _texture(luma: Plane, places: Places) -> Traces:
    """Local binary patterns (eight neighbours, rotation-invariant uniform): what the skin's grain looks like."""
    smooth = cv2.GaussianBlur(luma, (0, 0), 0.8)
    middle = smooth[1:-1, 1:-1]
    rows, columns = middle.shape
    bits = np.stack([smooth[top : top + rows, left : left + columns] >= middle for top, left in NEIGHBOURS])
    turns = (bits != np.roll(bits, 1, axis=0)).sum(axis=0, dtype=np.uint8)
    pattern = np.zeros(luma.shape, dtype=np.uint8)
    pattern[1:-1, 1:-1] = np.where(turns <= 2, bits.sum(axis=0, dtype=np.uint8), np.uint8(9))
    shares = {}
    for name in ("inner", "around"):
        counted = np.bincount(pattern.ravel().take(places[name]), minlength=10).astype(np.float64)
        shares[name] = counted / counted.sum() if counted.sum() >= FEWEST_PX else np.full(10, np.nan)
    found = {f"texture.pattern{number}.inner": float(shares["inner"][number]) for number in range(10)}
    return found | {
        f"texture.pattern{number}.inner-around": float(shares["inner"][number] - shares["around"][number])
        for number in range(10)
    }


def _colour(face: Picture, places: Places, ring_places: Places) -> Traces:
    """CIELAB of parts of the face against each other, and where on the way outwards the colour changes."""
    lab = cv2.cvtColor(face, cv2.COLOR_RGB2LAB).astype(np.float32).reshape(-1, 3)
    names = {name for pair in COLOUR_PAIRS for name in pair}
    channels = [np.ascontiguousarray(lab[:, number]) for number in range(3)]
    middle = {
        name: np.array([np.median(one.take(places[name])) for one in channels])
        if len(places[name]) >= FEWEST_PX
        else np.full(3, np.nan)
        for name in names
    }
    found: Traces = {}
    for one, other in COLOUR_PAIRS:
        away = middle[one] - middle[other]
        found |= {f"colour.{'lab'[number]}.{one}-{other}": float(away[number]) for number in range(3)}
    for name in ("inner", "rim", "cheeks"):
        spread = lab[places[name]].std(axis=0) if len(places[name]) >= FEWEST_PX else np.full(3, np.nan)
        found |= {f"colour.{'lab'[number]}.spread.{name}": _log(float(spread[number])) for number in range(3)}
    ways = np.stack(
        [lab[at].mean(axis=0) if len(at) >= FEWEST_PX else np.full(3, np.nan) for at in ring_places.values()]
    )
    steps = np.diff(ways, axis=0)
    for at in range(len(steps)):
        found |= {f"colour.{'lab'[number]}.step{at}": float(steps[at, number]) for number in range(3)}
    return found


def _edges(luma: Plane, ring_places: Places) -> Traces:
    """Edges that run along the face's rim against edges that cross it, on the way outwards."""
    right, down = cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    out_x, out_y = _outwards()
    along = np.abs(right * out_x + down * out_y)
    over = np.abs(right * out_y - down * out_x)
    return {
        f"edge.{number}": float(np.log((_mean(along, at) + 1) / (_mean(over, at) + 1)))
        for number, at in ring_places.items()
    }


@functools.cache
def _outwards() -> tuple[Plane, Plane]:
    across, down = unit_square()
    x, y = (across - CENTRE[0]) / REACH[0] ** 2, (down - CENTRE[1]) / REACH[1] ** 2
    length = np.hypot(x, y) + 1e-6
    return x / length, y / length


def _light(luma: Plane, seen: NDArray[np.bool_]) -> Traces:
    """The brightness of the inner face and of its rim, each as a smooth function of place (a low-order fit, as of a lit sphere):
    if the light on one comes from elsewhere than on the other, the slopes differ."""
    fits = {name: _fit(luma, at[seen.ravel()[at]]) for name, at in _lit_at().items()}
    found: Traces = {}
    for number, way in enumerate(("across", "down", "across2", "down2"), start=1):
        found[f"light.{way}.inner"] = fits["inner"][number]
        found[f"light.{way}.inner-rim"] = fits["inner"][number] - fits["rim"][number]
    found["light.rough.inner-rim"] = fits["inner"][5] - fits["rim"][5]
    return found


@functools.cache
def _lit_at() -> Places:
    _, down = unit_square()
    face = radius() >= 0
    rim = regions()["rim"] & (down < 0.9)
    return {"inner": np.flatnonzero(regions()["inner"] & face)[::7], "rim": np.flatnonzero(rim)[::7]}


def _fit(luma: Plane, at: NDArray[np.int64]) -> list[float]:
    if len(at) < FEWEST_PX:
        return [float("nan")] * 6
    across, down = (one.ravel()[at] - centre for one, centre in zip(unit_square(), CENTRE, strict=True))
    design = np.stack([np.ones_like(across), across, down, across**2, down**2], axis=1)
    bright = np.log(luma.ravel()[at] + 8)
    slopes = np.linalg.lstsq(design, bright, rcond=None)[0]
    return [*map(float, slopes), float(np.log((bright - design @ slopes).std() + 0.01))]


def middles(pictures: Sequence[Traces]) -> Traces:
    """Of several pictures the median of each trace; NaN only where no picture shows it."""
    rows = np.array([[one[name] for name in pictures[0]] for one in pictures])
    counted = np.isfinite(rows).any(axis=0)
    values = np.full(rows.shape[1], np.nan)
    values[counted] = np.nanmedian(rows[:, counted], axis=0)
    return dict(zip(pictures[0], values.tolist(), strict=True))
