"""Errors of the front door, and the exit codes of every command.

    ValueError
    └── ConfigInvalid         the configuration file says something that we do not understand

Exit codes: 0 done · 1 could not do it (one sentence on standard error) · 2 the command was used wrongly · 3 done, but part of it
could not be looked at (the report says which part) · 130 stopped by Ctrl-C.
"""

DONE = 0
FAILED = 1
USAGE = 2
PARTLY = 3
INTERRUPTED = 130


class ConfigInvalid(ValueError):
    """The configuration cannot be read; the message names the file and the key."""
