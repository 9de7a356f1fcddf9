"""Run the command, and forward signals to it."""

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
    """Runs the command and forwards signals to it; a signal before the command runs aborts the start.

    Without a terminal the command gets its own process group, so a signal to our group reaches it only once, through
    this process. With a terminal it must stay in our group to be able to read, and receives Ctrl-C directly.
    """

    command: subprocess.Popen[bytes] | None = None
    pending: int | None = None
    has_terminal: bool = field(default_factory=lambda: sys.stdin is not None and sys.stdin.isatty())

    def listen(self) -> None:
        """Install the handler of the signals that end this process, SIGHUP of a closed terminal among them."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self.receive)

    def receive(self, signum: int, frame: FrameType | None = None) -> None:  # noqa: ARG002 - a handler's signature
        """Forward the signal, or store it until the command runs. Ctrl-C at a terminal reaches the command directly."""
        if self.command is None:
            self.pending = signum
        elif signum != signal.SIGINT or not self.has_terminal:
            self.forward(signum, to=self.command)

    def forward(self, signum: int, *, to: subprocess.Popen[bytes]) -> None:
        """Send the signal to the command, or to its whole group if it has one; SIGHUP is sent as SIGTERM."""
        send = os.kill if self.has_terminal else os.killpg
        with suppress(ProcessLookupError):
            send(to.pid, signal.SIGINT if signum == signal.SIGINT else signal.SIGTERM)

    def run(self, argv: Sequence[str], *, environment: Mapping[str, str]) -> int:
        """Run the command until it ends and return its exit code; raise OSError if the program does not exist."""
        group = None if self.has_terminal else 0
        command = self.command = subprocess.Popen(argv, env=environment, process_group=group)  # noqa: S603 - as given
        if self.pending is not None:
            self.forward(self.pending, to=command)
        code = command.wait()
        return code if code >= 0 else 128 - code
