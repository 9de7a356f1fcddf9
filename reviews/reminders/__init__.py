"""Reminders: which rungs of the ladder are due, their consequences, and one mail for each recipient.

Each sweep looks in PostgreSQL for what is due now: ``due <= now``. A missed night is caught up. A rung is taken once
for each date from which it is counted. A matter that is settled by then produces no reminder.
"""

from reviews.reminders.absences import postpone_dates
from reviews.reminders.consequences import apply_consequences
from reviews.reminders.due import take_due_rungs
from reviews.reminders.mails import compose_mails, current_lines
from reviews.reminders.preview import PreviewedReminder, preview_reminders

__all__ = [
    "PreviewedReminder",
    "apply_consequences",
    "compose_mails",
    "current_lines",
    "postpone_dates",
    "preview_reminders",
    "take_due_rungs",
]
