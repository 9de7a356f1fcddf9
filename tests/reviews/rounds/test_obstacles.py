"""Conflicts of interest: asked again at the decision, told once, waived with a reason; recusals are remembered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import DateField, Value

from articles import actions as articles
from articles.models import Reference, Version
from articles.requirements import required
from articles.text.content import Text
from editorial.actions import keep_board_record
from editorial.exceptions import Conflict, NotFound, NotPermitted, Unacceptable
from editorial.models import Notice
from reviews import actions, tasks
from reviews.actions.late_conflicts import conflicts_of, notify_of_conflicts
from reviews.models import Recusal, Review
from reviews.models.reviews import Obstructed
from reviews.rounds.decision import tally_round
from reviews.rounds.obstacles import remarks
from reviews.rounds.reviewer_suggestions import candidates, choose_reviewers
from reviews.verification import find_breaks
from tests.support import factories
from tests.support.factories import NOW, make_member, make_user
from tests.support.late_conflicts import (
    disclose,
    edith,
    make_version,
    name_product,
    review_of,
    set_aside,
    signed,
    state,
    told,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
ORCID = "0000-0002-1825-0097"


@pytest.fixture
def version() -> Version:
    factories.make_policy()
    return make_version()


def lacking(version) -> list[str]:
    return tally_round(version, requirements=required(version, at=NOW), now=LATER).missing


def waive(version, username, *, by=None, reason="The study ended in 2010.", now=LATER) -> Review:
    return actions.waive(review_id=review_of(version, username).pk, reason=reason, by=by or edith(), now=now)


def recuse(version, username="ada", **about) -> Recusal:
    review = factories.make_accepted(version, username)
    actions.recuse(review_id=review.pk, reason="I hold shares in the maker.", by=review.member.user, now=NOW, **about)
    return Recusal.objects.get(review=review)


def obstructed(review: Review) -> bool:
    """As PostgreSQL says."""
    return Review.objects.filter(Obstructed("pk", Value(NOW.date(), output_field=DateField())), pk=review.pk).exists()


def candidate(version, username):
    return next(one for one in candidates(version, at=NOW) if one.member.user.username == username)


# --- at the decision --------------------------------------------------------------------------------------------------


def test_interest_recorded_after_signing_keeps_the_round_from_being_approved_and_editors_are_told_once(version):
    make_user("emil", is_editor=True)
    signed(version, "ada")
    disclose("ada")
    signed(version, "ben")
    assert state(version) == "under_review"
    assert lacking(version)[0].startswith("1 more approving signature (1 signature is not counted")
    assert told("conflict_found") == ["edith", "emil"]
    notice = Notice.objects.filter(kind="conflict_found")[0]
    assert notice.context["member"] == "Ada Example"
    assert notice.context["why"] == ["disclosed an interest that touches this article: consulting, CSL Behring"]
    notify_of_conflicts(now=LATER)
    assert told("conflict_found") == ["edith", "emil"]


def test_waiver_after_the_signature_lets_it_count_and_decides_the_round(version):
    signed(version, "ada")
    disclose("ada")
    signed(version, "ben")
    waive(version, "ada")
    assert state(version) == "approved"
    review = review_of(version, "ada")
    assert (review.waiver, review.waived_by.username) == ("The study ended in 2010.", "edith")
    assert list(find_breaks()) == []


def test_signature_of_a_member_with_a_conflict_can_be_set_aside_instead(version):
    signature = signed(version, "ada")
    disclose("ada")
    signed(version, "ben")
    set_aside(signature)
    signed(version, "cleo")
    assert state(version) == "approved"
    assert [one["name"] for one in factories.reread(version).reviewed_by] == ["Ben Example", "Cleo Example"]


def test_second_waiver_keeps_the_first_and_is_about_what_is_new(version):
    factories.make_accepted(version, "ada")
    first, _ = disclose("ada"), waive(version, "ada", reason="Small sum.")
    with pytest.raises(Unacceptable, match="Nothing that has to be waived"):
        waive(version, "ada")
    second, _ = disclose("ada"), waive(version, "ada", reason="Also small.")
    review = review_of(version, "ada")
    assert review.waived_interests == [first.pk, second.pk]
    assert review.waiver == "Small sum.\n\nAlso small."
    assert list(find_breaks()) == []


def test_waiver_that_was_changed_is_found(version):
    factories.make_accepted(version, "ada")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE reviews_review SET waived_interests = '{7}', waiver = 'x', waived_by_id = invited_by_id")
        cursor.execute("SET session_replication_role = origin")
    assert "other interests are waived" in str(next(find_breaks()))


def test_waiver_is_an_editor_s_and_never_of_an_interest_of_one_s_own(version):
    make_user("ada", is_editor=True)
    review = factories.make_accepted(version, "ada")
    disclose("ada")
    with pytest.raises(NotPermitted, match="your own interest"):
        waive(version, "ada", by=review.member.user)
    with pytest.raises(NotFound):
        waive(version, "ada", by=make_user("wanda"))
    with pytest.raises(Unacceptable):
        waive(version, "ada", reason=" ")
    with pytest.raises(NotPermitted, match="your own interest"):
        invite(make_version("another"), "ada", waiver="I am honest.", by=review.member.user)
    other = make_user("other", is_editor=True, email="ada+x@example.org")
    with pytest.raises(NotPermitted, match="your own interest"):
        waive(version, "ada", by=other)


def invite(version, username, *, waiver="", by=None) -> Review:
    member = make_member(username)
    return actions.invite(version_id=version.pk, member_id=member.pk, waiver=waiver, by=by or edith(), now=NOW)


def test_licence_that_expired_after_the_signature_still_counts(version):
    signed(version, "ada")
    member = make_member("ada")
    member.licence_expires_on = NOW.date() - timedelta(days=1)
    keep_board_record(record=member, by=edith(), now=NOW)
    signed(version, "ben")
    assert state(version) == "approved"


def test_words_written_after_the_signature_keep_it_from_counting(version):
    signed(version, "ada")
    make_author(version, make_user("ada"))
    signed(version, "ben")
    assert state(version) == "under_review"
    assert conflicts_of(review_of(version, "ada"), at=LATER) == ["wrote in this article"]


def make_author(version, user) -> None:
    version.article.authorships.model(article=version.article, user=user, position=9).record(by=edith(), now=NOW)


@pytest.mark.parametrize("kind", ["interest", "author", "cited work", "recusal", "none"])
def test_postgresql_finds_the_same_conflicts_as_the_code(version, kind):
    review = factories.make_accepted(version, "ada")
    if kind == "interest":
        disclose("ada")
    elif kind == "author":
        make_author(version, review.member.user)
    elif kind == "cited work":
        write(review)
    elif kind == "recusal":
        other = recuse(make_version("another"), company_id=factories.make_product().manufacturer_id)
        assert other.member_id == review.member_id
    assert obstructed(review) == bool(conflicts_of(review, at=NOW)) == (kind != "none")
    if kind not in ("author", "none"):
        waive(version, "ada")
        assert not obstructed(review)
        assert conflicts_of(review_of(version, "ada"), at=NOW) == []


def test_postgresql_does_not_approve_on_the_signature_of_a_member_with_a_conflict(version):
    factories.make_accepted(version, "dora")
    signed(version, "ada")
    disclose("ada")
    signed(version, "ben")
    with pytest.raises(IntegrityError, match="1 of 2"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_version SET state = 'approved', approved_at = %s, valid_until = %s, reviewed_by = '[]',"
            " state_changed_at = %s, policy_id = (SELECT max(id) FROM editorial_editorialpolicy) WHERE id = %s",
            [LATER, LATER + timedelta(days=9), LATER, version.pk],
        )


# --- found later ------------------------------------------------------------------------------------------------------


def test_conflict_behind_a_valid_approval_is_told_once_and_suspends_nothing(version):
    signed(version, "ada")
    signed(version, "ben")
    disclose("ada")
    assert notify_of_conflicts(now=LATER) == 1
    assert notify_of_conflicts(now=LATER + timedelta(days=1)) == 1
    assert told("conflict_found") == ["edith"]
    assert Notice.objects.get(kind="conflict_found").context["is_approved"]
    assert state(version) == "approved"
    waive(version, "ada")
    assert notify_of_conflicts(now=LATER) == 0


def test_conflict_behind_an_approval_that_lapsed_or_a_signature_set_aside_is_no_more_told(version):
    signature = signed(version, "ada")
    signed(version, "ben")
    disclose("ada")
    assert notify_of_conflicts(now=NOW + timedelta(days=500)) == 0
    set_aside(signature)
    assert notify_of_conflicts(now=LATER) == 0


def test_product_added_to_an_article_brings_a_conflict_to_light(version):
    other = factories.make_submitted("named-later")
    disclose("ada")
    factories.make_accepted(other, "ada")
    assert notify_of_conflicts(now=LATER) == 0
    name_product(other)
    assert notify_of_conflicts(now=LATER) == 1
    assert told("conflict_found") == ["edith"]


# --- recusals ---------------------------------------------------------------------------------------------------------


def test_recusal_is_remembered_in_the_same_round_and_needs_a_waiver(version):
    recuse(version)
    with pytest.raises(Unacceptable, match="stepped back from the article") as refused:
        invite(version, "ada")
    assert refused.value.code == "recused"
    review = invite(version, "ada", waiver="The shares were sold.")
    assert review.waived_recusals == [Recusal.objects.get().pk]
    actions.accept(review_id=review.pk, by=review.member.user, now=NOW)
    assert list(find_breaks()) == []


def test_member_who_stepped_back_is_ranked_last_in_the_next_version_and_not_chosen(version):
    recuse(version)
    for username in ("ben", "cleo"):
        make_member(username, specialties=["immunology"])
    found = candidates(version, at=NOW)
    assert found[-1].member.user.username == "ada"
    assert "stepped back from the article" in found[-1].words
    choice = choose_reviewers(version, requirements=required(version, at=NOW), at=NOW)
    assert {one.member.user.username for one in choice.chosen} == {"ben", "cleo"}
    actions.request_changes(version_id=version.pk, reason="Shorter.", by=edith(), now=NOW)
    wanda = make_user("wanda")
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    articles.edit(version_id=draft.pk, question="Can it cause back pain?", by=wanda, now=NOW)
    articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert candidate(draft, "ada").interests


@pytest.mark.parametrize("about", ["product_id", "company_id"])
def test_recusal_about_product_or_maker_holds_for_its_other_articles(version, about):
    product = factories.make_product()
    recuse(version, **{about: product.pk if about == "product_id" else product.manufacturer_id})
    touched, other = make_version("same-product"), factories.make_submitted("another-product")
    assert candidate(touched, "ada").interests
    assert not candidate(other, "ada").interests


def test_recusal_names_only_what_the_article_is_about(version):
    review = factories.make_accepted(version, "ada")
    strange = factories.make_product("Aspirin", "Bayer")
    about = {"product_id": strange.pk, "company_id": strange.manufacturer_id}
    with pytest.raises(Unacceptable) as refused:
        actions.recuse(review_id=review.pk, reason="Shares.", by=review.member.user, now=NOW, **about)
    assert [fault.pointer for fault in refused.value.faults] == ["/product", "/company"]


def test_recusal_is_withdrawn_by_its_member_or_an_editor_with_a_reason(version):
    recusal = recuse(version)
    ada = recusal.member.user
    with pytest.raises(NotFound):
        withdraw(recusal, by=make_user("wanda"))
    with pytest.raises(NotPermitted):
        withdraw(recusal, by=make_user("root", is_superuser=True))
    with pytest.raises(Unacceptable):
        withdraw(recusal, by=ada, reason=" ")
    withdraw(recusal, by=ada)
    with pytest.raises(Conflict):
        withdraw(recusal, by=edith())
    assert not candidate(version, "ada").interests
    assert list(find_breaks()) == []


def withdraw(recusal, *, by, reason="I sold the shares.") -> Recusal:
    return actions.withdraw_recusal(recusal_id=recusal.pk, reason=reason, by=by, now=LATER)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reviews_recusal SET reason = 'x'",
        "DELETE FROM reviews_recusal",
        "UPDATE reviews_recusal SET withdrawn_because = 'x'",
    ],
)
def test_recusal_and_its_end_stay_as_they_were_written(version, sql):
    withdraw(recuse(version), by=edith())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE reviews_recusal SET reason = 'x'", "is not the one that was declared"),
        ("UPDATE reviews_recusal SET review_id = (SELECT max(id) FROM reviews_review)", "does not know this recusal"),
        ("DELETE FROM reviews_recusal", "the recusal of review"),
        ("UPDATE reviews_recusal SET withdrawn_because = 'x'", "the end of recusal"),
    ],
)
def test_recusal_that_was_changed_is_found(version, sql, found):
    withdraw(recuse(version), by=edith())
    factories.make_accepted(version, "ben")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = origin")
    assert any(found in str(one) for one in find_breaks())


def test_end_of_a_recusal_that_the_ledger_does_not_know_is_found(version):
    recuse(version)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reviews_recusal SET withdrawn_at = declared_at, withdrawn_because = 'x',"
            " withdrawn_by_id = (SELECT min(id) FROM editorial_user)"
        )
    assert "the end of recusal" in str(next(find_breaks()))


def test_members_who_stepped_back_before_recusals_were_remembered_are_brought_over(version):
    recuse(version)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM reviews_recusal")
        cursor.execute("SET session_replication_role = origin")
    loader = MigrationLoader(connection, replace_migrations=False)
    migration = loader.get_migration("reviews", "0019_recusals_remembered")
    apps = loader.project_state([("reviews", "0019_recusals_remembered")]).apps
    migration.operations[0].code(apps, None)
    found = Recusal.objects.get()
    assert (found.reason, found.declared_at, found.article_id) == (
        "I hold shares in the maker.",
        NOW,
        version.article_id,
    )
    assert list(find_breaks()) == []


# --- authors of cited works -------------------------------------------------------------------------------------------


def write(review: Review) -> None:
    """The library learns that the reviewer wrote the work, and the board knows their ORCID iD."""
    member = review.member
    member.orcid = ORCID
    keep_board_record(record=member, by=edith(), now=NOW)
    author = {"family": "Orbach", "given": "Hedi", "ORCID": f"https://orcid.org/{ORCID}"}
    work = Reference.objects.get(key="orbach2005")
    articles.keep_reference(reference=work, csl={**work.csl, "author": [author]}, by=edith(), now=NOW)


def test_author_of_a_cited_work_is_no_reviewer_unless_waived(version):
    review = factories.make_accepted(version, "ada")
    write(review)
    with pytest.raises(NotPermitted, match="is an author of reference 1, by ORCID iD") as refused:
        factories.sign(review)
    assert refused.value.code == "author_of_cited_work"
    waive(version, "ada", reason="The only expert.")
    factories.sign(review)
    assert review_of(version, "ada").waived_works == [Reference.objects.get(key="orbach2005").pk]


def test_author_of_the_only_cited_work_is_ranked_last(version):
    make_member("ada", orcid=ORCID)
    make_member("ben", specialties=[])
    factories.make_reference("own", author=[{"family": "Example", "given": "A", "ORCID": ORCID}])
    wanda = make_user("wanda")
    draft = articles.create(new=new_article("[@own]"), by=wanda, now=NOW)
    articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert [one.member.user.username for one in candidates(draft, at=NOW)] == ["ben", "ada"]
    assert candidate(draft, "ada").interests == ("is an author of reference 1, by ORCID iD",)


def new_article(citation: str):
    texts = [Text("professional", "Yes, sometimes.", f"It can {citation}.\n", is_primary=True)]
    factories.make_audience("professional", position=1)
    return articles.NewArticle(slug="own-work", question="Can it?", texts=texts)


@pytest.mark.parametrize(
    ("first", "last", "is_meant"),
    [("Hedi", "Orbach", True), ("Hélène", "Órbach", True), ("Max", "Orbach", False), ("", "Orbach", False)],
)
def test_author_s_name_is_a_remark_that_ranks_behind_and_is_not_chosen(version, first, last, is_meant):
    make_user("ada", first_name=first, last_name=last)
    make_member("ada")
    found = candidate(version, "ada")
    assert found.is_free != is_meant
    assert found.interests == ()
    words = "may be an author of reference 1, 2: family name and initial are the same"
    assert (words in found.remarks) == is_meant
    review = factories.make_accepted(version, "ada")
    assert [words in remark for remark in remarks(review)] == [True] * is_meant
    factories.sign(review)


def test_late_conflict_is_told_when_the_last_signature_is_given(version):
    signed(version, "ada")
    disclose("ada")
    review = factories.make_accepted(version, "ben")
    actions.sign(review_id=review.pk, decision="approve", digest=version.digest, by=review.member.user, now=NOW)
    assert told("conflict_found") == ["edith"]
    assert state(version) == "under_review"
    assert tasks.follow_conflicts() == 1
