"""What every request of the console needs, and how a page is rendered."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Engine

from triage import wording
from triage.accounts import SignedIn, signed_in
from triage.cases import Shelf, axis_view
from triage.language import LANGUAGES
from triage.reasons import REASONS
from triage.visible_text import defanged, visible
from watchlist.verbal import match_weight

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The console's own state, one per application. ``origin`` is its address as a browser sees it."""

    engine: Engine
    shelf: Shelf
    secret: str
    origin: str
    clock: Callable[[], datetime]

    @property
    def over_tls(self) -> bool:
        """Whether browsers reach the console over TLS; cookies are then bound to it."""
        return self.origin.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session cookie; browsers accept the ``__Host-`` prefix only over TLS."""
        return "__Host-qalqan" if self.over_tls else "qalqan"

    def form_token(self, who: SignedIn) -> str:
        """The CSRF token of a session: a form without it is not from one of our pages."""
        return hmac.new(self.secret.encode(), b"form " + who.token.encode(), hashlib.sha256).hexdigest()


def console_of(request: Request) -> Console:
    """The console that a request belongs to."""
    console: Console = request.app.state.console
    return console


def current_user(request: Request) -> SignedIn:
    """Who asks; ``NotSignedIn`` sends the browser to the sign-in page."""
    console = console_of(request)
    return signed_in(console.engine, token=request.cookies.get(console.cookie), now=console.clock())


TheConsole = Annotated[Console, Depends(console_of)]
TheUser = Annotated[SignedIn, Depends(current_user)]


def check_form(console: Console, who: SignedIn, token: str) -> None:
    """``PermissionError`` unless the form came from a page of this session."""
    if not hmac.compare_digest(console.form_token(who).encode(), token.encode()):
        raise PermissionError("The form was not sent from this session's page; go back, reload and send it again.")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        visible=visible,
        defanged=defanged,
        utc=wording.utc,
        local_times=wording.local_times,
        clock_time=wording.clock_time,
        quantity=wording.quantity,
        sentences=wording.sentences,
        still_fragment=wording.still_fragment,
        validation=wording.validation,
        calibration=wording.calibration,
        match_weight=match_weight,
        axis_view=axis_view,
        bearing=wording.bearing,
    )
    environment.globals.update(
        interval=wording.interval,
        reasons=REASONS,
        languages=LANGUAGES,
        access=wording.ACCESS,
        outcomes=wording.OUTCOMES,
        modalities=wording.MODALITIES,
    )
    return environment


def page(template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A rendered page; a name that the template needs and ``context`` lacks is an error, not an empty string."""
    return HTMLResponse(_environment().get_template(template).render(**context), status_code=status)
