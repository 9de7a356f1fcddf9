"""An article about a product, whose reviewers may turn out to have a conflict of interest."""

from datetime import date, datetime

from articles import actions as articles
from articles.models import Version
from editorial.actions import keep_board_record
from editorial.models import Disclosure, Notice
from reviews import actions
from reviews.models import Review, Signature
from tests.support import factories
from tests.support.factories import NOW, make_member, make_user


def make_version(slug: str = "ivig-back-pain") -> Version:
    """Wanda's submitted article about Privigen, of CSL Behring."""
    version = factories.make_submitted(slug)
    name_product(version)
    return version


def name_product(version: Version) -> None:
    """Let Edith classify the article as about Privigen."""
    factories.make_specialty()
    subject = articles.Classification(specialties=["immunology"], products=[factories.make_product().pk])
    articles.classify(article_id=version.article_id, classification=subject, by=edith(), now=NOW)


def edith():
    return make_user("edith", is_editor=True)


def disclose(username: str, *, now: datetime = NOW) -> Disclosure:
    """Let Edith record that the maker pays a member."""
    company = factories.make_product().manufacturer
    row = Disclosure(member=make_member(username), company=company, nature="consulting", held_from=date(2020, 1, 1))
    return keep_board_record(record=row, by=edith(), now=now, reason="Seen in the register.")


def signed(version: Version, username: str, decision: str = "approve", *, now: datetime = NOW) -> Signature:
    review = factories.sign(factories.make_accepted(version, username), decision, now=now)
    return Signature.objects.get(review=review)


def set_aside(signature: Signature, *, now: datetime = NOW, by=None, reason: str = "Paid by the maker.") -> Signature:
    return actions.set_aside(signature_id=signature.pk, reason=reason, by=by or edith(), now=now)


def state(version: Version) -> str:
    return factories.reread(version).state


def told(kind: str) -> list[str]:
    """Return the recipients of notices of ``kind``, once for each notice."""
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return sorted(rows.values_list("recipient__username", flat=True))


def review_of(version: Version, username: str) -> Review:
    return Review.objects.select_related("member__user").get(version=version, member__user__username=username)
