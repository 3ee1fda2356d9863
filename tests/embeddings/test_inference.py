"""The time of models is that of their calls, each counted once, in each thread."""

from __future__ import annotations

import threading
import time

import pytest

from embeddings.inference import inference, inference_cpu_s


def busy() -> None:
    until = time.thread_time() + 0.01
    while time.thread_time() < until:
        pass


def fail() -> None:
    busy()
    raise ValueError("odd")


def test_calls_inside_of_a_call_count_once_and_what_is_around_them_not_at_all() -> None:
    before, began = inference_cpu_s(), time.thread_time()
    with inference(), inference():
        busy()
    inside = time.thread_time() - began
    busy()
    assert 0.01 <= inference_cpu_s() - before <= inside


def test_a_call_that_fails_counts_and_the_next_one_too() -> None:
    before = inference_cpu_s()
    with pytest.raises(ValueError, match="odd"), inference():
        fail()
    failed = inference_cpu_s() - before
    with inference():
        busy()
    assert inference_cpu_s() - before > failed > 0


def test_each_thread_has_its_own() -> None:
    heard: list[float] = []
    with inference():
        busy()
    other = threading.Thread(target=lambda: heard.append(inference_cpu_s()))
    other.start()
    other.join()
    assert heard == [0.0]
