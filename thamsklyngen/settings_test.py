"""Settings for the tests: a private database file, mail in memory, tasks at once, a fast hasher. Nothing else."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="thamsklyngen-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

os.environ.update({"DEBUG": "1", "DEMO": "0", "SITE_URL": "http://testserver", "EMAIL_URL": "memory:"})
os.environ["SECRET_KEY"] = "for-tests-only-" * 4
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{SCRATCH}/db.sqlite3"
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or "-"

from thamsklyngen.settings import *  # noqa: E402, F403
from thamsklyngen.settings import CACHES, DATABASES  # noqa: E402

if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, because a database in memory locks whole tables and hides what two writers do to each other
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if "LOCATION" in CACHES["default"] and "filebased" in CACHES["default"]["BACKEND"]:
    CACHES["default"]["LOCATION"] = SCRATCH / "cache"
if "redis" in CACHES["default"]["BACKEND"].lower():
    # Each worker of pytest-xdist has a database of its own: a clean cache here must not end a limit over there.
    # TEST_REDIS_URL names none, or its own would win.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    CACHES["default"]["OPTIONS"] = {**CACHES["default"].get("OPTIONS", {}), "db": 1 + int(worker)}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STAFF_NEED_SECOND_FACTOR = False  # its own tests switch it on
VAR_DIR = MEDIA_ROOT = SCRATCH
QUEUE_DIR = SCRATCH / "queue"
