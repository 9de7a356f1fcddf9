"""The WSGI entry point; it does not come up with unsafe settings."""

import os

from django.core.wsgi import get_wsgi_application

from config.checks import refuse_unsafe_settings
from config.memory import look_rarely
from editorial.http.edge import EdgeRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
application.request_class = EdgeRequest
refuse_unsafe_settings()
look_rarely()
