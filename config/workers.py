"""Run the Celery workers of one machine, one for each queue: ``python -m config.workers [QUEUE …]``.

Each queue has a worker process of its own, so a mail server that hangs delays mail and nothing else. A worker that is
killed is started again. SIGTERM and Ctrl-C let all workers finish their current tasks. A worker that ends with an
error, for example because of unsafe settings, ends the others too.
"""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from config.task_queues import EARLIER, Queue

SLOTS: Mapping[Queue, int] = {
    Queue.CLOCK: 2,  # a long sweep delays no heartbeat
    Queue.MAIL: 1,
    Queue.WEBHOOKS: 1,  # a task sends to ten endpoints at once
    Queue.DOCUMENTS: 1,
    Queue.IMPORTS: 1,
}
"""How many tasks of each queue run at once."""

POLL_SECONDS = 0.2  # between two checks of the processes


def command(queue: Queue) -> list[str]:
    """Return the command line of the worker of ``queue``. It needs no contact with other workers."""
    served = [queue, EARLIER] if queue is Queue.DOCUMENTS else [queue]
    celery = [sys.executable, "-m", "celery", "--quiet", "--app=config", "worker"]
    alone = ["--without-gossip", "--without-mingle", f"--hostname={queue}@%h"]
    return [*celery, *alone, f"--queues={','.join(served)}", f"--concurrency={SLOTS[queue]}"]


@dataclass
class Supervisor:
    """Keeps the processes running that ``command_of`` names, until a signal asks to stop or one ends with an error."""

    names: Sequence[Queue] = tuple(Queue)
    command_of: Callable[[Queue], list[str]] = command
    running: dict[Queue, subprocess.Popen[bytes]] = field(default_factory=dict)
    to_end: bool = False

    def listen(self) -> None:
        """Stop at SIGTERM, Ctrl-C and a closed terminal."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self.receive)

    def receive(self, *args: object) -> None:  # noqa: ARG002 - a handler's signature
        """Record the request; a signal handler must not do more."""
        self.to_end = True

    def run(self) -> int:
        """Run the workers; return 0 after a request to stop, else the exit code of the worker that failed."""
        code = 0
        while not (self.to_end or code):
            code = max([self.started(name) for name in self.names])
            time.sleep(POLL_SECONDS)
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait()
        return code

    def started(self, name: Queue) -> int:
        """Start the worker if it does not run; return its exit code instead if it ended with an error, else 0."""
        process = self.running.get(name)
        ended = process and process.poll()
        if ended and ended > 0:
            print_line(f"The {name} worker ended with exit code {ended}.")
            return ended
        if process is None or ended is not None:
            if process:
                print_line(f"The {name} worker was ended and is started again.")
            self.running[name] = subprocess.Popen(self.command_of(name))  # noqa: S603 - ours
        return 0


def print_line(message: str) -> None:
    """Print a message to stderr."""
    sys.stderr.write(f"config.workers: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the workers until they are asked to stop; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.workers", description="Run the workers of this machine.")
    parser.add_argument("queues", nargs="*", type=Queue, help=f"the queues to serve: {', '.join(Queue)} (default: all)")
    supervisor = Supervisor(parser.parse_args(argv).queues or tuple(Queue))
    supervisor.listen()
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main())
