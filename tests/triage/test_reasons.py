"""Every reason belongs to one verdict."""

from __future__ import annotations

import pytest

from triage.reasons import REASONS, STATE_AFTER, Verdict, reasons_for, verdict_of


def test_every_reason_is_offered_under_exactly_one_verdict() -> None:
    offered = [code for verdict in Verdict for code in reasons_for(verdict)]
    assert sorted(offered) == sorted(REASONS)
    assert set(STATE_AFTER) == set(Verdict)


def test_an_unknown_code_has_no_verdict() -> None:
    with pytest.raises(ValueError, match="not a reason"):
        verdict_of("CONFIRM_BECAUSE")
