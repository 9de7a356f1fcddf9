"""Why the servers cannot run."""


class CannotRunError(Exception):
    """A server or a directory cannot be had; the message tells a person why and what to do."""
