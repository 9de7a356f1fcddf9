"""Reminding in time: which rungs of the ladder are due, what follows from them, and who is told in one mail.

Everything is looked for in PostgreSQL by what is so now: ``due <= now``. A night that was missed is caught up, a rung
is taken once for each date that it is counted from, and what was decided meanwhile reminds nobody.
"""

from reviews.reminders.claiming import claim
from reviews.reminders.composing import compose, said_now
from reviews.reminders.preview import Told, preview
from reviews.reminders.putting_off import put_off
from reviews.reminders.settling import settle

__all__ = ["Told", "claim", "compose", "preview", "put_off", "said_now", "settle"]
