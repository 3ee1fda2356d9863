"""Files of a network come from the pinned commit of a hub, here a real HTTP server, and only the right ones are kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from detectors.network_manifest import read_manifest
from detectors.network_origin import fetch_files
from detectors.networks import load_text_networks
from embeddings.errors import PackInvalid, PackMissing
from tests.detectors.tiny_networks import make_text_checkpoint

COMMIT = "0123456789abcdef0123456789abcdef01234567"
ORIGIN = {"repository": "lab/tiny-lures", "revision": COMMIT}


@contextmanager
def hub(files: Path, asked: list[str]) -> Iterator[str]:
    """A hub that holds ``files`` at one commit of one repository, and writes down the paths and tokens that it is asked with."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            asked.append(f"{self.path} {self.headers.get('authorization') or 'no token'}")
            file = files / self.path.removeprefix(f"/lab/tiny-lures/resolve/{COMMIT}/")
            if not file.is_file():
                self.send_error(404)
                return
            data = file.read_bytes()
            self.send_response(200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{len(data)}"')
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if body:
                self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def split(tmp_path: Path) -> tuple[Path, Path]:
    """A directory with a manifest alone, and the files that it names elsewhere."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    make_text_checkpoint(there, origin=ORIGIN)
    (there / "detector.toml").rename(here / "detector.toml")
    return here, there


def test_what_is_missing_is_fetched_once_without_any_token(split: tuple[Path, Path]) -> None:
    here, there = split
    with pytest.raises(PackMissing):
        load_text_networks([here])
    asked: list[str] = []
    with hub(there, asked) as endpoint:
        fetched = fetch_files(read_manifest(here), endpoint=endpoint)
        assert {path.name for path in fetched} == {
            "model.safetensors",
            "config.json",
            "tokenizer.json",
            "tokenizer_config.json",
        }
        assert fetch_files(read_manifest(here), endpoint=endpoint) == []
    assert asked
    assert all(COMMIT in one and one.endswith("no token") for one in asked)
    assert len(load_text_networks([here])) == 1


def test_another_file_than_the_manifest_states_is_not_kept(split: tuple[Path, Path]) -> None:
    here, there = split
    (there / "tokenizer.json").write_text("{}")
    with hub(there, []) as endpoint, pytest.raises(PackInvalid, match=r"tokenizer\.json of lab/tiny-lures .*not kept"):
        fetch_files(read_manifest(here), endpoint=endpoint)
    assert not (here / "tokenizer.json").exists()


def test_a_file_that_the_hub_does_not_have(split: tuple[Path, Path]) -> None:
    here, there = split
    (there / "config.json").unlink()
    with hub(there, []) as endpoint, pytest.raises(PackMissing, match=r"the hub does not give config\.json"):
        fetch_files(read_manifest(here), endpoint=endpoint)


def test_without_an_origin_nothing_is_asked(tmp_path: Path) -> None:
    make_text_checkpoint(tmp_path)
    (tmp_path / "config.json").unlink()
    with pytest.raises(PackMissing, match=r"names no \[origin\]"):
        fetch_files(read_manifest(tmp_path))


@pytest.mark.parametrize(
    ("origin", "fault"),
    [
        ({**ORIGIN, "revision": "main"}, "names can be moved"),
        ({**ORIGIN, "repository": "../elsewhere"}, "owner/name"),
        ({**ORIGIN, "repository": "https://hub.example/a/b"}, "owner/name"),
    ],
)
def test_only_a_commit_of_a_repository_is_an_origin(tmp_path: Path, origin: dict[str, str], fault: str) -> None:
    with pytest.raises(PackInvalid, match=fault):
        read_manifest(make_text_checkpoint(tmp_path, origin=origin))
