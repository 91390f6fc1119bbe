"""The web process: gunicorn -c thamsklyngen/gunicorn.py thamsklyngen.wsgi

Threads, because pages wait for the database and phones keep their connections; no access log, because our own
line per request says what is needed and names nobody.
"""

import os

from thamsklyngen.logs import logging_settings

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
keepalive = 75  # outlasts a proxy's 60 seconds
timeout = 60
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
accesslog = None
logconfig_dict = logging_settings(debug=False)
# gunicorn's own logger does not hand its lines on to the root
logconfig_dict["loggers"]["gunicorn.error"] = {"level": "INFO", "handlers": ["stderr"], "propagate": False}
