"""The case page, and deciding a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from triage.campaigns import case_campaign
from triage.cases import case_view
from triage.console import Console, TheConsole, TheUser, check_form, page
from triage.decisions import decide
from triage.models import CaseRow
from triage.queue import QueueFilter, next_case
from triage.reasons import Verdict, reasons_for

router = APIRouter()

CaseId = Annotated[str, InPath(pattern="^[0-9a-f]{64}$")]
NOTE_MAX_CHARACTERS = 4000


@router.get("/cases/{candidate_id}")
def show_case(request: Request, candidate_id: CaseId, console: TheConsole, who: TheUser) -> Response:
    return _case_page(console, who, candidate_id, wanted=QueueFilter.of(request.query_params), note="", problem=None)


@router.post("/cases/{candidate_id}/decisions")
def add_decision(
    request: Request,
    candidate_id: CaseId,
    console: TheConsole,
    who: TheUser,
    reason: Annotated[str, Form(max_length=64)] = "",
    note: Annotated[str, Form(max_length=NOTE_MAX_CHARACTERS * 2)] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    check_form(console, who, form_token)
    wanted = QueueFilter.of(request.query_params)
    note = note.replace("\r\n", "\n").strip()
    try:
        if len(note) > NOTE_MAX_CHARACTERS:
            raise ValueError(f"The note is longer than {NOTE_MAX_CHARACTERS} characters; shorten it.")
        with Session(console.engine) as session, session.begin():
            row = decide(
                session, candidate_id, reviewer=who.name, reason=reason, note=note or None, now=console.clock()
            )
            following = next_case(session, row, wanted)
    except ValueError as error:
        return _case_page(console, who, candidate_id, wanted=wanted, note=note, problem=str(error))
    if following is None:
        query = wanted.query(page=1)
        return RedirectResponse(f"/{query}{'&' if query else '?'}done=1", 303)
    return RedirectResponse(f"/cases/{following}{wanted.query()}", 303)


def _case_page(
    console: Console, who: TheUser, candidate_id: str, *, wanted: QueueFilter, note: str, problem: str | None
) -> Response:
    with Session(console.engine) as session:
        row = session.get(CaseRow, candidate_id)
        if row is None:
            raise LookupError("There is no such case; it may belong to another database.")
        return page(
            "case.html",
            status=200 if problem is None else 422,
            who=who,
            form_token=console.form_token(who),
            case=case_view(row, console.shelf),
            membership=case_campaign(session, row),
            book=console.shelf.book,
            query=wanted.query(),
            following=next_case(session, row, wanted),
            verdicts={verdict: reasons_for(verdict) for verdict in Verdict},
            note=note,
            problem=problem,
        )
