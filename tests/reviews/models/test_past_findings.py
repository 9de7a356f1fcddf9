"""What the upgrade finds in approvals of the past: it is listed for editors, and nothing is changed."""

from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.urls import reverse

from articles.models import ArticleProduct, Version
from editorial.models import Notice, User
from reviews.models import ClaimCheck, Comment, FindingKind, PastFinding, Review
from tests.admin.test_flow import words
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import check_all, sent

pytestmark = pytest.mark.django_db

migration = import_module("reviews.migrations.0020_past_findings")


def as_it_was(*statements: str) -> None:
    """Lay rows as the code of before left them, past the laws of today."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def find() -> dict[str, str]:
    """What the migration writes, by kind."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(migration.OBJECTIONS + migration.FIND + migration.DROP)
    return dict(PastFinding.objects.values_list("kind", "words"))


@pytest.fixture
def approved(policy) -> Version:
    """Approved by Ada, who checked its claims, and by Ben."""
    version = sent()
    review = factories.make_accepted(version)
    check_all(review)
    factories.sign(review)
    factories.sign(factories.make_accepted(version, "ben"))
    return factories.reread(version)


def rows() -> list[object]:
    models = (Version, Review, Comment, ClaimCheck, Notice)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_approval_that_satisfies_the_rules_is_not_listed(approved):
    assert find() == {}


def test_objections_that_nobody_ended_are_found_and_nothing_is_changed(approved):
    review = Review.objects.get(member__user__username="ben")
    as_it_was(
        "UPDATE reviews_claimcheck SET verdict = 'contradicts' WHERE id = (SELECT min(id) FROM reviews_claimcheck)",
        "INSERT INTO reviews_comment (version_id, review_id, author_id, quote, text, proposal, is_blocking, created_at,"
        f" resolution, resolution_reason) VALUES ({approved.pk}, {review.pk}, {review.member.user_id}, '', 'x', '',"
        " true, now(), '', '')",
    )
    before = rows()
    assert find() == {"objection": "1 blocking comments and 1 negative verdicts were never ended."}
    assert rows() == before


def test_approval_on_two_accounts_of_one_person_is_found(approved):
    as_it_was("UPDATE editorial_boardmember SET orcid = '0000-0002-1825-0097'")
    assert find() == {"signatures": "1 of 2 approving signatures by different people."}


def test_approval_below_the_rule_that_its_round_was_opened_under_is_found(approved):
    as_it_was("UPDATE editorial_policyrule SET quorum = 3 WHERE risk = 'moderate'")
    assert find() == {"signatures": "2 of 3 approving signatures by different people."}


def test_interest_that_came_to_light_and_was_not_waived_is_found(approved):
    product, ada = factories.make_product(), Review.objects.get(member__user__username="ada").member
    ArticleProduct(article=approved.article, product=product).record(by=User.objects.system(), now=NOW)
    factories.make_disclosure(ada, company=product.manufacturer)
    assert find() == {"interest": "Ada Example: consulting, CSL Behring."}


def test_signer_who_had_stepped_back_from_the_article_is_found(approved):
    later = sent(None, after=approved)
    again = factories.make_invitation(later)
    as_it_was(
        f"UPDATE reviews_review SET state = 'recused', state_reason = 'I hold shares.', "
        f"state_changed_at = '2020-01-01' WHERE id = {again.pk}"
    )
    assert find()["recusal"] == "Ada Example stepped back: I hold shares."


def test_editors_find_the_list_on_their_start_page_and_operators_by_command(approved, edith, wanda, client):
    as_it_was("UPDATE editorial_policyrule SET quorum = 3 WHERE risk = 'moderate'")
    find()
    client.force_login(edith)
    for url in (reverse("admin:index"), reverse("admin:reviews_pastfinding_changelist")):
        assert "2 of 3 approving signatures by different people." in words(client.get(url))
    client.force_login(wanda)
    assert client.get(reverse("admin:reviews_pastfinding_changelist")).status_code in (302, 403)
    printed = StringIO()
    call_command("list_past_approvals", stdout=printed, stderr=StringIO())
    kind = FindingKind.SIGNATURES.label
    said = "2 of 3 approving signatures by different people."
    assert printed.getvalue() == f"ivig-back-pain, version 1, approved: {kind}: {said}\n"
    assert str(PastFinding.objects.get()) == f"ivig-back-pain, version 1: {kind}"


def test_findings_cannot_be_changed(approved):
    PastFinding.objects.create(version=approved, kind="signatures", words="x", found_at=NOW)
    with pytest.raises(IntegrityError):
        PastFinding.objects.update(words="y")
