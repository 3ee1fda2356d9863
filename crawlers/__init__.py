"""Find ads and capture them, one module per source; all traffic leaves through the egress proxy."""
