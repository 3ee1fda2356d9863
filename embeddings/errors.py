"""Errors of the embeddings room.

ValueError
├── UnreadableMedia       these bytes hold nothing that we can read (and why)
└── PackInvalid           a model pack's manifest or file is wrong (hash, shape, licence field)
RuntimeError
├── ChildStopped          a sandboxed child died, ran out of its budget or answered nonsense
└── DecoderUnavailable    no sandboxed child can be started here: a fault of the installation, not of the media
FileNotFoundError
└── PackMissing           a model file named by a manifest is not there; says how to get it
"""


class UnreadableMedia(ValueError):
    """The bytes hold no picture and no sound that we can read; the message says why."""


class PackInvalid(ValueError):
    """A model pack's manifest is wrong, or a file differs from the SHA-256 that the manifest states."""


class PackMissing(FileNotFoundError):
    """A model file that a manifest names is absent; the message says where it was expected and what to do."""


class ChildStopped(RuntimeError):
    """A sandboxed child ended before it was done; the message says why, as the end of a sentence about the media."""


class DecoderUnavailable(RuntimeError):
    """Nothing can be decoded here, whatever the media: what decodes cannot be imported or started; the message says why."""
