"""Beam's own command-line options, told apart from everything else so that a typing error is never passed on in silence."""

from __future__ import annotations

from collections.abc import Sequence

from apache_beam.options.pipeline_options import PipelineOptions, _BeamArgumentParser


def beam_options(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split arguments into words of ours (no dash in front) and options that Beam knows.

    Raises ``ValueError`` naming the first option that Beam does not know either.
    """
    parser = _BeamArgumentParser(allow_abbrev=False)
    for group in PipelineOptions.__subclasses__():
        group._add_argparse_args(parser)
    _, unknown = parser.parse_known_args(list(arguments))
    wrong = [word for word in unknown if word.startswith("-")]
    if wrong:
        raise ValueError(f"neither Qalqan nor Apache Beam knows the option {wrong[0]}; see `qalqan screen --help`")
    return unknown, _without(list(arguments), unknown)


def _without(arguments: list[str], words: list[str]) -> list[str]:
    for word in words:
        arguments.remove(word)
    return arguments
