"""``qalqan demo``: the whole job on a fake ad library of our own, served on loopback."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from qalqan.clock import utc_now
from qalqan.config import Config, load_config
from qalqan.errors import DONE

if TYPE_CHECKING:
    from qalqan.demo.server import DemoServer

USER = "analyst"


def demo(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Stop after the table instead of serving the console.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the earlier run: crawl and screen anew.")] = False,
    directory: Annotated[Path, typer.Option(help="Where the fake world and the run's data go.")] = Path("demo-data"),
) -> None:
    """Make a fake world of ads, crawl it, screen it, and open the console on the candidates.

    Examples:

        qalqan demo

        qalqan demo --once --fresh

    Everything is invented, made by code from freely licensed parts, and marked as synthetic: it shows that the job works, not how
    accurate it is on real ads. Further options go to Apache Beam.
    """
    from embeddings.packs import load_pack
    from pipelines.options import beam_options
    from qalqan.demo.enrolling import enrol_world
    from qalqan.demo.listener import Canary
    from qalqan.demo.world import World, build_world
    from qalqan.steps import crawl_step, load_step, screen_step
    from qalqan.table import print_candidates, print_dead_letters, print_tallies

    words, beam_args = beam_options(context.args)
    if words:
        raise typer.BadParameter(f"{words[0]!r} is one word too many")
    console = Console(soft_wrap=False)
    media = World(directory=directory.resolve()).media
    with Canary() as canary, _open_server(media, canary_port=canary.port) as server:
        world = build_world(directory.resolve(), now=utc_now(), port=server.port, tell=_say)
        config = load_config(world.config, now=utc_now())
        if fresh:
            shutil.rmtree(config.data_dir, ignore_errors=True)
        new = enrol_world(world, config.watchlist.directory, pack=load_pack(config.screen.pack), now=utc_now())
        _say(f"Protected: {', '.join(new)}." if new else "The demo's two officials are enrolled already.")
        _say(f"The fake web answers on 127.0.0.1:{server.port}; crawling it through the egress proxy …")
        result = crawl_step(config)
        if result.finished_before:
            _say("This crawl finished earlier, so nothing was fetched again; --fresh starts anew.")
        print_tallies(config.crawl_dir, console=console)
        _say("Screening …")
        report = screen_step(config, beam_args, file=world.config)
        load_step(config)
        print_candidates(config.screen_dir, config.crawl_dir, console=console)
        print_dead_letters(config.screen_dir, console=console)
        _say(
            f"{report.ads} ads, {report.creatives} unique creatives ({report.creatives_seen_before} seen before), "
            f"{report.candidates} candidates, {report.ads_in_campaigns} ads in {report.campaigns} campaigns, "
            f"{report.dead_letters} dead letters. "
            f"Requests that reached a forbidden address: {len(canary.hits)}."
        )
    if not once:
        _serve(config)
    raise typer.Exit(DONE)


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _open_server(media: Path, *, canary_port: int) -> DemoServer:
    """The fake web on its usual port, or on any free one while another demo has that. It keeps the port while media is made."""
    from qalqan.demo.server import DemoServer
    from qalqan.demo.world import SERVER_PORT

    try:
        return DemoServer(media, port=SERVER_PORT, canary_port=canary_port)
    except OSError:
        return DemoServer(media, port=0, canary_port=canary_port)


def _serve(config: Config) -> None:
    from qalqan.steps import console_settings
    from triage.accounts import add_user, user_names_in
    from triage.serve import Running, serve

    settings = console_settings(config)
    kept = config.data_dir / "console-account"
    if not kept.exists():
        name = USER if USER not in user_names_in(settings.database_url) else f"{USER}-{secrets.token_hex(3)}"
        password = secrets.token_urlsafe(12)
        add_user(settings.database_url, name=name, password=password, now=utc_now())
        kept.touch(mode=0o600)
        kept.write_text(f"name: {name}   password: {password}")

    def announce(addresses: Running) -> None:
        _say(f"\nConsole: {addresses.origin}/   {kept.read_text()}   (Ctrl-C stops it)")

    serve(settings, announce=announce)
