"""How much processor time the networks of this process take, so that a measurement can tell them from the code around them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_SPENT = threading.local()


@contextmanager
def inference() -> Iterator[None]:
    """What happens inside is a call of a model: a network, or a detector like dlib's, whose answer is learned. Calls inside of
    a call count once. Time of threads that a runtime starts itself is not in it; networks here run on one thread each."""
    if getattr(_SPENT, "inside", False):
        yield
        return
    _SPENT.inside, began = True, time.thread_time()
    try:
        yield
    finally:
        _SPENT.seconds = inference_cpu_s() + time.thread_time() - began
        _SPENT.inside = False


def inference_cpu_s() -> float:
    """Seconds of processor time that this thread spent in models so far."""
    return float(getattr(_SPENT, "seconds", 0.0))
