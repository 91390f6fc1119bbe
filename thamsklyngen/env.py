"""Settings from the environment: read, checked, and refused in one line."""

import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
NO_REDIS = "-"
# A Redis that hangs holds nobody for longer. The limits are asked within pages, so they wait less.
QUEUE_SECONDS = 2
LIMITS_SECONDS = 1
FALSE = frozenset({"", "0", "false", "no", "off"})


def env_bool(name: str, *, default: bool = False) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off or empty; anything else is refused."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return word in TRUE


def env_int(name: str, default: int) -> int:
    """A whole number of zero or more."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def env_list(name: str, default: list[str]) -> list[str]:
    """Words separated by commas or blanks."""
    return [word for word in re.split(r"[,\s]+", os.environ.get(name, "")) if word] or default


def env_required(name: str, meaning: str, fallback: str | None) -> str:
    """The variable's value; outside production the fall-back. Unset in production is refused."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if fallback is None:
        raise ImproperlyConfigured(f"Set {name}: {meaning}. (DEMO=1 tries the portal without it.)")
    return fallback


def env_secret(name: str, fallback: Callable[[], str] | None) -> str:
    """The value of NAME, else the content of the file that NAME_FILE points to."""
    path = os.environ.get(f"{name}_FILE", "").strip()
    if os.environ.get(name) or not path:
        if fallback is not None and not os.environ.get(name):
            return fallback()
        secret = env_required(name, f"50 random characters, or {name}_FILE", None)
    else:
        try:
            secret = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror} ({path}).") from error
    if fallback is None and len(secret) < 50:
        raise ImproperlyConfigured(f"{name} is too short: use 50 random characters or more.")
    return secret


def kept_secret(path: Path) -> str:
    """A key for trying out: made once, then read from its file by every process."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(60), encoding="ascii")
            draft.replace(path)
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ImproperlyConfigured(f"cannot write in {path.parent}: {error.strerror}.") from error


def email_settings(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for one address.

    smtp://, smtp+tls:// (STARTTLS) and smtps:// take user, password, host and port;
    file:///folder keeps each mail as a file; console: prints; memory: is for tests.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        return {
            "EMAIL_BACKEND": "mail.backends.FileBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme in {"console", "memory"}:
        word = {"console": "console", "memory": "locmem"}[parts.scheme]
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{word}.EmailBackend"}
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@host:587, smtps://…, smtp://… or file:///folder."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


@dataclass(frozen=True)
class Inbound:
    """How mail comes in. ``road`` is listen, imap or webhook, or empty; ``authserv_ids`` name our own mail servers."""

    road: str = ""
    scheme: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    folder: str = ""
    authserv_ids: frozenset[str] = frozenset()

    @property
    def secret(self) -> str:
        """User and password as a web service sends them."""
        return f"{self.user}:{self.password}"


def inbound_settings(url: str) -> Inbound:
    """The road of incoming mail from one address.

    lmtp://host:port and smtp://host:port are listened on by ``manage.py receive``; imap:// and
    imaps://user:password@host/folder is a mailbox that is looked into; webhook://name:password@service is a mail
    service that posts. ``?authserv=a,b`` names the servers whose word on senders counts.
    """
    if not url:
        return Inbound()
    parts = urlsplit(url)
    roads = {"lmtp": "listen", "smtp": "listen", "imap": "imap", "imaps": "imap", "webhook": "webhook"}
    road = roads.get(parts.scheme, "")
    needs_login = road in {"imap", "webhook"}
    if not (road and parts.hostname) or (needs_login and not (parts.username and parts.password)):
        raise ImproperlyConfigured(
            "INBOUND_URL must look like lmtp://127.0.0.1:8024, imaps://user:password@host/INBOX or "
            "webhook://name:password@service."
        )
    words = ",".join(parse_qs(parts.query).get("authserv", []))
    return Inbound(
        road=road,
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or {"imaps": 993, "imap": 143}.get(parts.scheme, 8024),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        authserv_ids=frozenset(word.strip().lower() for word in words.split(",") if word.strip()),
    )


def broker_settings(redis_url: str, folder: Path) -> tuple[str, dict[str, Any]]:
    """Celery's broker and its options: Redis, or files in a folder."""
    if redis_url != NO_REDIS:
        return redis_url, {
            "visibility_timeout": 900,
            "socket_timeout": QUEUE_SECONDS,
            "socket_connect_timeout": QUEUE_SECONDS,
            "max_retries": 0,  # whoever wakes a worker does not wait for the broker to come back
        }
    tasks = str(folder / "tasks")
    options = {"data_folder_in": tasks, "data_folder_out": tasks, "control_folder": str(folder / "control")}
    return "filesystem://", options


def cache_settings(redis_url: str, folder: Path) -> dict[str, Any]:
    """The cache of limits: Redis, or files that all processes of one machine share."""
    if redis_url == NO_REDIS:
        return {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": folder,
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_url.replace("redis+socket://", "unix://"),
        "KEY_PREFIX": "thamsklyngen",
        "OPTIONS": {"socket_timeout": LIMITS_SECONDS, "socket_connect_timeout": LIMITS_SECONDS},
    }


def site_parts(url: str) -> tuple[str, str]:
    """Scheme and host of SITE_URL; anything but a bare address is refused."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ImproperlyConfigured(f"SITE_URL must look like https://portal.example, not {url!r}.")
    return parts.scheme, parts.hostname


def refuse_bad_settings() -> None:
    """Load the settings; what is wrong with them ends the process with one line."""
    from django.conf import settings

    try:
        settings.INSTALLED_APPS  # noqa: B018  reading one loads them all
    except ImproperlyConfigured as error:
        raise SystemExit(f"thamsklyngen: {error}") from None
