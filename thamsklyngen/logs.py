"""Structured logs: one JSON line per event, without personal data.

No user, no network address, no query string; whatever in a path or message is a person's own link is masked.
"""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# Paths whose next part is a secret, or says who: /r/<token>/, /c/<token>/, /feed/<token>.ics, /people/<id>/, …
OWN_LINKS = re.compile(r"/(r|c|d|feed|unsubscribe|invites|key|people|import)/([^/\s\"'?]+)")
# Where people write input, and find it again by its receipt: a line would hold the exact time that we promise not to keep
SILENT = re.compile(r"^/(c/|receipt/|groups/[^/]+/input/new/|input/[^/]+/(edit|withdraw|support)/)")
QUERY = re.compile(r"(/[^\s\"'?]*)\?[^\s\"']*")
ADDRESSES = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def masked_path(path: str) -> str:
    """The path with every personal link replaced by ***."""
    return OWN_LINKS.sub(r"/\1/***", path)


def is_silent(path: str) -> bool:
    """True where no request line is written."""
    return SILENT.match(path) is not None


def masked(text: str) -> str:
    """A line of text without personal links, query strings and e-mail addresses."""
    return ADDRESSES.sub("***@***", masked_path(QUERY.sub(r"\1", text)))


def mask_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask every text of an event, the exception's included."""
    return {key: masked(value) if isinstance(value, str) else value for key, value in event.items()}


SHARED: list[Any] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    mask_event,
]


def logging_settings(*, debug: bool) -> dict[str, Any]:
    """Django's LOGGING, and structlog bound to it."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Our own line says it, without the request object
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "INFO" if debug else "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "kombu.connection": {"level": "ERROR"},
            "mail.log": {"level": "WARNING"},  # aiosmtpd's own, a line for every word of a conversation
        },
    }
