"""Read-only admin pages of what sweeps could not process, for administrators and editors."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from editorial.admin.chips import chip
from editorial.admin.history import HistoryPages
from editorial.admin.model_admin import BaseAdmin
from editorial.models import SweepFailure, SweepTask, User
from editorial.permissions import reads_the_record


class TaskFilter(admin.SimpleListFilter):
    """By task, of those that have failures. Without any, Django shows no filter."""

    title, parameter_name = "task", "task"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        failing = set(SweepFailure.objects.values_list("task", flat=True))
        return [(task.value, task.label) for task in SweepTask if task in failing]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(task=self.value()) if self.value() else queryset


@admin.register(SweepFailure)
class SweepFailureAdmin(HistoryPages, BaseAdmin):
    list_display = ("what", "subject_type", "subject_id", "cause", "attempts", "first_failed_at", "next_try_at")
    list_filter = (TaskFilter, "is_lock")
    search_fields = ("=subject_id", "error")
    search_help_text = "The id of a subject, or a kind of error."
    ordering = ("-last_failed_at", "-pk")
    fields = (
        "what",
        ("subject_type", "subject_id"),
        "cause",
        "error",
        "attempts",
        ("first_failed_at", "last_failed_at", "next_try_at"),
    )
    empty_state = "No sweep has a failed subject. A subject disappears from here when it was processed."

    def may_see(self, user: User) -> bool:
        return reads_the_record(user)

    @admin.display(description="could not", ordering="task")
    def what(self, failure: SweepFailure) -> str:
        return failure.get_task_display()

    @admin.display(description="cause", ordering="is_lock")
    def cause(self, failure: SweepFailure) -> SafeString:
        return cause_chip(failure)


def cause_chip(failure: SweepFailure) -> SafeString:
    """Return whether the subject was locked or an error occurred, as a chip."""
    return chip("wait", "Locked") if failure.is_lock else chip("bad", "Error")
