"""What is looked at before ./run starts anything. Each finding is one line that says what to do."""

import os
import shutil
import socket
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection

from thamsklyngen.health import broker_answers

LEAST_SPACE = 100  # megabytes


class Refusal(Exception):
    """Why the portal cannot start, in one line."""


def port_from(environ: dict[str, str]) -> int:
    """PORT, 8000 if unset."""
    word = environ.get("PORT") or "8000"
    if not (word.isascii() and word.isdigit() and 0 < int(word) < 65536):
        raise Refusal(f"PORT must be a number from 1 to 65535, not {word!r}.")
    return int(word)


def look_at_port(port: int) -> None:
    """The port is ours to take."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refusal(f"port {port} is for administrators only. Choose another: PORT=8001 ./run") from None
        except OSError:
            raise Refusal(f"port {port} is taken. Choose another: PORT={next_port(port)} ./run") from None


def next_port(port: int) -> int:
    return port + 1 if port < 65535 else 8000


def look_at_disk(folder: Path) -> None:
    """There is a folder for our data, we may write there, and some space is left."""
    try:
        for name in ("", "log", "mail", "media", "cache", "queue/tasks", "queue/control"):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"cannot write in {folder}: {error.strerror}.") from None
    if not os.access(folder, os.W_OK):
        raise Refusal(f"cannot write in {folder}.")
    free = shutil.disk_usage(folder).free // 1024**2
    if free < LEAST_SPACE:
        raise Refusal(f"{LEAST_SPACE} MB of free disk space are needed in {folder}, and only {free} MB are left.")


def look_at_database() -> None:
    """The database answers."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        place = connection.settings_dict
        where = f"{place['HOST']}/{place['NAME']}" if place["HOST"] else place["NAME"]
        reason = str(error).strip().splitlines()[0]
        raise Refusal(f"the database {where} cannot be reached ({reason}). Look at DATABASE_URL.") from None


def look_at_broker() -> None:
    """The task queue takes tasks."""
    if not broker_answers():
        host = settings.REDIS_URL.rpartition("@")[2]
        raise Refusal(f"the task queue {host} cannot be reached. Look at REDIS_URL.")
