"""The pretrained networks that a configuration names: each a directory with a ``detector.toml`` and the files it names.

Nothing is downloaded; every file's SHA-256 is checked before it is opened.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.network_detector import NetworkDetector
from detectors.network_facts import NetworkManifest
from detectors.network_manifest import MANIFEST, read_manifest
from detectors.text_network import TextNetwork
from embeddings.errors import PackInvalid
from embeddings.packs import verify_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Code that opens one kind of network: ``factory`` takes the manifest and the verified files by role."""

    factory: str
    needs: tuple[str, ...]
    may_have: tuple[str, ...] = ()


NETWORK_FAMILIES = {
    "transformers_image": Family(
        factory="detectors.transformers_image:load", needs=("weights", "config"), may_have=("features",)
    ),
    "transformers_audio": Family(factory="detectors.transformers_audio:load", needs=("weights", "config", "features")),
    "onnx_network": Family(factory="detectors.onnx_network:load", needs=("weights",)),
    "transformers_text": Family(
        factory="detectors.transformers_text:load", needs=("weights", "config", "tokenizer", "tokenizer_config")
    ),
}
"""What a manifest may name as its ``family``, and the roles of the files that go with it."""


def load_networks(directories: Sequence[Path]) -> list[NetworkDetector]:
    """Every network that examines media, ready for use in this process, in the order given.

    Raises ``PackMissing`` for a directory or file that is not there, ``PackInvalid`` for one that is not what its manifest says
    and for two networks of one name.
    """
    return [NetworkDetector(one, _opened(one)) for one in _known(directories) if one.text is None]


def load_text_networks(directories: Sequence[Path]) -> list[TextNetwork]:
    """Every network of ``directories`` that reads texts; raises as ``load_networks``."""
    return [TextNetwork(one, _opened(one)) for one in _known(directories) if one.text is not None]


def _known(directories: Sequence[Path]) -> list[NetworkManifest]:
    manifests = [known_manifest(directory) for directory in directories]
    names = [(manifest.family, manifest.name) for manifest in manifests]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise PackInvalid(f"two networks are called {'.'.join(twice[0])}; leave one out, or name one otherwise")
    return manifests


def _opened(manifest: NetworkManifest) -> Any:
    files = {file.role: verify_file(file) for file in manifest.files}
    return pkgutil.resolve_name(NETWORK_FAMILIES[manifest.family].factory)(manifest, files)


def known_manifest(directory: Path) -> NetworkManifest:
    """The manifest in ``directory``, its family known and every file having a role that the family reads."""
    manifest = read_manifest(directory)
    place = directory / MANIFEST
    family = NETWORK_FAMILIES.get(manifest.family)
    if family is None:
        raise PackInvalid(
            f"the manifest {place} names the family {manifest.family!r}; use one of {', '.join(NETWORK_FAMILIES)}"
        )
    roles = {file.role for file in manifest.files}
    absent = [role for role in family.needs if role not in roles]
    if absent:
        raise PackInvalid(
            f"the manifest {place} names no file for {', '.join(absent)}, which {manifest.family} needs; add it"
        )
    unread = sorted(roles - {*family.needs, *family.may_have})
    if unread:
        raise PackInvalid(
            f"the manifest {place} names a file for {', '.join(unread)}, which {manifest.family} does not read"
        )
    return manifest
