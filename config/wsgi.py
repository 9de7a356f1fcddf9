"""The WSGI entry point. It refuses to start with unsafe settings."""

import os

from django.core.wsgi import get_wsgi_application

from config.checks import refuse_unsafe_settings
from config.memory import configure_garbage_collection
from editorial.http.request_validation import EdgeRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
application.request_class = EdgeRequest
refuse_unsafe_settings()
configure_garbage_collection()
