"""Pages of the floors below, registered here with what only this floor knows: rounds, votes and what is sealed."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from articles.admin.article import ArticleAdmin
from articles.admin.policy import PolicyAdmin
from articles.admin.version import VersionAdmin, version_before
from articles.lifecycle import Act, State
from articles.models import Article, Version
from editorial.admin.ground import actor
from editorial.admin.ledger import LedgerPanel
from editorial.admin.record import LedgerEntryAdmin
from editorial.admin.verbs import Verb
from editorial.models import EditorialPolicy, LedgerEntry, User
from reviews.admin.ladder import LadderPages
from reviews.admin.rounds import RoundPages
from reviews.admin.sealing import unsealed_entries
from reviews.admin.version_verbs import ROUND_VERBS
from reviews.lifecycle import ANSWERABLE
from reviews.models import Comment, Review, Signature
from reviews.permissions import may_answer
from reviews.threads import Thread, read

SUBMIT, *STANDING = VersionAdmin.verbs


class Sealed(LedgerPanel):
    """Holds back what the ledger tells about colleagues' reviews from those who still owe one."""

    def unsealed(self, entries: QuerySet[LedgerEntry], user: User) -> QuerySet[LedgerEntry]:
        return unsealed_entries(entries, user)


@admin.register(LedgerEntry)
class SealedLedgerEntryAdmin(LedgerEntryAdmin):
    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return unsealed_entries(rows, user)


@admin.register(EditorialPolicy)
class LadderPolicyAdmin(LadderPages, PolicyAdmin):
    """With what its ladder tells in the months around today."""

    change_form_template = "admin/reviews/policy/change_form.html"


@admin.register(Article)
class SealedArticleAdmin(Sealed, ArticleAdmin):
    pass


@admin.register(Version)
class ReviewedVersionAdmin(RoundPages, Sealed, VersionAdmin):
    """With the verbs of a round, the reviews and what of them is not sealed."""

    change_form_template = "admin/reviews/version/change_form.html"

    def offered(self, user: User, record: Version) -> Mapping[str, str]:
        offered = super().offered(user, record)
        return {**offered, "invite_best": offered[Act.INVITE]}

    def all_verbs(self) -> tuple[Verb, ...]:
        return (SUBMIT, *ROUND_VERBS, *STANDING)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        version, user = kwargs["obj"], actor(request)
        earlier = version_before(version) if version.state == State.DRAFT else None
        reviews = Review.objects.visible_to(user).filter(version=version)
        comments = Comment.objects.visible_to(user).filter(version=version)
        signatures = Signature.objects.visible_to(user).filter(review__version=version)
        context |= {
            "reviews": reviews.select_related("member__user", "version__article").order_by("invited_at", "pk"),
            "threads": read(comments),
            "answers_here": may_answer(user, version) and version.state in ANSWERABLE,
            "earlier": earlier,
            "remarks": remarks_on(earlier, user) if earlier else [],
            "answers_remarks": may_answer(user, version) and earlier is not None and earlier.state in ANSWERABLE,
            "signatures": signatures.select_related("withdrawal").order_by("signed_at", "pk"),
        }
        return super().render_change_form(request, context, *args, **kwargs)


def remarks_on(version: Version, user: User) -> list[Thread]:
    """What was said of ``version`` and is not resolved, as ``user`` may read it: what the draft after it answers.

    Blocking ones first, each with the answers that were given.
    """
    said = read(Comment.objects.visible_to(user).filter(version=version))
    return sorted((one for one in said if not one.comment.resolved_at), key=lambda one: not one.comment.is_blocking)
