"""What looks across all apps: settings, urls, the task queue and the pages that join them."""

from thamsklyngen.celery import app as celery_app

__all__ = ["celery_app"]
