"""Where MediaPipe's face mesh lies, for tests that look at real faces with it; they skip loudly without it."""

from __future__ import annotations

import pytest

from embeddings.packs import is_there, manifest
from embeddings.records import POINTS_ROLE

needs_face_mesh = pytest.mark.skipif(
    not is_there(manifest("open").file(POINTS_ROLE)),
    reason="NO FACE MESH: infra/setup.sh installs it (pip install --no-deps mediapipe==0.10.21)",
)
