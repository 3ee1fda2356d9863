"""Errors of the pipelines room.

ValueError
└── NothingToScreen       the input names no ads and no media
"""


class NothingToScreen(ValueError):
    """The input names no ads and no media; the message says where we looked."""
