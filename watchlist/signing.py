"""Ed25519 signatures under the watchlist's manifests: nobody without the private key can make or change a watchlist.

The key pair is made with the first enrolment. ``QALQAN_WATCHLIST_KEY`` names the file of the private key (PEM); beside it
lies ``<file>.pub``, which is all that a reader needs and which is never taken from anywhere else. Without the variable
both lie in ``keys/`` of the watchlist.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from watchlist.errors import WatchlistInvalid
from watchlist.private_files import make_directory, sync_directory, write_private

VARIABLE = "QALQAN_WATCHLIST_KEY"


def key_path(directory: Path) -> Path:
    """Where the private key of a watchlist lies, or would lie."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else directory / "keys" / "signing.pem"


def sign(data: bytes, directory: Path, *, first: bool) -> bytes:
    """The signature (64 bytes) of ``data``; for the ``first`` generation of a watchlist the key pair is made if there is
    none yet. Raises ``WatchlistInvalid`` if the private key is absent or damaged."""
    path = key_path(directory)
    public = _public_path(path)
    if first and not path.exists() and not public.exists():
        _make_pair(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise WatchlistInvalid(
            f"the private key {path} is missing, without which the watchlist cannot be changed: "
            f"put it back, or name it with {VARIABLE}"
        ) from None
    except (ValueError, TypeError) as error:
        raise WatchlistInvalid(f"the private key {path} is damaged: put it back from where it is kept") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise WatchlistInvalid(f"{path} is not an Ed25519 key: name the watchlist's key with {VARIABLE}")
    if not public.exists():  # the making of the pair was cut off
        _write_public(key, public)
    return key.sign(data)


def verify(data: bytes, signature: bytes, directory: Path, *, what: Path) -> None:
    """Raises ``WatchlistInvalid`` naming ``what`` unless ``signature`` is that of the pinned key over ``data``."""
    path = _public_path(key_path(directory))
    try:
        key = load_pem_public_key(path.read_bytes())
    except FileNotFoundError:
        raise WatchlistInvalid(
            f"the public key {path} is missing, so nobody can tell who wrote {what}: "
            f"put it back, or name its private key with {VARIABLE}"
        ) from None
    except (ValueError, TypeError) as error:
        raise WatchlistInvalid(f"the public key {path} is damaged: put it back from where it is kept") from error
    try:
        if not isinstance(key, Ed25519PublicKey):
            raise InvalidSignature
        key.verify(signature, data)
    except InvalidSignature:
        raise WatchlistInvalid(
            f"{what} is not signed with the key of {path}: restore the watchlist from its backup, or name its own key"
        ) from None


def _public_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def _make_pair(path: Path) -> None:
    if not path.parent.exists():
        make_directory(path.parent)
    key = Ed25519PrivateKey.generate()
    partial = path.with_name(f"{path.name}.part")
    write_private(partial, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    partial.replace(path)
    _write_public(key, _public_path(path))


def _write_public(key: Ed25519PrivateKey, path: Path) -> None:
    partial = path.with_name(f"{path.name}.part")
    write_private(partial, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    partial.replace(path)
    sync_directory(path.parent)
