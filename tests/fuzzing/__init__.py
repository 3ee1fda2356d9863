"""Damaged media by the thousand: ``python -m tests.fuzzing --files 10000 --seed 1``."""
