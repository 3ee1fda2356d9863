"""``qalqan screen``: match, detect, score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from qalqan.clock import utc_now
from qalqan.config import Config, CrawlSection, DetectorsSection, ScreenSection, WatchlistSection, load_config
from qalqan.errors import DONE, PARTLY


def screen(
    context: typer.Context,
    media: Annotated[list[str] | None, typer.Argument(help="Your own media: files, folders, quoted globs.")] = None,
    config: Annotated[Path | None, typer.Option(help="Screen the crawl of this configuration.")] = None,
    crawl: Annotated[
        str | None, typer.Option(help="With --config: its crawl of this name, where it starts a new one each day.")
    ] = None,
    watchlist: Annotated[Path | None, typer.Option(help="Folder of the watchlist, for your own media.")] = None,
    data: Annotated[Path, typer.Option(help="Where evidence and results of your own media go.")] = Path("qalqan-data"),
    pack: Annotated[str, typer.Option(help="Model pack, for your own media.")] = "open",
    network: Annotated[
        list[Path] | None, typer.Option(help="Directory with a detector.toml, for your own media; may be repeated.")
    ] = None,
    speech: Annotated[
        Path | None, typer.Option(help="Directory with a speech.toml, which writes speech down, for your own media.")
    ] = None,
    fusion: Annotated[
        Path | None, typer.Option(help="What `qalqan evaluate detectors` fitted, for your own media.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Who asks for the names of those in your own media that lure; goes with --why.")
    ] = None,
    why: Annotated[
        str | None, typer.Option(help="Why they have to be told; the question is noted with the watchlist.")
    ] = None,
    again: Annotated[
        str | None,
        typer.Option(
            help="Screen once more the media of this ad of your own media (its id), as kept in the data folder in which you are."
        ),
    ] = None,
) -> None:
    """Match faces and voices against the watchlist, look for alteration, lure and source, and list the candidates.

    Examples:

        qalqan screen --config demo-data/demo.toml

        qalqan screen my_videos/ --watchlist data/watchlist

        qalqan screen reported.mp4 --watchlist data/watchlist --by "L. Hasanova" --why "reported by e-mail, no. 412"

        qalqan screen --config crawl.toml --runner=FlinkRunner --flink_master=localhost:8081

    Options that are not listed below go to Apache Beam (DirectRunner is the default). The text of an ad may lie beside
    NAME.mp4 as NAME.txt; without one only what is written in the media, or said in it, can be a lure. What was screened into
    the same --data before is listed again. Who is in your own media is told only with --by and --why, in this run, of the files
    that it names, and only where there is a lure.
    """
    from pipelines.options import beam_options
    from qalqan.steps import ask_step, import_again_step, import_step, screen_step
    from qalqan.table import print_assessments, print_candidates, print_dead_letters

    named, beam_args = beam_options([*(media or []), *context.args])
    if config is None and crawl is not None:
        raise typer.BadParameter("--crawl goes with --config: your own media is no crawl")
    if bool(named) + (config is not None) + (again is not None) != 1:
        raise typer.BadParameter(
            "name either media (files, folders, globs) or --config, and not both; or --again alone"
        )
    if (by is None) != (why is None):
        raise typer.BadParameter("--by and --why go together: who asks for names, and why")
    if by is not None and config is not None:
        raise typer.BadParameter("--by and --why are for your own media: ads of a crawl name whom they use")
    console = Console()
    asked: frozenset[str] = frozenset()
    if config is not None:
        settings = load_config(config, now=utc_now())
        if crawl is not None:
            if Path(crawl).name != crawl or not (settings.data_dir / "crawls" / crawl).is_dir():
                raise typer.BadParameter(f"there is no crawl {crawl!r} in {settings.data_dir / 'crawls'}")
            settings = replace(settings, crawl=replace(settings.crawl, name=crawl))
    else:
        detectors = DetectorsSection(
            networks=tuple(path.expanduser().absolute() for path in network or ()),
            fusion=None if fusion is None else fusion.expanduser().absolute(),
        )
        settings = _own_media(watchlist, data=data, pack=pack, detectors=detectors, speech=speech)
        from detectors.fusion import read_fusion
        from detectors.networks import known_manifest
        from embeddings.transcription import speech_model

        for directory in settings.detectors.networks:
            known_manifest(directory)
        read_fusion(settings.detectors.fusion)
        if settings.screen.speech is not None:
            speech_model(settings.screen.speech)
        if again is None:
            ads = import_step(settings, named)
        else:
            here = replace(settings, data_dir=Path.cwd())
            ads = import_again_step(settings, again, of=here)
        if by is not None and why is not None:
            asked = ask_step(settings, ads, by=by, why=why)
    report = screen_step(settings, beam_args, file=None if config is None else config.resolve(), asked=asked)
    if config is None:
        print_assessments(settings.screen_dir, settings.crawl_dir, console=console)
    else:
        print_candidates(settings.screen_dir, settings.crawl_dir, console=console)
    print_dead_letters(settings.screen_dir, console=console)
    console.print(f"Results: {settings.screen_dir}", highlight=False)
    raise typer.Exit(PARTLY if report.could_not_look or report.dead_letters else DONE)


def _own_media(
    watchlist: Path | None, *, data: Path, pack: str, detectors: DetectorsSection, speech: Path | None
) -> Config:
    if watchlist is None:
        raise typer.BadParameter("--watchlist FOLDER is needed with your own media: whom should we look for?")
    return Config(
        data_dir=data.resolve(),
        crawl=CrawlSection(name="own-media"),
        watchlist=WatchlistSection(directory=watchlist.resolve()),
        screen=ScreenSection(pack=pack, speech=None if speech is None else speech.expanduser().absolute()),
        detectors=detectors,
    )
