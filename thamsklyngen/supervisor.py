"""Keeps a handful of processes running together: one signal stops all, and one that dies takes the rest along."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PATIENCE = 15.0  # seconds a process has to finish what it is doing
PR_SET_PDEATHSIG = 1


def follow_the_parent() -> None:
    """On Linux: end when the supervisor is gone, even if it was killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Part:
    """One process: what it is called, how it starts, where its output goes."""

    name: str
    command: Sequence[str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start in a session of its own: Ctrl-C in the terminal reaches the supervisor alone."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603  our own commands
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=follow_the_parent,  # noqa: PLW1509  the supervisor has no threads
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tell(self, number: signal.Signals) -> None:
        if self.process is not None and self.running:
            self.process.send_signal(number)

    def sweep(self) -> None:
        """Kill whatever of this process' session is still there."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Supervisor:
    """Runs the parts until a signal comes or one of them ends."""

    parts: list[Part]
    say: Callable[[str], None]
    on_ready: Callable[[], None]
    is_ready: Callable[[], bool]
    stopping: bool = field(default=False, init=False)

    def run(self) -> int:
        """0 after a signal, 1 when a part ended by itself."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.note_signal)
        try:
            for part in self.parts:
                part.start()
            dead = self.watch()
            if dead is None:
                self.say("stopping …")
            else:
                self.say(
                    f"{dead.name} ended by itself (exit code {dead.process and dead.process.returncode}); "
                    f"stopping the rest. Its last words are in {dead.log}"
                )
            return 0 if dead is None else 1
        finally:
            self.stop()

    def note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def watch(self) -> Part | None:
        """Wait; the part that ended by itself, or None when a signal came."""
        ready = False
        while not self.stopping:
            for part in self.parts:
                if not part.running:
                    return part
            if not ready and self.is_ready():
                ready = True
                self.on_ready()
            time.sleep(0.2)
        return None

    def stop(self) -> None:
        """Ask all to finish, wait, and kill what does not listen."""
        for part in self.parts:
            part.tell(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while any(part.running for part in self.parts) and time.monotonic() < deadline:
            time.sleep(0.05)
        for part in self.parts:
            part.sweep()
