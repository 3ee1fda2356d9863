"""Enrols the demo's officials and brands, through the same code as everybody else's."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from embeddings.samples import LoadedPack
from qalqan.demo.world import World
from watchlist.brands import import_brands
from watchlist.enrol import EnrolmentRequest, approve, enrol
from watchlist.listing import list_people

OFFICER = "demo-officer"


def enrol_world(world: World, directory: Path, *, pack: LoadedPack, now: datetime) -> list[str]:
    """Enrol whoever is not enrolled yet and approve whoever waits for it; returns the ids of those who are new."""
    given = {row.person.person_id: row.enrolment.approved_by for row in list_people(directory, now)}
    people = json.loads(world.enrolment.read_text())
    new = [person for person in people if person["id"] not in given]
    for person in new:
        enrol(directory, _request(world, person), pack=pack, now=now)
    for person in people:
        for approver in person["approvers"]:
            if approver not in given.get(person["id"], ()):
                approve(directory, person["id"], by=approver, now=now)
    import_brands(directory, world.brands, by=OFFICER, now=now)
    return [person["id"] for person in new]


def _request(world: World, person: dict[str, Any]) -> EnrolmentRequest:
    def files(kind: str) -> tuple[Path, ...]:
        return tuple(world.directory / name for name in person[kind])

    return EnrolmentRequest(
        person_id=person["id"],
        names=tuple(person["names"]),
        role=person["role"],
        jurisdiction=person["jurisdiction"],
        legal_basis=person["legal_basis"],
        purpose=person["purpose"],
        requested_by=person["requested_by"],
        expires_at=datetime.fromisoformat(person["expires"]),
        provenance=person["provenance"],
        adult_confirmed=person["adult_confirmed"],
        images=files("images"),
        audio=files("audio"),
        footage=files("footage"),
        official_pages=tuple(person["official_pages"]),
        official_domains=tuple(person["official_domains"]),
    )
