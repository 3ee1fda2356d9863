from __future__ import annotations

from detectors.appearances import by_person, longest_first, merged, spread
from tests.detectors.recognised import heard, seen
from tests.factories import make_person


def test_a_few_of_many_at_even_steps() -> None:
    assert spread(range(5), 9) == [0, 1, 2, 3, 4]
    assert spread(range(9), 3) == [0, 4, 8]
    assert spread(range(9), 1) == [4]
    assert spread([], 2) == []


def test_intervals_that_touch_are_joined() -> None:
    assert merged([(3.0, 4.0), (0.0, 1.0), (0.5, 2.0), (2.0, 2.5)]) == [(0.0, 2.5), (3.0, 4.0)]
    assert merged([(0.0, 5.0), (1.0, 2.0)]) == [(0.0, 5.0)]


def test_matches_of_each_person_longest_first() -> None:
    other = make_person(person_id="another")
    short, long, theirs = (
        seen(0.0, 1.0, region=None),
        heard(0.0, 3.0),
        seen(0.0, 2.0, person=other, track=1, region=None),
    )
    assert longest_first([short, long, theirs]) == [long, theirs, short]
    people = by_person([short, long, theirs])
    assert list(people) == sorted(people)
    assert people[short.person_id] == [long, short]
