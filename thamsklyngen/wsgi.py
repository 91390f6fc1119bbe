"""The web process's entry point."""

import os

from django.core.wsgi import get_wsgi_application

from thamsklyngen.env import refuse_bad_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thamsklyngen.settings")
refuse_bad_settings()
application = get_wsgi_application()
