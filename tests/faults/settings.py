"""Settings of a worker under fire: the portal's own, with a queue of its own beside other tests."""

import os

from thamsklyngen.settings import *  # noqa: F403
from thamsklyngen.settings import CELERY_BROKER_TRANSPORT_OPTIONS

CELERY_TASK_DEFAULT_QUEUE = os.environ["FAULTS_QUEUE"]
MAIL_SLICE_SECONDS = float(os.environ.get("FAULTS_SLICE") or 10)
if folder := os.environ.get("FAULTS_QUEUE_DIR"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": f"{folder}-control",
    }
