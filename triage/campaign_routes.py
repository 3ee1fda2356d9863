"""The page of a campaign."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from triage.campaigns import campaign_named, campaign_page
from triage.console import TheConsole, TheUser, page
from triage.queue import QueueFilter

router = APIRouter()

CampaignId = Annotated[str, InPath(pattern="^[0-9a-f]{64}$")]


@router.get("/campaigns/{campaign_id}")
def show_campaign(request: Request, campaign_id: CampaignId, console: TheConsole, who: TheUser) -> Response:
    wanted = QueueFilter.of(request.query_params).page
    with Session(console.engine) as session:
        now = campaign_named(session, campaign_id)
        if now != campaign_id:
            return RedirectResponse(f"/campaigns/{now}", 303)
        return page(
            "campaign.html",
            who=who,
            form_token=console.form_token(who),
            found=campaign_page(session, now, page=wanted),
            book=console.shelf.book,
        )
