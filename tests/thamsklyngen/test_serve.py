"""`manage.py serve`, which ./run ends in: real web, worker and beat processes on the default database and queue."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]
PATIENCE = 90


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(question):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (answer := question()) is not None:
            return answer
        time.sleep(0.2)
    raise AssertionError("waited in vain")


def children(pid):
    """Each process' number by the word it is known by."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_text().split("\0")
        except (OSError, IndexError):
            continue
        if parent == pid:
            found |= {name: int(folder.name) for name in ("gunicorn", "worker", "beat") if name in words}
    return found


class Portal:
    def __init__(self, folder):
        self.port = free_port()
        self.log = folder / "said"
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "DJANGO_"))}
        environ |= {"DEMO": "1", "DEBUG": "0", "PORT": str(self.port), "VAR_DIR": str(folder / "var")}
        environ |= {"SITE_URL": "", "ALLOWED_HOSTS": "", "SECRET_KEY": "", "EMAIL_URL": "", "REDIS_URL": ""}
        environ["DATABASE_URL"] = ""
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=settings.BASE_DIR,
                env=environ,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def health(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            assert self.process.poll() is None, self.log.read_text()
        return None

    def said(self):
        return self.log.read_text()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def portal(tmp_path):
    started = Portal(tmp_path)
    yield started
    started.end()


def test_one_command_serves_the_demo_and_one_signal_stops_it(portal):
    assert until(portal.health)["ok"] is True
    words = until(lambda: portal.said() if "Ctrl-C" in portal.said() else None)
    assert f"http://localhost:{portal.port}" in words
    assert "leader@demo.example" in words
    processes = children(portal.process.pid)
    assert set(processes) == {"gunicorn", "worker", "beat"}
    portal.process.send_signal(signal.SIGINT)
    assert portal.process.wait(60) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in processes.values())
