"""The command, and the signals that reach it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType


@dataclass
class Relay:
    """Runs the command and hands signals on to it; one that comes before the command runs ends the start.

    A command without a terminal gets a process group of its own, so that a signal sent to our whole group reaches it
    once, through us. With a terminal it must stay in our group to be able to read, and gets Ctrl-C from there itself.
    """

    command: subprocess.Popen[bytes] | None = None
    pending: int | None = None
    has_terminal: bool = field(default_factory=lambda: sys.stdin is not None and sys.stdin.isatty())

    def listen(self) -> None:
        """Take over the signals that end us, a closed terminal among them."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self.receive)

    def receive(self, signum: int, frame: FrameType | None = None) -> None:  # noqa: ARG002 - a handler's signature
        """Hand the signal on, or keep it until there is a command. Ctrl-C at a terminal reached the command already."""
        if self.command is None:
            self.pending = signum
        elif signum != signal.SIGINT or not self.has_terminal:
            self.hand_on(signum, to=self.command)

    def hand_on(self, signum: int, *, to: subprocess.Popen[bytes]) -> None:
        """Give the signal to the command, or to its whole group if it has one; a lost terminal means to end as well."""
        send = os.kill if self.has_terminal else os.killpg
        with suppress(ProcessLookupError):
            send(to.pid, signal.SIGINT if signum == signal.SIGINT else signal.SIGTERM)

    def run(self, argv: Sequence[str], *, environment: Mapping[str, str]) -> int:
        """Run the command to its end and return its exit code; raise OSError if there is no such program."""
        group = None if self.has_terminal else 0
        command = self.command = subprocess.Popen(argv, env=environment, process_group=group)  # noqa: S603 - as given
        if self.pending is not None:
            self.hand_on(self.pending, to=command)
        code = command.wait()
        return code if code >= 0 else 128 - code
