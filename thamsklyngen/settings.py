"""Settings for every place the portal runs; places differ only through the environment (.env.example).

Production is what has neither DEBUG nor DEMO set: there an unset variable stops the start with one line.
"""

from pathlib import Path
from typing import Any, Literal

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from thamsklyngen.env import (
    NO_REDIS,
    broker_settings,
    cache_settings,
    email_settings,
    env_bool,
    env_int,
    env_list,
    env_required,
    env_secret,
    inbound_settings,
    kept_secret,
    site_parts,
)
from thamsklyngen.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env_required("VAR_DIR", "", str(BASE_DIR / "var"))).resolve()

# Where we run
DEBUG = env_bool("DEBUG")
DEMO = env_bool("DEMO")
PRODUCTION = not (DEBUG or DEMO)
SECRET_KEY = env_secret("SECRET_KEY", None if PRODUCTION else lambda: kept_secret(VAR_DIR / "secret_key"))
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS", [])
SITE_URL = env_required(
    "SITE_URL",
    "the portal's own address, such as https://portal.example",
    None if PRODUCTION else f"http://localhost:{env_int('PORT', 8000)}",
).rstrip("/")
SITE_SCHEME, SITE_HOST = site_parts(SITE_URL)
if PRODUCTION and SITE_SCHEME != "https":
    raise ImproperlyConfigured("SITE_URL must begin with https:// in production.")
ALLOWED_HOSTS = env_required(
    "ALLOWED_HOSTS",
    "the host names the portal answers to, separated by commas",
    None if PRODUCTION else f"{SITE_HOST},localhost,127.0.0.1,[::1]",
).split(",")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# How many proxies of ours stand before the web process; their X-Forwarded-* headers are believed.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# Apps, in the order of the import arrow reversed: ours first, so that our templates win
INSTALLED_APPS = [
    "thamsklyngen.apps.ThamsklyngenConfig",
    "projects.apps.ProjectsConfig",
    "meetings.apps.MeetingsConfig",
    "groups.apps.GroupsConfig",
    "members.apps.MembersConfig",
    "mail.apps.MailConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "simple_history",
    "csp",
]
MIDDLEWARE = [
    "thamsklyngen.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "thamsklyngen.middleware.MethodMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "thamsklyngen.middleware.LanguageMiddleware",
    "thamsklyngen.middleware.NotKeptMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "thamsklyngen.partials.PartialSignInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "thamsklyngen.middleware.SecondFactorMiddleware",
    "thamsklyngen.middleware.LimitsAwayMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "thamsklyngen.urls"
WSGI_APPLICATION = "thamsklyngen.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "thamsklyngen.context.frame",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database
DATABASE_URL = env_required(
    "DATABASE_URL",
    "postgres://user:password@host/name",
    None if PRODUCTION else f"sqlite:///{VAR_DIR / 'db.sqlite3'}",
)
# A writer takes its lock at the beginning of the transaction: without IMMEDIATE, read-then-write fails when two meet.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-20000;PRAGMA journal_size_limit=27103364;PRAGMA mmap_size=134217728;"
    ),
}
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache. The cache holds limits and sessions of nobody: pages use none.
REDIS_URL = env_required(
    "REDIS_URL", "redis://host:6379/0, for the task queue and the limits", None if PRODUCTION else NO_REDIS
)
QUEUE_DIR = VAR_DIR / "queue"
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker_settings(REDIS_URL, QUEUE_DIR)
CACHES: dict[str, Any] = {"default": cache_settings(REDIS_URL, VAR_DIR / "cache")}

# People: e-mail and password, code or passkey. 60 people in one room share one address and sign up within minutes,
# so the limits per address are wide; those per account ("key") stay strict.
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{VALIDATORS}.NumericPasswordValidator"},
    {"NAME": "members.passwords.ContextValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/me/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_FORMS = {
    "login": "members.forms.accounts.LoginForm",
    "signup": "members.forms.accounts.SignupForm",
    "request_login_code": "members.forms.accounts.RequestLoginCodeForm",
    "reset_password": "members.forms.accounts.ResetPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False  # it would move an imported person to a stranger's address
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_SCHEME
ACCOUNT_RATE_LIMITS = {
    "signup": "200/5m/ip",
    "login": "300/5m/ip",
    "login_failed": "100/5m/ip,5/5m/key",
    "request_login_code": "200/5m/ip,3/m/key",
    "reset_password": "100/5m/ip,5/m/key",
    "reset_password_from_key": "100/5m/ip",
}
MFA_RATE_LIMITS = {"webauthn_login": "200/5m/ip"}
# Pages behind a mail link: (times, seconds). Strict per link, wide per address.
LIMITS: dict[str, tuple[int, int]] = {
    "answer_link": (20, 3600),
    "answer_address": (600, 60),
    "forged_address": (60, 60),
    "feed_address": (600, 60),
    "check_in_address": (600, 600),
    "input_address": (1200, 60),
    "input_link": (40, 3600),
    "input_room": (600, 3600),
    "input_typing": (300, 600),
    "input_person": (60, 3600),
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Thamsklyngen"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # passkeys on http://localhost
STAFF_NEED_SECOND_FACTOR = not DEMO

# Language and time. Stored in UTC, shown in Oslo's time.
LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Norwegian Bokmål")), ("nn", _("Norwegian Nynorsk")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE: Literal["Lax"] = "Lax"

# Mail
EMAIL_URL = env_required(
    "EMAIL_URL",
    "smtp+tls://user:password@host:587",
    None if PRODUCTION else f"file://{VAR_DIR / 'mail'}",
)
globals().update(email_settings(EMAIL_URL))
DEFAULT_FROM_EMAIL = env_required(
    "DEFAULT_FROM_EMAIL",
    "the sender, such as Thamsklyngen <post@portal.example>",
    None if PRODUCTION else "Thamsklyngen <post@demo.example>",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_LEASE_SECONDS = env_int("MAIL_LEASE_SECONDS", 120)  # how soon a killed worker's mails go to another
MAIL_BATCH = env_int("MAIL_BATCH", 50)  # mails claimed and built together
MAIL_SLICE_SECONDS = 10  # how long one run may send before other tasks get their turn
MAIL_SENDERS = 2  # workers that send at the same time
WORDS_A_DAY = 6  # mails that organisers write about one meeting
MAIL_KEEP_DAYS = 30  # how long the words of sent mails are kept
INCOMING_KEEP_DAYS = 90  # how long incoming mail is kept as it came
RSVP_DOMAIN = env_required("RSVP_DOMAIN", "", "-").removeprefix("-").lower()
INBOUND_URL = env_required("INBOUND_URL", "", "-").removeprefix("-")
INBOUND = inbound_settings(INBOUND_URL)
if INBOUND.road == "webhook":
    INSTALLED_APPS.append("anymail")
    ANYMAIL = {"WEBHOOK_SECRET": INBOUND.secret}

# Static files: names with a fingerprint in production, plain names straight from the sources elsewhere
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
STATICFILES_BACKEND = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if PRODUCTION
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATICFILES_BACKEND},
}
# Documents of meetings. No address leads here: meetings.views.documents asks each time who may read.
MEDIA_ROOT = VAR_DIR / "media"
DOCUMENT_BYTES = 20 * 1024 * 1024
DOCUMENTS_PER_MEETING = 30

# Templates of meetings, and meetings that one press makes
TEMPLATES_PER_GROUP = 15
MEETINGS_PER_YEAR_PLAN = 24

# What browsers are told
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 60 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by machines that do not follow
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # a sub-domain cannot be on the browsers' preload list
    "auth.W004",  # addresses are unique by a constraint on their folded form; people without one exist
]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "thamsklyngen.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "thamsklyngen.uploads.CutHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = logging_settings(debug=DEBUG)
