"""What detectors of small movements say of each recognised face: a number in words, or why there is none. Without weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from detectors.appearances import NotShown
from detectors.face_flow import FaceFlow, face_flows
from detectors.finding import Named, unweighed
from detectors.records import Finding
from detectors.subject import CreativeSubject

PROPOSITIONS = ("The face was generated or altered.", "The face is as it was filmed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One thing that is looked at in moving faces. ``told`` is the claim where it was measured, in ``unit``, and ``untold`` where
    it was not, as ``nobody`` (recognised) or ``unseen`` (of ``{name}``, before "cannot tell because") say in words."""

    told: str
    untold: str
    nobody: str
    unseen: str
    unit: str
    limits: tuple[str, ...]
    innocent: tuple[str, ...]


def observations(
    detector: Named,
    subject: CreativeSubject,
    what: Observed,
    *,
    why_not: Callable[[FaceFlow], str | None],
    measure: Callable[[FaceFlow], tuple[str, float]],
) -> Iterator[Finding]:
    """Per appearance the words and the number that ``measure`` gives, or ``why_not`` (the end of "cannot tell because")."""

    def made(claim: str, observation: str, **facts: Any) -> Finding:
        return unweighed(
            detector,
            subject.media.creative.sha256,
            claim=claim,
            observation=observation,
            modality="face",
            propositions=PROPOSITIONS,
            quality_limits=what.limits,
            innocent_explanations=what.innocent,
            **facts,
        )

    flows = face_flows(subject)
    if not flows:
        yield made(what.untold, what.nobody)
    for flow in flows:
        match = flow.match if isinstance(flow, NotShown) else flow.close_up.match
        name = subject.gallery.person(match.person_id).names[0]
        why = flow.why if isinstance(flow, NotShown) else why_not(flow)
        if isinstance(flow, NotShown) or why is not None:
            yield made(
                what.untold,
                f"{what.unseen.format(name=name)}: cannot tell because {why}.",
                person_id=match.person_id,
                start_s=match.start_s,
                end_s=match.end_s,
                region=match.region,
            )
            continue
        words, measurement = measure(flow)
        start_s, end_s = float(flow.times_s[0]), float(flow.times_s[-1])
        yield made(
            what.told,
            f"{start_s:.1f} s to {end_s:.1f} s, {name}: {words}",
            person_id=match.person_id,
            start_s=start_s,
            end_s=end_s,
            region=match.region,
            measurement=measurement,
            unit=what.unit,
        )
