"""Loads the demo into an empty database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.models import Article
from editorial.models import Notice, User
from reviews.demo import cast, story

TRY = """
What to try, signed in at /admin/ or over the API:
  reader  /articles/ivig-back-pain/ is Approved, /articles/metformin-reduced-kidney-function/ Under Review,
          /articles/hpv-vaccine-cervical-cancer/ Submitted
  esi     sign the review of metformin, the second of two: its page says Approved at that moment
  ben     sign the review of the third version on statins; cleo has not answered her invitation to it yet
  edith   invite a member to the answer on HPV vaccination
  wanda   hand in the draft of the third version of ivig-back-pain; readers keep seeing the second.
          Then try, as edith, to invite gita: an interest that she declared prevents it
"""


class Command(BaseCommand):
    """Create accounts, board, policies and articles with the real actions. Does nothing if they exist.

    Refuses when ``DEBUG`` is off, because the accounts have a known password, and when other articles or accounts
    exist.
    """

    help = "Load the demo: articles in every state, and one account per role."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the demo if needed, and print its accounts."""
        if not settings.DEBUG:
            raise CommandError("The demo only loads with DEBUG on: its accounts have a known password.")
        if not User.objects.filter(username=cast.ADMINISTRATOR.username, is_demo=True).exists():
            self._load()
        self._say()

    def _load(self) -> None:
        names = [part.username for part in (cast.ADMINISTRATOR, *cast.STAFF, *cast.BOARD)]
        if Article.objects.exists() or User.objects.filter(username__in=names).exists():
            raise CommandError("There are articles or accounts already; the demo needs a database of its own.")
        now = timezone.now()
        with transaction.atomic():
            story.play(now=now)
            # Notices of the history count as delivered: the demo sends mail only for what its visitors do.
            Notice.objects.filter(sent_at=None).update(sent_at=F("owed_at"))

    def _say(self) -> None:
        self.stdout.write(f"Accounts, all with the password {cast.PASSWORD}:")
        for part in (cast.ADMINISTRATOR, *cast.STAFF, *cast.BOARD):
            does = part.does or f"board member: {', '.join(part.specialties)}"
            self.stdout.write(f"  {part.username:<8}{part.first_name} {part.last_name}, {does}")
        self.stdout.write(TRY)
