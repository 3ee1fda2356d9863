"""Records of what was captured, the append-only store of bytes by SHA-256, and the log that proves nothing was changed."""
