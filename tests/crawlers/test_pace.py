from __future__ import annotations

from crawlers.pace import Pace


def test_one_host_is_asked_at_intervals_and_others_at_once() -> None:
    time_s = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time_s[0] += seconds

    pace = Pace(2.0, now=lambda: time_s[0], sleep=sleep)
    pace.before("http://a.example/1")
    pace.before("http://b.example/1")
    time_s[0] += 0.5
    pace.before("http://a.example/2")
    pace.before("http://a.example/3")
    assert slept == [1.5, 2.0]
