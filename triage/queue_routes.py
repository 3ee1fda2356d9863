"""The queue page, and the list of what could not be looked at."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from triage.campaigns import largest, sizes
from triage.console import TheConsole, TheUser, page
from triage.loading import GAP_KINDS
from triage.queue import QueueFilter, choices, coverage, gaps, queue_page

router = APIRouter()


@router.get("/")
def show_queue(request: Request, console: TheConsole, who: TheUser) -> Response:
    wanted = QueueFilter.of(request.query_params)
    with Session(console.engine) as session:
        found = queue_page(session, wanted)
        return page(
            "queue.html",
            who=who,
            form_token=console.form_token(who),
            found=found,
            thumbnails={
                row.candidate_id: console.shelf.derivative(row.creative_sha256, "thumb.jpg") for row in found.cases
            },
            choices=choices(session),
            sizes=sizes(session, [row.candidate_id for row in found.cases]),
            campaigns=largest(session),
            coverage=coverage(session),
            book=console.shelf.book,
            done=request.query_params.get("done") == "1",
        )


@router.get("/gaps")
def show_gaps(console: TheConsole, who: TheUser) -> Response:
    with Session(console.engine) as session:
        return page(
            "gaps.html",
            who=who,
            form_token=console.form_token(who),
            gaps=gaps(session),
            kinds=GAP_KINDS,
            coverage=coverage(session),
        )
