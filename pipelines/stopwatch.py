"""Where the seconds go: stages are timed as they run, for benchmarks and nothing else."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from embeddings.inference import inference_cpu_s
from embeddings.sandbox import children_cpu_s


class Stopwatch:
    """Per stage of this process: ``seconds`` by the clock, ``cpu_s`` of processor time (of the thread that runs it and of the
    sandboxed children that it talked with, those also alone in ``children_cpu_s``; what calls of models in this process took of
    it also alone in ``models_cpu_s``), and the number of ``runs``. Stages that run side by side in several threads overlap by the
    clock; their processor time adds up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.cpu_s: dict[str, float] = defaultdict(float)
        self.children_cpu_s: dict[str, float] = defaultdict(float)
        self.models_cpu_s: dict[str, float] = defaultdict(float)
        self.runs: dict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside, also when it fails."""
        began, spent = time.perf_counter(), time.thread_time()
        children, models = children_cpu_s(), inference_cpu_s()
        try:
            yield
        finally:
            took, used = time.perf_counter() - began, time.thread_time() - spent
            theirs, inferred = children_cpu_s() - children, inference_cpu_s() - models
            with self._lock:
                self.seconds[name] += took
                self.cpu_s[name] += used + theirs
                self.children_cpu_s[name] += theirs
                self.models_cpu_s[name] += inferred
                self.runs[name] += 1
