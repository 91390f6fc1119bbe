"""What ./run and ./test say when something is missing, and how the processes stand and fall together."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from thamsklyngen import preflight
from thamsklyngen.demo.cast import LOGIN_DOMAIN, LOGINS
from thamsklyngen.management.commands.compilemessages import Command as CompileMessages
from thamsklyngen.management.commands.serve import DEMO_LOGINS
from thamsklyngen.supervisor import Part, Supervisor

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def clone(tmp_path):
    """A folder with the scripts alone, and a PATH that holds only what a test puts there."""
    for name in ("run", "test", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "cat", "cksum", "tr", "awk", "mkdir", "rm", "df", "env", "id", "false"):
        (tools / name).symlink_to(shutil.which(name))
    return tmp_path


def script(clone, name, *words, **environ):
    return subprocess.run(
        [shutil.which("sh"), name, *words],
        cwd=clone,
        env={"PATH": str(clone / "bin"), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


def program(clone, name, lines):
    file = clone / "bin" / name
    file.unlink(missing_ok=True)
    file.write_text(f"#!{shutil.which('sh')}\n{lines}\n")
    file.chmod(0o755)


def only_line(ended):
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    return line


@pytest.mark.parametrize("name", ["run", "test"])
def test_no_python_is_one_line(clone, name):
    line = only_line(script(clone, name))
    assert line == "thamsklyngen: Python 3.11 or newer is needed, and there is none on this machine."


def test_an_old_python_is_one_line(clone):
    program(clone, "python3", "exit 1")
    assert "Python 3.11 or newer" in only_line(script(clone, "run"))


def test_a_python_without_venv_is_one_line(clone):
    program(clone, "python3", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    assert only_line(script(clone, "run")) == (
        "thamsklyngen: Python's venv and pip are missing. On Debian and Ubuntu: apt install python3-venv python3-pip"
    )


def test_a_full_disk_is_one_line(clone):
    program(clone, "df", "echo Filesystem; echo x 1000000 999000 12288 99% /")
    line = only_line(script(clone, "run"))
    assert line == "thamsklyngen: 700 MB of free disk space are needed here, and only 12 MB are left."


def test_what_is_installed_is_not_asked_for_again(clone):
    """No network is needed once all is there: neither pip nor uv is called."""
    (clone / ".venv/bin").mkdir(parents=True)
    python = clone / ".venv/bin/python"
    python.write_text(f'#!{shutil.which("sh")}\necho "called: $*"\n')
    python.chmod(0o755)
    sums = subprocess.check_output(["cksum"], input=(clone / "requirements.txt").read_bytes(), text=False).decode()
    (clone / f".venv/.installed-{sums.strip().replace(' ', '-')}").touch()
    ended = script(clone, "run")
    assert ended.stdout.splitlines()[-1] == "called: manage.py serve"
    assert "pip" not in ended.stdout
    (clone / "requirements.txt").write_text("changed")
    assert "called: -m pip install" in (script(clone, "run").stdout + (clone / "var/setup.log").read_text())


# Before the start


def test_a_taken_port_is_said_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(preflight.Refusal, match=rf"port {port} is taken\. Choose another: PORT="):
            preflight.look_at_port(port)


@pytest.mark.parametrize("word", ["abc", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(word):
    with pytest.raises(preflight.Refusal, match=r"PORT must be a number"):
        preflight.port_from({"PORT": word})


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "var").write_text("a file in the way")
    with pytest.raises(preflight.Refusal, match=r"cannot write in .*var"):
        preflight.look_at_disk(tmp_path / "var")


def test_too_little_space_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(1, 1, 5 * 1024**2))
    with pytest.raises(preflight.Refusal, match="only 5 MB are left"):
        preflight.look_at_disk(tmp_path)


def refusal_of_serve(tmp_path, **environ):
    return subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DEMO": "1", "PORT": str(free_port()), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_database_that_does_not_answer_is_one_line_without_its_password(tmp_path):
    line = only_line(refusal_of_serve(tmp_path, DATABASE_URL="postgres://portal:hemmelig@127.0.0.1:1/portal"))
    assert line.startswith("thamsklyngen: the database 127.0.0.1/portal cannot be reached (")
    assert line.endswith("Look at DATABASE_URL.")
    assert "hemmelig" not in line


def test_a_queue_that_does_not_answer_is_one_line_without_its_password(tmp_path):
    database = f"sqlite:///{tmp_path}/db.sqlite3"
    line = only_line(refusal_of_serve(tmp_path, DATABASE_URL=database, REDIS_URL="redis://:hemmelig@127.0.0.1:1/0"))
    assert line == "thamsklyngen: the task queue 127.0.0.1:1/0 cannot be reached. Look at REDIS_URL."


def test_the_greeting_names_every_login_of_the_demo():
    assert set(DEMO_LOGINS) == {f"{login}@{LOGIN_DOMAIN}" for login in LOGINS}


# Together


def part(tmp_path, name, code):
    return Part(name, [sys.executable, "-c", code], tmp_path / f"{name}.log")


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def supervise(tmp_path):
    """Runs the supervisor with these parts; signals set by it are put back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    said = []

    def run(parts, when_ready=lambda: None):
        code = Supervisor(parts=parts, say=said.append, on_ready=when_ready, is_ready=lambda: True).run()
        return code, said

    yield run
    for number, handler in kept.items():
        signal.signal(number, handler)


STAY = "import time; time.sleep(60)"


def test_one_that_dies_is_named_and_takes_the_rest_along(tmp_path, supervise):
    stays, dies = part(tmp_path, "web", STAY), part(tmp_path, "worker", "raise SystemExit(3)")
    code, said = supervise([stays, dies])
    assert code == 1
    assert said[0].startswith("worker ended by itself (exit code 3); stopping the rest.")
    assert not alive(stays.process.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all(tmp_path, supervise, number):
    parts = [part(tmp_path, "web", STAY), part(tmp_path, "worker", STAY)]
    code, _said = supervise(parts, lambda: os.kill(os.getpid(), number))
    assert code == 0
    assert not any(alive(each.process.pid) for each in parts)


def test_one_that_does_not_listen_is_killed_with_its_children(tmp_path, supervise, monkeypatch):
    monkeypatch.setattr("thamsklyngen.supervisor.PATIENCE", 0.3)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    child = part(
        tmp_path,
        "worker",
        f"import subprocess, sys; {deaf} p = subprocess.Popen([sys.executable, '-c', {deaf + STAY!r}]); "
        f"print(p.pid, flush=True); {STAY}",
    )
    log = tmp_path / "worker.log"

    def when_child_is_there():
        deadline = time.monotonic() + 20
        while not log.read_text().strip() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    supervise([child], when_child_is_there)
    grandchild = int(log.read_text())
    deadline = time.monotonic() + 5
    while alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child.process.pid)
    assert not alive(grandchild) or "Z" in Path(f"/proc/{grandchild}/stat").read_text().split()[2]


# Words


def test_messages_are_compiled_without_gettext_tools(tmp_path, settings, monkeypatch):
    folder = tmp_path / "nb/LC_MESSAGES"
    folder.mkdir(parents=True)
    head = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    )
    (folder / "django.po").write_text(head + '\nmsgid "meeting"\nmsgstr "møte"\n', encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.setenv("PATH", "")
    CompileMessages().handle(force=False, verbosity=0)
    import gettext

    with (folder / "django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("meeting") == "møte"
