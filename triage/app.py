"""The console as an ASGI application."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from triage import campaign_routes, case_routes, login_routes, queue_routes
from triage.console import STATIC, Console, TheConsole, page
from triage.errors import NotSignedIn
from triage.security import FrontGate
from watchlist.errors import WatchlistInvalid


def create_app(console: Console) -> FastAPI:
    """The application; whoever serves it keeps the engine open and disposes of it."""
    app = FastAPI(title="Qalqan", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.console = console
    app.state.turnstile = login_routes.Turnstile()
    app.add_middleware(FrontGate, origin=console.origin, media_origin=console.shelf.links.origin)
    for module in (login_routes, queue_routes, case_routes, campaign_routes):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.add_api_route("/health", _health)
    app.add_exception_handler(NotSignedIn, _to_login)
    app.add_exception_handler(PermissionError, _refused)
    app.add_exception_handler(LookupError, _not_there)
    app.add_exception_handler(WatchlistInvalid, _no_watchlist)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)
    return app


def _health(console: TheConsole) -> Response:
    try:
        with console.engine.connect() as connection:
            connection.execute(text("select 1"))
    except DBAPIError:
        return JSONResponse({"status": "database unavailable"}, 503)
    return JSONResponse({"status": "ok"})


def _to_login(request: Request, _error: Exception) -> Response:
    target = request.url.path if request.method == "GET" else "/"
    return RedirectResponse(f"/login?next={quote(target, safe='')}", 303)


def _message(status: int, sentence: str) -> HTMLResponse:
    return page("message.html", status=status, who=None, sentence=sentence)


def _refused(_request: Request, error: Exception) -> Response:
    return _message(403, str(error))


def _not_there(_request: Request, error: Exception) -> Response:
    if isinstance(error, KeyError | IndexError):  # a fault of ours, not a missing case
        raise error
    return _message(404, str(error))


def _no_watchlist(_request: Request, error: Exception) -> Response:
    return _message(503, f"The watchlist cannot be read, so nothing can be compared: {error}.")


def _malformed(_request: Request, _error: Exception) -> Response:
    return _message(400, "The address or the form is malformed; go back to the queue and try again.")


def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = "There is no such page." if status == 404 else "This address does not take such a request."
    return _message(status, sentence)
