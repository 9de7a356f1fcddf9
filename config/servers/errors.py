"""The error of servers that cannot run."""


class CannotRunError(Exception):
    """A server or directory is not available. The message says why, and what to do."""
