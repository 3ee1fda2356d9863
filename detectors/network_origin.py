"""Files of a network from the hub that its manifest pins: fetched when asked for, compared with their SHA-256, then put in place.

Nothing else fetches anything: a network whose files are not there is refused when it is opened.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import httpx
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

from detectors.network_facts import NetworkManifest
from embeddings.errors import PackInvalid, PackMissing
from embeddings.packs import file_sha256
from evidence.tables import placing


def fetch_files(manifest: NetworkManifest, *, endpoint: str | None = None) -> list[Path]:
    """The files that were fetched: those of the manifest that are not there yet. ``endpoint`` is another hub than the public one.

    Raises ``PackMissing`` where the manifest names no origin or the hub does not give a file, ``PackInvalid`` where what it gives
    is not what the manifest states; nothing is kept of that.
    """
    place = Path(manifest.directory)
    absent = [file for file in manifest.files if file.package is None and not Path(file.name).is_file()]
    if not absent:
        return []
    origin = manifest.origin
    if origin is None:
        raise PackMissing(
            f"{absent[0].name} is not there, and the manifest of {manifest.label} names no [origin] to fetch it from"
        )
    fetched = []
    with tempfile.TemporaryDirectory(prefix="qalqan-fetch-") as folder:
        for file in absent:
            name = Path(file.name).relative_to(place).as_posix()
            where = f"{name} of {origin.repository} at {origin.revision[:12]}"
            try:
                got = hf_hub_download(
                    origin.repository, name, revision=origin.revision, local_dir=folder, token=False, endpoint=endpoint
                )
            except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError, ValueError) as error:
                reason = str(error).partition("\n")[0][:200]
                raise PackMissing(f"the hub does not give {where} ({reason}); correct [origin] or try again") from error
            found = file_sha256(Path(got))
            if found != file.sha256:
                raise PackInvalid(f"{where} has the SHA-256 {found}, the manifest states {file.sha256}; it is not kept")
            with placing(Path(file.name)) as partial:
                shutil.copyfile(got, partial)
            fetched.append(Path(file.name))
    return fetched
