"""Gunicorn from anywhere: where to stand, what to put on the path and what to serve follow from this file's place."""

import os
from pathlib import Path

_site = Path(__file__).resolve().parent

chdir = str(_site.parent)
pythonpath = f"{_site.parent},{_site}"
wsgi_app = "config.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Preloaded, a killed worker is back at once.
preload_app = True
graceful_timeout = 20
timeout = 120
