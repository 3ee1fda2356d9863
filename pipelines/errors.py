"""Errors of the pipelines room.

ValueError
└── NothingToScreen       the input names no ads and no media
RuntimeError
└── WorkerLost            a worker process died, or the connection to it broke
"""


class NothingToScreen(ValueError):
    """The input names no ads and no media; the message says where we looked."""


class WorkerLost(RuntimeError):
    """A worker process of the job died, or the connection to it broke: nothing that the job did wrong, so it may begin again."""
