"""Media into frames, faces and speech; those into tracks, vectors and fingerprints; the model packs that do it."""
