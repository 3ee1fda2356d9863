"""Signing in and out."""

from __future__ import annotations

import re
import threading
from collections import deque
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from triage.accounts import ABSOLUTE, sign_in, sign_out, signed_in, user_names
from triage.console import TheConsole, TheUser, check_form, page
from triage.errors import NotSignedIn, SignInRefused

router = APIRouter()

ATTEMPTS = 20
ATTEMPTS_WITHIN = timedelta(minutes=5)
_INSIDE = re.compile(r"/(?:cases/[0-9a-f]{64}|gaps)?")


class Turnstile:
    """Slows down guessing across many names: so many attempts within so much time, for the whole console."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._attempts: deque[datetime] = deque()

    def admits(self, now: datetime) -> bool:
        """Counts an attempt; False if there were too many of late."""
        with self._lock:
            while self._attempts and now - self._attempts[0] > ATTEMPTS_WITHIN:
                self._attempts.popleft()
            if len(self._attempts) >= ATTEMPTS:
                return False
            self._attempts.append(now)
            return True

    def forget(self) -> None:
        """A successful sign-in is no guess."""
        with self._lock:
            if self._attempts:
                self._attempts.pop()


def inside(target: str) -> str:
    """Where to go after signing in: a page of ours, or the queue."""
    return target if _INSIDE.fullmatch(target) else "/"


@router.get("/login")
def show(request: Request, console: TheConsole, next: str = "/") -> Response:  # noqa: A002 - the parameter's name in the URL
    try:
        signed_in(console.engine, token=request.cookies.get(console.cookie), now=console.clock())
    except NotSignedIn:
        nobody = not user_names(console.engine)
        return page("login.html", target=inside(next), problem=None, nobody=nobody, who=None)
    return RedirectResponse(inside(next), 303)


@router.post("/login")
def enter(
    request: Request,
    console: TheConsole,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    target: Annotated[str, Form(max_length=200)] = "/",
) -> Response:
    turnstile: Turnstile = request.app.state.turnstile
    now = console.clock()
    if not turnstile.admits(now):
        problem = "There were too many attempts to sign in; wait a few minutes."
        return page("login.html", status=429, target=inside(target), problem=problem, nobody=False, who=None)
    try:
        old = request.cookies.get(console.cookie)
        who = sign_in(console.engine, name=name, password=password, old_token=old, now=now)
    except SignInRefused as refusal:
        return page("login.html", status=401, target=inside(target), problem=str(refusal), nobody=False, who=None)
    turnstile.forget()
    response = RedirectResponse(inside(target), 303)
    response.set_cookie(
        console.cookie,
        who.token,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=console.over_tls,
        path="/",
    )
    return response


@router.post("/logout")
def leave(console: TheConsole, who: TheUser, form_token: Annotated[str, Form(max_length=200)] = "") -> Response:
    check_form(console, who, form_token)
    sign_out(console.engine, who, now=console.clock())
    response = RedirectResponse("/login", 303)
    response.delete_cookie(console.cookie, path="/", httponly=True, samesite="strict", secure=console.over_tls)
    return response
