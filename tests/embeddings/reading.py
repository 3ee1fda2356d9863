"""Whether pictures can be read on this machine; tests that need it skip loudly where they cannot."""

from __future__ import annotations

import pytest

from embeddings.tessdata import find_tessdata

_FOUND = find_tessdata()
needs_tesseract = pytest.mark.skipif(isinstance(_FOUND, str), reason=str(_FOUND))
