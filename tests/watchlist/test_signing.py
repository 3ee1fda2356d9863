"""Signatures under manifests: one key pair, pinned, in the watchlist or where the environment says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from watchlist import signing
from watchlist.errors import WatchlistInvalid

WHAT = Path("manifest.json")


def test_what_was_signed_is_recognised_and_nothing_else(tmp_path: Path) -> None:
    signature = signing.sign(b"manifest", tmp_path, first=True)
    signing.verify(b"manifest", signature, tmp_path, what=WHAT)
    for data, other in ((b"another", signature), (b"manifest", bytes(64)), (b"manifest", b"")):
        with pytest.raises(WatchlistInvalid, match=r"manifest\.json is not signed with the key of .*signing\.pem\.pub"):
            signing.verify(data, other, tmp_path, what=WHAT)
    private = tmp_path / "keys/signing.pem"
    assert private.stat().st_mode & 0o777 == 0o600
    assert signing.sign(b"manifest", tmp_path, first=True) == signature  # the same pair


def test_the_key_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "safe"
    place.mkdir(mode=0o755)
    monkeypatch.setenv(signing.VARIABLE, str(place / "own.pem"))
    signature = signing.sign(b"manifest", tmp_path / "w", first=True)
    assert not (tmp_path / "w").exists()
    assert place.stat().st_mode & 0o777 == 0o755  # not ours to change
    (place / "own.pem").unlink()
    signing.verify(b"manifest", signature, tmp_path / "w", what=WHAT)  # the public key is enough to read
    with pytest.raises(WatchlistInvalid, match=r"the private key .*own\.pem is missing, without which the watchlist"):
        signing.sign(b"manifest", tmp_path / "w", first=True)


def test_a_key_is_made_for_the_first_generation_only(tmp_path: Path) -> None:
    with pytest.raises(WatchlistInvalid, match=r"the private key .* is missing"):
        signing.sign(b"manifest", tmp_path, first=False)
    with pytest.raises(WatchlistInvalid, match=r"the public key .* is missing, so nobody can tell who wrote"):
        signing.verify(b"manifest", bytes(64), tmp_path, what=WHAT)
    assert not (tmp_path / "keys").exists()


def test_a_public_key_that_was_not_written_in_time_is_made_from_the_private_one(tmp_path: Path) -> None:
    signature = signing.sign(b"manifest", tmp_path, first=True)
    (tmp_path / "keys/signing.pem.pub").unlink()
    signing.sign(b"manifest", tmp_path, first=True)
    signing.verify(b"manifest", signature, tmp_path, what=WHAT)


def test_damaged_and_foreign_keys_are_named(tmp_path: Path) -> None:
    signature = signing.sign(b"manifest", tmp_path / "mine", first=True)
    signing.sign(b"manifest", tmp_path / "other", first=True)
    public, private = (tmp_path / "mine/keys" / name for name in ("signing.pem.pub", "signing.pem"))
    shutil.copy(tmp_path / "other/keys/signing.pem.pub", public)
    with pytest.raises(WatchlistInvalid, match="is not signed with the key"):
        signing.verify(b"manifest", signature, tmp_path / "mine", what=WHAT)
    public.write_text("no key")
    with pytest.raises(WatchlistInvalid, match=r"the public key .* is damaged"):
        signing.verify(b"manifest", signature, tmp_path / "mine", what=WHAT)
    private.write_text("no key")
    with pytest.raises(WatchlistInvalid, match=r"the private key .* is damaged"):
        signing.sign(b"manifest", tmp_path / "mine", first=False)
