"""The Celery app for tests that kill processes: ``celery -A tests.e2e.fast_beat``. Its beat runs every second."""

from config.celery import app
from config.schedule import SCHEDULE

NIGHT = {"take-rungs", "apply-consequences", "compose-reminder-mails", "deliver-owed-notices"}

app.conf.beat_schedule = {
    name: {**entry, "schedule": 1.0, "options": {"expires": 30}} for name, entry in SCHEDULE.items() if name in NIGHT
}
app.conf.beat_max_loop_interval = 0.5
