"""The child that reads a file's C2PA manifest and creation time: native code on hostile bytes, hence in the sandbox.

Started by ``embeddings.sandbox.converse``; nothing is fetched: remote manifests and revocation lists are left where they are.
"""

from __future__ import annotations

import io
import json
from typing import Any, BinaryIO

import c2pa

from detectors.mp4_boxes import creation_time
from embeddings.confinement import Answers, confine
from embeddings.open_file import OpenFile

OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
MAX_TEXT = 200
"""Characters of any text of the manifest that are passed on."""


def main() -> None:
    """Hear the request, enter the sandbox, look, answer."""
    request, answers, level = confine()
    answers.send("sandbox", level=level)
    raw = OpenFile(request["file"])
    file = io.BufferedReader(raw)
    made = creation_time(file, size_bytes=raw.size)
    answers.send("created", at=None if made is None else made.isoformat())
    file.seek(0)
    _manifest(file, str(request["format"]), answers)
    answers.send("done")


def _manifest(file: BinaryIO, media_format: str, answers: Answers) -> None:
    try:
        context = c2pa.Context(settings=c2pa.Settings.from_dict(OFFLINE))
        with c2pa.Reader(media_format, file, context=context) as reader:
            answers.send("manifest", **_facts(reader))
    except c2pa.C2paError.ManifestNotFound:
        answers.send("manifest", state="absent")
    except c2pa.C2paError.RemoteManifest:
        answers.send("manifest", state="elsewhere")
    except c2pa.C2paError.NotSupported:
        answers.send("manifest", state="not_supported")
    except c2pa.C2paError as error:
        answers.send("manifest", state="unreadable", reason=str(error)[:MAX_TEXT])


def _facts(reader: Any) -> dict[str, Any]:
    active = json.loads(reader.json())
    manifest = active.get("manifests", {}).get(active.get("active_manifest"), {})
    signature = manifest.get("signature_info") or {}
    generators = manifest.get("claim_generator_info") or [{}]
    return {
        "state": "embedded",
        "validation": str(reader.get_validation_state())[:MAX_TEXT],
        "generator": str(manifest.get("claim_generator") or generators[0].get("name"))[:MAX_TEXT],
        "signed_by": str(signature.get("issuer"))[:MAX_TEXT],
        "says_generated": "trainedAlgorithmicMedia" in json.dumps(manifest),
    }
