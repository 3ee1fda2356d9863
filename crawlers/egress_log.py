"""The log of everything that left the house or wanted to: one JSON line per request, without queries and credentials."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from crawlers.egress_policy import EgressPolicy
from crawlers.errors import EgressCut

_LONGEST_PATH = 500


class Verdict(StrEnum):
    """How the proxy dealt with a request."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    """The policy forbids it; nothing was sent."""
    CUT = "cut"
    """A limit, or the client, or the end of the crawl ended it early."""
    FAILED = "failed"
    """The origin could not be reached, was too slow or broke the protocol."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request and its answer while they pass; counts bytes to and from the origin."""

    at: datetime
    method: str
    host: str | None = None
    port: int | None = None
    path: str | None = None
    address: str | None = None
    verdict: Verdict = Verdict.ALLOWED
    reason: str | None = None
    status: int | None = None
    bytes_in: int = 0
    bytes_out: int = 0


class Meter:
    """Counts what one exchange moves and ends it at the limits of the policy; ``Budget`` is shared by all."""

    def __init__(self, exchange: Exchange, budget: Budget, policy: EgressPolicy) -> None:
        self._exchange = exchange
        self._budget = budget
        self._policy = policy

    def received(self, size: int) -> None:
        """Count bytes from the origin; raises ``EgressCut`` beyond a limit."""
        self._exchange.bytes_in += size
        if self._exchange.bytes_in > self._policy.max_response_bytes:
            raise EgressCut(f"The answer is larger than {self._policy.max_response_bytes} bytes.")
        self._budget.spend(size)

    def sent(self, size: int) -> None:
        """Count bytes to the origin; raises ``EgressCut`` beyond a limit."""
        self._exchange.bytes_out += size
        if self._exchange.bytes_out > self._policy.max_request_bytes:
            raise EgressCut(f"The request is larger than {self._policy.max_request_bytes} bytes.")
        self._budget.spend(size)


class Budget:
    """The bytes that all exchanges of one proxy may move together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.spent = 0

    @property
    def exhausted(self) -> bool:
        """Whether nothing more may be moved."""
        return self.spent >= self._limit

    def spend(self, size: int) -> None:
        """Count; raises ``EgressCut`` beyond the limit."""
        self.spent += size
        if self.spent > self._limit:
            raise EgressCut(f"The crawl has used up its {self._limit} bytes of traffic.")


class EgressLog:
    """Appends finished exchanges to a file. Only host and path of an address are kept: queries carry tokens."""

    def __init__(self, path: Path) -> None:
        """Opens the file; ``OSError`` passes through."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def write(self, exchange: Exchange, *, seconds: float) -> None:
        """Append one line and hand it to the system; ``OSError`` passes through."""
        path = exchange.path.split("?")[0][:_LONGEST_PATH] if exchange.path else None
        line = {
            "at": exchange.at.astimezone(UTC).isoformat(),
            "method": exchange.method,
            "host": exchange.host,
            "port": exchange.port,
            "path": path,
            "address": exchange.address,
            "verdict": exchange.verdict,
            "reason": exchange.reason,
            "status": exchange.status,
            "bytes_in": exchange.bytes_in,
            "bytes_out": exchange.bytes_out,
            "seconds": round(seconds, 3),
        }
        data = json.dumps(line).encode("ascii") + b"\n"
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
