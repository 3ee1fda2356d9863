"""Media into frames, faces and speech; those into tracks, vectors and fingerprints; the model packs that do it."""

import os

# ONNX Runtime decides while it is imported whether it makes an identifier for this machine, keeps it in the home and reports to
# its maker what is loaded and run; asked to stop afterwards, it has done so already. Nobody imports it before this room.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
