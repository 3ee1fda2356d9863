"""``qalqan bench``: how fast the job and its searches are on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from qalqan.clock import utc_now
from qalqan.errors import DONE

RESULT = "bench.json"

app = typer.Typer(invoke_without_command=True)


@app.callback()
def bench(
    context: typer.Context,
    directory: Annotated[Path, typer.Option(help="Where the measurement's data and result go.")] = Path("bench-data"),
    world: Annotated[
        Path | None, typer.Option(help="Use the media of this demo world, such as demo-data, as they are.")
    ] = None,
    ads: Annotated[int, typer.Option(min=1, help="How many ads the synthetic crawl has.")] = 60,
    pack: Annotated[str, typer.Option(help="Model pack.")] = "open",
) -> None:
    """Measure the screening job on a synthetic crawl: stage by stage, seen before, and against a straightforward script.

    Examples:

        qalqan bench

        qalqan bench --world demo-data --ads 20

    Takes minutes; the fewer other programs are at work meanwhile, the more the figures mean. The media are the demo's.
    """
    if context.invoked_subcommand is not None:
        return
    from qalqan.bench import bench as measure
    from qalqan.bench_figures import save
    from qalqan.bench_report import print_result
    from qalqan.demo.world import World, build_world

    directory = directory.resolve()
    if world is None:
        used = build_world(directory / "world", now=utc_now(), tell=_say)
    else:
        used = World(directory=world.resolve())
        if not used.enrolment.is_file():
            raise FileNotFoundError(f"there is no demo world in {used.directory}: leave out --world to make one")
    result = measure(used, directory, ads=ads, pack=pack, clock=utc_now, tell=_say)
    save(result, directory / RESULT)
    print_result(result, console=Console())
    _say(f"\nSaved: {directory / RESULT}")
    raise typer.Exit(DONE)


@app.command("search")
def search(
    vectors: Annotated[int, typer.Option(min=1000, help="How many vectors the gallery holds.")] = 1_000_000,
    dimension: Annotated[int, typer.Option(min=2, help="How many numbers a vector has.")] = 512,
    queries: Annotated[int, typer.Option(min=20, help="How many queries of each kind.")] = 1000,
) -> None:
    """Measure the search for one face among many: how often it finds what comparing all of them finds, and how fast.

    Example:

        qalqan bench search --vectors 100000

    A million vectors of 512 numbers need 5 GB of memory and 3 GB in the folder for temporary files.
    """
    from qalqan.bench_search import measure_search, print_search

    print_search(measure_search(vectors, dimension=dimension, queries=queries, seed=1, tell=_say), tell=_say)
    raise typer.Exit(DONE)


@app.command("footage")
def footage(
    hours: Annotated[float, typer.Option(min=0.5, help="How many hours of genuine film the bank holds.")] = 1000.0,
    suspects: Annotated[int, typer.Option(min=1, help="How many minutes of suspects are sought in it.")] = 12,
) -> None:
    """Measure the search for the places in many hours of genuine film that a suspect may show: speed, memory, what it finds.

    Example:

        qalqan bench footage --hours 100

    A thousand hours need 1 GB of memory and 0.5 GB in the folder for temporary files.
    """
    from qalqan.bench_footage import measure_footage, print_footage

    print_footage(measure_footage(hours, suspects=suspects, seed=1, tell=_say), tell=_say)
    raise typer.Exit(DONE)


@app.command("hashes")
def hashes(
    number: Annotated[int, typer.Option("--hashes", min=1000, help="How many hashes are known.")] = 1_000_000,
    lookups: Annotated[int, typer.Option(min=1, help="How many are looked up.")] = 20_000,
    threads: Annotated[int, typer.Option(min=1, help="How many threads look up.")] = 2,
    against_faiss: Annotated[
        bool,
        typer.Option("--against-faiss", help="Also measure FAISS's index of this kind: much more memory and time."),
    ] = False,
) -> None:
    """Measure the search for near-duplicates among many PDQ hashes: speed, memory, and whether all that is near is found.

    This index holds the creatives of one run; those of earlier runs are looked up as `qalqan bench copies` measures.

    Example:

        qalqan bench hashes --hashes 10000000

    Ten million hashes need 6 GB of memory and 4 GB in the folder for temporary files.
    """
    from qalqan.bench_hashes import measure_hashes, print_hashes

    figures = measure_hashes(number, lookups=lookups, threads=threads, against_faiss=against_faiss, seed=1, tell=_say)
    print_hashes(figures, tell=_say)
    raise typer.Exit(DONE)


@app.command("copies")
def copies(
    known: Annotated[int, typer.Option(min=1, help="How many creatives are known.")] = 100_000,
    moments: Annotated[int, typer.Option(min=2, max=64, help="How many moments of each.")] = 38,
    fresh: Annotated[int, typer.Option(min=2, help="How many creatives the run has.")] = 60,
) -> None:
    """Measure how the creatives of a run are looked up among all that were ever seen: processor time and memory.

    Example:

        qalqan bench copies --known 1000000 --moments 4

    A hundred thousand films with 38 moments, which is 15 s, take 9 GB in the folder for temporary files.
    """
    from qalqan.bench_registry import measure_registry, print_registry

    print_registry(measure_registry(known, moments=moments, fresh=fresh, seed=1, tell=_say), tell=_say)
    raise typer.Exit(DONE)


@app.command("campaigns")
def campaigns(
    ads: Annotated[int, typer.Option(min=100, help="How many ads the made world has.")] = 1_000_000,
    again: Annotated[bool, typer.Option("--again", help="Join them a second time, to see that ids are kept.")] = False,
) -> None:
    """Measure how ads are joined into campaigns: time, memory, and how many pairs of ads are joined rightly.

    Example:

        qalqan bench campaigns --ads 100000 --again
    """
    from qalqan.bench_campaigns import measure_campaigns, print_campaigns
    from qalqan.bench_figures import campaigns_target, in_words
    from qalqan.machine import machine

    figures = measure_campaigns(ads, seed=1, again=again, tell=_say)
    print_campaigns(figures, tell=_say)
    _say(in_words(campaigns_target(figures, machine())))
    raise typer.Exit(DONE)


def _say(sentence: str) -> None:
    print(sentence, flush=True)
