"""A Celery beat with the project's settings and its own schedule: ``celery -A tests.support.beat beat``."""

from celery import Celery

app = Celery("beating")
app.config_from_object("config.settings", namespace="CELERY")
app.conf.beat_schedule = {"tick": {"task": "tick", "schedule": 0.3}}
app.conf.beat_max_loop_interval = 0.2
