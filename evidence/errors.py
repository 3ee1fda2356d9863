"""Errors of the evidence room.

OSError
└── StoreUnavailable      the store cannot be read or written (permission, full disk, lost mount)
ValueError
└── EvidenceAltered       stored bytes or the log no longer match their hash
LookupError
└── BlobMissing           a record names bytes that the store does not hold
"""


class StoreUnavailable(OSError):
    """The evidence store cannot be read or written; the message says where and what to do."""


class EvidenceAltered(ValueError):
    """Stored bytes or log lines do not match the hash under which they were recorded."""


class BlobMissing(LookupError):
    """A record names a blob that the store does not hold."""
