"""The pictures that a network is shown of the people recognised in a creative, cut out and scaled as its manifest says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detectors.appearances import Look, NotShown, by_person, longest_first, spread
from detectors.network_facts import NetworkManifest, PictureInput, Resize, Shown
from detectors.subject import CreativeSubject
from embeddings.alignment import SAME_TIME_S, followed
from embeddings.errors import UnreadableMedia
from embeddings.landmarks import cut_out, on_average_face, similarity
from embeddings.media import Limits, decode, decode_interval
from embeddings.records import MediaKind
from embeddings.samples import DetectedFace, Frame, LoadedPack, SeenAt
from watchlist.records import Match, Modality

Pixels = NDArray[np.uint8]
Seen = list[tuple[Frame, DetectedFace]]

CLOSEST_SIDE_PX = 1920
"""A closer look decodes no larger pictures than this."""

LONGEST = 4
"""Of pictures that are longer than this many times their height, or the reverse, only the middle is scaled to be cut out: their
longer side would grow beyond bounds, and what is cut out lies in the middle anyway."""


def shown_pictures(subject: CreativeSubject, manifest: NetworkManifest) -> Iterator[Look | NotShown]:
    """Of every person that was recognised, at least one; no more pictures in all than the manifest's cost allows."""
    pictures = _input(manifest)
    if pictures.shown is Shown.FRAME:
        yield from _frames(subject, manifest)
        return
    for matches in by_person(subject.matches).values():
        if not any(match.modality is Modality.FACE for match in matches):
            yield NotShown(match=matches[0], why="only the voice was recognised, and this network looks at faces")
    faces = longest_first([match for match in subject.matches if match.modality is Modality.FACE])
    chosen = faces[: _appearances(manifest)]
    for match in chosen:
        most = manifest.cost.max_pictures // len(chosen)
        yield _faces(subject, match, manifest, most=most, left_out=len(faces) - len(chosen))


def prepared(items: Sequence[Pixels], pictures: PictureInput) -> NDArray[np.float32]:
    """Pictures (h, w, 3) uint8 RGB as the network takes them: (n, 3, h, w) or (n, h, w, 3)."""
    stacked = np.stack(items).astype(np.float32)
    if pictures.channels == "bgr":
        stacked = stacked[..., ::-1]
    values = (stacked / pictures.scale - np.array(pictures.mean)) / np.array(pictures.std)
    ordered = values.transpose(0, 3, 1, 2) if pictures.layout == "nchw" else values
    return np.ascontiguousarray(ordered, dtype=np.float32)


def resized(pixels: Pixels, pictures: PictureInput) -> Pixels:
    """Any picture (h, w, 3) at the size of the input, by the manifest's rule."""
    width, height = pictures.width_px, pictures.height_px
    if pictures.resize is Resize.STRETCH:
        return _scaled(pixels, width, height, pictures)
    if pictures.resize is Resize.CROP:
        pixels = _middle(pixels, LONGEST * min(pixels.shape[:2]))
        rows, columns = pixels.shape[:2]
        short = pictures.resize_px or min(height, width)
        # As transformers and torchvision do: the longer side is cut to a whole pixel
        size = (short * columns // rows, short) if rows <= columns else (short, short * rows // columns)
        pixels = _scaled(pixels, size[0], size[1], pictures)
        top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
        return pixels[top : top + height, left : left + width]
    rows, columns = pixels.shape[:2]
    scale = min(width / columns, height / rows)
    inner = _scaled(pixels, max(1, round(columns * scale)), max(1, round(rows * scale)), pictures)
    padded = np.zeros((height, width, 3), dtype=np.uint8)
    top, left = (height - inner.shape[0]) // 2, (width - inner.shape[1]) // 2
    padded[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return padded


def _middle(pixels: Pixels, longest_px: int) -> Pixels:
    top, left = (max(0, side - longest_px) // 2 for side in pixels.shape[:2])
    return pixels[top : top + longest_px, left : left + longest_px]


def _scaled(pixels: Pixels, width: int, height: int, pictures: PictureInput) -> Pixels:
    how = Image.Resampling[pictures.interpolation.upper()]
    return np.asarray(Image.fromarray(pixels).resize((width, height), how), dtype=np.uint8)


def _appearances(manifest: NetworkManifest) -> int:
    """How many share the pictures that the cost allows, each with as many as the conditions ask for."""
    return min(manifest.cost.max_appearances, manifest.cost.max_pictures // manifest.conditions.min_pictures)


def _frames(subject: CreativeSubject, manifest: NetworkManifest) -> Iterator[Look | NotShown]:
    people = list(by_person(subject.matches).values())
    allowed = _appearances(manifest)
    most = manifest.cost.max_pictures // max(1, min(len(people), allowed))
    for index, matches in enumerate(people):
        frames = [frame for frame in subject.media.frames if any(_during(frame, match) for match in matches)]
        if index >= allowed:
            yield NotShown(match=matches[0], why="the network's cost limit was spent on other people in this creative")
        elif len(frames) < manifest.conditions.min_pictures:
            yield NotShown(match=matches[0], why=_too_few(len(frames), manifest), outside=True)
        else:
            yield _look(matches[0], [(f.at_s, resized(f.pixels, _input(manifest))) for f in spread(frames, most)])


def _faces(
    subject: CreativeSubject, match: Match, manifest: NetworkManifest, *, most: int, left_out: int
) -> Look | NotShown:
    path: Sequence[SeenAt] = subject.paths.get(match.track, ())
    frames = [frame for frame in subject.media.frames if _during(frame, match)]
    if not path and match.region is not None and frames:
        frames = [min(frames, key=lambda frame: abs(frame.at_s - match.best_s))]
        path = (SeenAt(at_s=frames[0].at_s, region=match.region),)
    if not path:
        return NotShown(match=match, why="where in the picture the recognised face is was not recorded")
    limits = [f"{left_out} shorter appearance(s) were not looked at."] if left_out else []
    seen = list(followed(spread(frames, most), subject.pack, path=path))
    if seen and _worth_closer(seen, manifest):
        try:
            seen = _closer(subject, match, manifest, seen=seen, path=path, most=most) or seen
        except UnreadableMedia as unreadable:
            limits.append(f"A closer look was not possible: {unreadable}.")
    largest_px = max((_height(face) for _, face in seen), default=0)
    kept = [(frame, face) for frame, face in seen if _height(face) >= manifest.conditions.min_face_px]
    cut = [
        (frame.at_s, piece) for frame, face in kept if (piece := _cut(frame, face, subject.pack, manifest)) is not None
    ]
    if seen and not kept:
        least = manifest.conditions.min_face_px
        why = (
            f"the face is {largest_px} px high where it was looked at, and this network takes faces from {least} px on"
        )
        return NotShown(match=match, why=why, outside=True)
    if len(cut) < manifest.conditions.min_pictures:
        return NotShown(match=match, why=_too_few(len(cut), manifest), outside=True)
    if largest_px < _wanted_px(manifest):
        limits.append(f"The face is {largest_px} px high where it was looked at and was enlarged for the network.")
    return _look(match, cut, limits=limits)


def _look(match: Match, cut: Sequence[tuple[float, Pixels]], *, limits: Sequence[str] = ()) -> Look:
    times = tuple(at_s for at_s, _ in cut)
    items = tuple(piece for _, piece in cut)
    return Look(match=match, start_s=min(times), end_s=max(times), times_s=times, items=items, limits=tuple(limits))


def _too_few(count: int, manifest: NetworkManifest) -> str:
    least = manifest.conditions.min_pictures
    return f"{count} picture(s) show the person well enough, and this network takes at least {least}"


def _during(frame: Frame, match: Match) -> bool:
    return match.start_s - SAME_TIME_S <= frame.at_s <= match.end_s + SAME_TIME_S


def _height(face: DetectedFace) -> int:
    return face.box[3] - face.box[1]


def _input(manifest: NetworkManifest) -> PictureInput:
    if manifest.pictures is None:
        raise ValueError(f"{manifest.label} takes sound, not pictures; use detectors.network_windows")
    return manifest.pictures


def _wanted_px(manifest: NetworkManifest) -> float:
    """The height of a face that fills the network's input without being enlarged."""
    pictures = _input(manifest)
    return pictures.height_px / (1 + 2 * pictures.margin)


def _worth_closer(seen: Seen, manifest: NetworkManifest) -> bool:
    small = float(np.median([_height(face) for _, face in seen])) < _wanted_px(manifest)
    return manifest.cost.closer_look_s > 0 and small and seen[0][0].scale < 1


def _closer(
    subject: CreativeSubject, match: Match, manifest: NetworkManifest, *, seen: Seen, path: Sequence[SeenAt], most: int
) -> Seen:
    """The same face in larger pictures, from the start of the appearance; empty if it is not found in them."""
    sampled = seen[0][0]
    enlarge = _wanted_px(manifest) / max(1.0, float(np.median([_height(face) for _, face in seen])))
    side_px = max(sampled.pixels.shape[:2]) * min(enlarge, 1 / sampled.scale)
    limits = Limits(max_side_px=min(CLOSEST_SIDE_PX, math.ceil(side_px)), max_interval_frames=most, shots=False)
    if subject.media.creative.kind is MediaKind.IMAGE:
        return list(followed(decode(subject.media.path, limits=limits).frames, subject.pack, path=path))
    length_s = min(match.end_s - match.start_s, manifest.cost.closer_look_s)
    if length_s <= 0:
        return []
    frames = decode_interval(
        subject.media.path,
        start_s=match.start_s,
        end_s=match.start_s + length_s,
        frames_per_s=most / length_s,
        limits=limits,
    )
    return list(followed(frames, subject.pack, path=path))


def _cut(frame: Frame, face: DetectedFace, pack: LoadedPack, manifest: NetworkManifest) -> Pixels | None:
    """The face at the size of the input; None where its landmarks or its box tell nothing."""
    pictures = _input(manifest)
    if pictures.shown is Shown.FACE_BOX:
        square = _square(frame.pixels, face.box, margin=pictures.margin)
        return None if square is None else resized(square, pictures)
    size_px, convention = pictures.width_px, pack.manifest.face_landmarks
    targets = on_average_face(convention, size_px=size_px, padding=pictures.margin)
    if np.allclose(face.landmarks, face.landmarks[0]):
        return None
    return cut_out(frame.pixels, similarity(face.landmarks, targets), size_px=size_px)


def _square(pixels: Pixels, box: tuple[int, int, int, int], *, margin: float) -> Pixels | None:
    """The box made square about its middle with the margin around it; black beyond the picture's edge."""
    left, top, right, bottom = box
    side = round(max(right - left, bottom - top) * (1 + 2 * margin))
    if side < 1 or side > 4 * max(pixels.shape[:2]):
        return None
    x, y = round((left + right - side) / 2), round((top + bottom - side) / 2)
    square = np.zeros((side, side, 3), dtype=np.uint8)
    rows = slice(max(y, 0), min(y + side, pixels.shape[0]))
    columns = slice(max(x, 0), min(x + side, pixels.shape[1]))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    square[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x] = pixels[rows, columns]
    return square
