"""The WSGI application; gunicorn finds it through site/gunicorn.conf.py."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from accounts.safestart import refuse_unsafe  # noqa: E402  needs the apps that the line above loads
from cms.backup.marker import refuse_unfinished  # noqa: E402  likewise

refuse_unfinished()
refuse_unsafe()
