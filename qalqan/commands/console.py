"""``qalqan console``: the triage console, and who may use it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from qalqan.clock import utc_now
from qalqan.config import load_config
from qalqan.errors import DONE

app = typer.Typer(help="The triage console: look at candidates, decide, and say why.", invoke_without_command=True)
user = typer.Typer(help="Who may use the console.", no_args_is_help=True)
app.add_typer(user, name="user")

ConfigFile = Annotated[Path, typer.Option("--config", help="The configuration file (TOML).")]
MaybeConfigFile = Annotated[Path | None, typer.Option("--config", help="The configuration file (TOML).")]


@app.callback()
def console(context: typer.Context, config: MaybeConfigFile = None) -> None:
    """Serve the console on loopback until Ctrl-C.

    Example: qalqan console --config crawl.toml

    The first account: qalqan console user add NAME --config crawl.toml
    """
    if context.invoked_subcommand is not None:
        return
    if config is None:
        raise typer.BadParameter("name the configuration: --config FILE")
    from qalqan.steps import console_settings
    from triage.accounts import user_names_in
    from triage.serve import Running, serve

    settings = console_settings(load_config(config, now=utc_now()))

    def announce(addresses: Running) -> None:
        print(f"The console answers at {addresses.origin}/ (media from {addresses.media_origin}); Ctrl-C stops it.")
        if not user_names_in(settings.database_url):
            print(f"Nobody can sign in yet: make an account with `qalqan console user add NAME --config {config}`.")
        sys.stdout.flush()

    serve(settings, announce=announce)
    raise typer.Exit(DONE)


@user.command("add")
def add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    config: ConfigFile,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")
    ] = False,
) -> None:
    """Make an account; the password needs at least 12 characters.

    Example: qalqan console user add leyla --config crawl.toml
    """
    from triage.accounts import add_user

    settings = load_config(config, now=utc_now())
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    add_user(settings.database_url, name=name, password=password, now=utc_now())
    print(f"{name} can sign in now.")


@user.command("list")
def list_users(config: ConfigFile) -> None:
    """The names of all accounts.

    Example: qalqan console user list --config crawl.toml
    """
    from triage.accounts import user_names_in

    for name in user_names_in(load_config(config, now=utc_now()).database_url):
        print(name)
