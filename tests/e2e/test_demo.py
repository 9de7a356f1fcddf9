"""The demo has every state, made by the real actions, and a valid ledger."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from articles import actions
from articles import verification as versions
from articles.lifecycle import State
from articles.models import Article, Question, Report, Version
from articles.published.document_verification import compare
from editorial.models import EditorialPolicy, LedgerEntry, Notice, User
from editorial.record import ledger, seals
from reviews import verification as reviews
from reviews.demo import story
from reviews.demo.stage import Stage
from reviews.lifecycle import State as ReviewState
from reviews.models import Review
from reviews.rounds.obstacles import interests_touching


def load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Load the demo once for this module. Return the output of the command."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEBUG=True):  # ends before tests change settings
            said = load()
        yield said
        transaction.set_rollback(True)


def test_demo_shows_every_state_and_its_record_holds(demo):
    assert set(Version.objects.values_list("state", flat=True)) == set(State)
    assert {
        ReviewState.INVITED,
        ReviewState.ACCEPTED,
        ReviewState.SIGNED,
        ReviewState.DECLINED,
        ReviewState.LAPSED,
    } <= set(Review.objects.values_list("state", flat=True))
    assert not [*ledger.chain_breaks(), *seals.history_breaks(), *versions.version_breaks(), *reviews.find_breaks()]
    assert all(name in demo for name in ("admin", "edith", "wanda", "ada", "imprimatur-demo"))


def test_demo_is_true_in_every_stored_document(demo, db):
    now = timezone.now()
    written = actions.write_documents(by=User.objects.system(), now=now, limit=100)
    results = [compare(article, at=now) for article in Article.objects.order_by("pk")]
    assert [str(one) for result in results for one in result.differences] == []
    assert written == len([result for result in results if result.is_complete]) == Article.objects.count()


def test_demo_stands_where_its_visitors_need_it(demo, db):
    now = timezone.now()
    assert Version.objects.get(article__slug="ivig-back-pain", state=State.APPROVED).is_validly_approved(at=now)
    assert not Version.objects.get(article__slug=story.ASPIRIN).is_validly_approved(at=now)
    metformin = Review.objects.filter(version__article__slug=story.METFORMIN)
    assert dict(metformin.values_list("member__user__username", "state")) == {"ben": "signed", "esi": "accepted"}
    approved = Version.objects.get(article__slug="ivig-back-pain", state=State.APPROVED)
    assert interests_touching(approved, on=now.date())[User.objects.get(username="gita").pk]
    assert Question.objects.exists()
    assert Report.objects.exists()


def test_demo_second_load_changes_nothing_and_asks_little(demo, db, settings, django_assert_max_num_queries):
    settings.DEBUG = True
    entries = LedgerEntry.objects.count()
    with django_assert_max_num_queries(10):
        load()
    assert LedgerEntry.objects.count() == entries


def test_demo_past_is_told_in_order_and_its_mail_is_sent(demo, db):
    for chain in ("board", "policy", "library"):
        moments = LedgerEntry.objects.filter(chain=chain).order_by("sequence").values_list("at", flat=True)
        assert list(moments) == sorted(moments)
    assert not Notice.objects.filter(sent_at=None).exists()
    numbers = EditorialPolicy.objects.published(at=timezone.now()).values_list("number", flat=True)
    assert list(numbers) == [3, 2, 1]


def test_demo_member_signs_and_the_second_signature_approves(demo, db):
    Stage(timezone.now()).sign(story.METFORMIN, "esi", "Agreed.")
    approved = Version.objects.get(article__slug=story.METFORMIN)
    assert approved.state == State.APPROVED
    assert [reviewer["name"] for reviewer in approved.reviewed_by] == ["Ben Placebo", "Esi Example"]
