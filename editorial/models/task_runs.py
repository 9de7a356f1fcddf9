"""Statistics of Celery tasks: one row for each task."""

from django.db import models


class TaskRun(models.Model):
    """How often a task ran, how long it took, and when its last run ended."""

    task = models.CharField(max_length=200, primary_key=True)
    ended_at = models.DateTimeField()
    seconds = models.FloatField(help_text="of the last run")
    total_seconds = models.FloatField()
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.task
