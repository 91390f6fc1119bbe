"""Files on the disk, each under a random name of our own in a folder that nothing serves by its address."""

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

CHUNK = 64 * 1024
PART = ".part"
NAME = re.compile(r"[0-9a-f]{32}")
LEFT_OVER = timedelta(days=1)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "documents"


def path_of(key: UUID) -> Path:
    return folder() / key.hex[:2] / key.hex


def write(key: UUID, content: bytes) -> None:
    """Write the octets so that they outlive a power cut, under a name that does not count before ``settle``."""
    path = path_of(key)
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with open(os.open(path.with_suffix(PART), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def settle(key: UUID) -> None:
    """From now on it counts."""
    path = path_of(key)
    path.with_suffix(PART).replace(path)
    above = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(above)
    finally:
        os.close(above)


def drop(key: UUID) -> None:
    """Take it off the disk, whole or begun. What is gone is gone."""
    path = path_of(key)
    path.unlink(missing_ok=True)
    path.with_suffix(PART).unlink(missing_ok=True)


def size_of(key: UUID) -> int:
    """How many octets there are; FileNotFoundError when somebody took the file away."""
    return path_of(key).stat().st_size


def read(key: UUID) -> Iterator[bytes]:
    """The octets piece by piece. The file is opened when the first is asked for and closed after the last."""
    with path_of(key).open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def settled_before_today(now: datetime) -> Iterator[UUID]:
    """The files that have counted for more than a day."""
    oldest = (now - LEFT_OVER).timestamp()
    for path in folder().glob("*/*"):
        if NAME.fullmatch(path.name) and path.stat().st_mtime < oldest:
            yield UUID(path.name)


def sweep(now: datetime) -> int:
    """Take away what uploads that were cut off by a killed process have begun; says how many."""
    oldest = (now - LEFT_OVER).timestamp()
    begun = [path for path in folder().glob(f"*/*{PART}") if path.stat().st_mtime < oldest]
    for path in begun:
        path.unlink(missing_ok=True)
    return len(begun)
