"""One work takes the place of another: the record, the articles that cite it, and drafts for them."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import actions
from articles.actions import replacement
from articles.actions.replacement import ReplacementResult, line_of
from articles.library.cited_by import articles_citing, cited_by
from articles.lifecycle import State
from articles.models import Article, Reference, Rendition, Version
from editorial.exceptions import Conflict, NotFound, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice, User
from tests.support import factories
from tests.support.api import nothing_stored
from tests.support.factories import NOW
from tests.support.retraction_lists import make_superseded


def supersede(old, new, *, by=None, reason="The next edition."):
    by = by or factories.make_user("edith", is_editor=True)
    return actions.supersede_work(reference_id=old.pk, superseded_by=new, by=by, now=NOW, reason=reason)


def replace(work, *, rewrite=False, by=None):
    by = by or factories.make_user("edith", is_editor=True)
    return actions.draft_replacements(reference_id=work.pk, rewrite=rewrite, by=by, now=NOW)


def works(*keys):
    return [factories.make_reference(key) for key in keys]


def citing(work, user):
    return list(articles_citing(work, seen_by=user).order_by("slug"))


def body_of(version: Version) -> str:
    return Rendition.objects.get(version=version).body


# --- the record -----------------------------------------------------------------------------------------------------


def test_superseding_is_recorded_with_history_and_ledger_and_once(edith):
    old, new = works("x2019", "y2024")
    done = supersede(old, new, reason=" Next edition. ")
    past = done.history.latest("history_id")
    assert (done.superseded_by, past.history_user, past.history_change_reason) == (new, edith, "Next edition.")
    assert LedgerEntry.objects.get(action="supersede_work").payload["superseded_by"] == "y2024"
    with nothing_stored():
        supersede(old, new)


def test_superseding_can_be_corrected(db):
    old, new, other = works("a", "b", "c")
    supersede(old, new)
    assert supersede(old, other).superseded_by == other


@pytest.mark.parametrize("line", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_superseding_in_a_circle_is_refused(edith, line):
    row = works(*line)
    for old, new in itertools.pairwise(row):
        supersede(old, new)
    with nothing_stored(), pytest.raises(Unacceptable):
        supersede(row[-1], row[0])


def test_superseding_by_a_work_in_whose_line_it_stands_is_refused(db):
    a, b, c = works("a", "b", "c")
    supersede(a, b)
    supersede(b, c)
    with pytest.raises(Unacceptable, match="“b” took the place of “a”"):
        supersede(b, a)


def test_superseding_by_a_retracted_work_or_without_reason_is_refused(db, edith):
    old, new = works("a", "b")
    with pytest.raises(Unacceptable):
        supersede(old, new, reason=" ")
    new.retraction, new.retraction_as_of = "retracted", NOW.date()
    new.record(by=edith, now=NOW)
    with pytest.raises(Unacceptable, match="“b” was retracted"):
        supersede(old, new)


def test_superseding_is_for_editors_and_for_records_that_stand(db, edith, wanda):
    old, new, loser = works("a", "b", "c")
    with pytest.raises(NotPermitted):
        supersede(old, new, by=wanda)
    actions.merge_references(loser_id=loser.pk, winner_id=old.pk, by=edith, now=NOW)
    with pytest.raises(Conflict, match="merged into “a”"):
        supersede(loser, new)


def test_line_of_a_work_follows_merges(db, edith):
    a, b, c = works("a", "b", "c")
    supersede(a, b)
    actions.merge_references(loser_id=b.pk, winner_id=c.pk, by=edith, now=NOW)
    assert [work.key for work in line_of(Reference.objects.get(key="a"))] == ["a", "b", "c"]


# --- who cites it ---------------------------------------------------------------------------------------------------


def test_articles_that_cite_a_work_come_with_versions_and_claims(edith):
    version = factories.make_approved()
    (cited,) = cited_by(Reference.objects.get(key="stiehm2013"), citing(Reference.objects.get(key="stiehm2013"), edith))
    assert (cited.article, cited.versions, cited.draft, cited.in_review) == (version.article, [version], None, None)
    assert cited.claims == ["It is mild."]


def test_draft_is_read_as_it_is_now(edith):
    draft = factories.make_draft()
    work = Reference.objects.get(key="orbach2005")
    (cited,) = cited_by(work, citing(work, edith))
    assert (cited.draft, len(cited.claims)) == (draft, 2)


def test_versions_that_nobody_will_be_shown_any_more_do_not_count(edith):
    factories.make_version_at(State.REJECTED)
    assert citing(Reference.objects.get(key="orbach2005"), edith) == []


def test_records_that_were_merged_count_as_the_work(edith):
    version = factories.make_approved()
    loser, winner = Reference.objects.get(key="orbach2005"), factories.make_reference("winner")
    actions.merge_references(loser_id=loser.pk, winner_id=winner.pk, by=edith, now=NOW)
    (cited,) = cited_by(winner, citing(winner, edith))
    assert (cited.article, len(cited.claims)) == (version.article, 2)


def test_writers_see_their_own_articles_and_members_none(policy, wanda, walter, ada):
    factories.make_submitted()
    work = Reference.objects.get(key="orbach2005")
    assert [len(citing(work, user)) for user in (wanda, walter, ada)] == [1, 0, 0]


def test_any_number_of_articles_takes_the_same_queries(policy, edith):
    asked = []
    for number in range(3):
        factories.make_draft(f"draft-{number}")
        factories.make_submitted(f"submitted-{number}")
        work = Reference.objects.get(key="orbach2005")
        articles = citing(work, edith)
        with CaptureQueriesContext(connection) as queries:
            cited_by(work, articles)
        asked.append(len(queries))
    assert set(asked) == {6}


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_drafts_are_made_as_the_text_is_and_writers_are_told(db):
    version = factories.make_approved()
    (done,) = replace(make_superseded())
    assert (done.outcome, done.version.based_on, body_of(done.version)) == (
        ReplacementResult.DRAFTED,
        version,
        factories.BODY.strip(),
    )
    owed = Notice.objects.get(kind="work_superseded")
    assert (owed.recipient.username, len(owed.context["claims"]), owed.context["is_rewritten"]) == ("wanda", 2, False)
    assert LedgerEntry.objects.get(action="replace_work").payload["superseded_by"] == "newer2024"


def test_rewritten_draft_cites_the_successor_with_history(edith):
    factories.make_approved()
    (done,) = replace(make_superseded(), rewrite=True)
    text = Rendition.objects.get(version=done.version)
    assert text.body == factories.BODY.strip().replace("orbach2005", "newer2024")
    assert [citation.reference.key for citation in done.version.citations.order_by("number")] == [
        "newer2024",
        "stiehm2013",
    ]
    past = list(text.history.order_by("history_id"))
    assert ([row.history_user for row in past], "orbach2005" in past[0].body) == ([edith, edith], True)


def test_last_in_the_line_is_cited(db):
    factories.make_approved()
    work = make_superseded()
    make_superseded("newer2024", by="newest2026")
    (done,) = replace(work, rewrite=True)
    assert "[@newest2026]" in body_of(done.version)


def test_article_with_a_draft_or_in_review_is_named_and_left_alone(db):
    factories._ensure_policy()
    draft, submitted = factories.make_draft("draft"), factories.make_submitted("submitted")
    work = make_superseded()
    report = replace(work, rewrite=True)
    found = {done.cited.article.slug: (done.outcome, done.version) for done in report}
    assert found == {
        "draft": (ReplacementResult.HAS_DRAFT, draft),
        "submitted": (ReplacementResult.IN_REVIEW, submitted),
    }
    assert body_of(draft) == factories.BODY.strip()
    with nothing_stored():
        replace(work)


def test_second_run_makes_no_second_draft_and_owes_nothing(db):
    factories.make_approved()
    work = make_superseded()
    (first,) = replace(work)
    with nothing_stored():
        (second,) = replace(work)
    assert (second.outcome, second.version) == (ReplacementResult.HAS_DRAFT, first.version)


def test_article_that_is_refused_says_why_and_stops_no_other(edith):
    factories.make_approved("one")
    factories.make_approved("two")
    work = make_superseded()
    row = cited_by(work, citing(work, edith))
    actions.revise(version_id=row[0].versions[0].pk, by=edith, now=NOW)
    plan = replacement.Plan(work, line_of(work)[-1])
    done = [replacement._replace(cited, plan, full=False, by=edith, now=NOW) for cited in row]
    assert [one.outcome for one in done] == [ReplacementResult.REFUSED, ReplacementResult.DRAFTED]
    assert "draft" in done[0].reason


def test_more_articles_than_one_run_takes_are_left_for_the_next(monkeypatch, db):
    monkeypatch.setattr(replacement, "DRAFTS", 1)
    for slug in ("one", "two"):
        factories.make_approved(slug)
    work = make_superseded()
    assert [one.outcome for one in replace(work)] == [ReplacementResult.DRAFTED, ReplacementResult.LEFT]
    assert [one.outcome for one in replace(work)] == [ReplacementResult.HAS_DRAFT, ReplacementResult.DRAFTED]
    assert Article.objects.filter(versions__state=State.DRAFT).count() == 2


def test_drafts_need_an_editor_a_work_and_a_successor(db, wanda, edith):
    work = make_superseded()
    with pytest.raises(NotPermitted):
        replace(work, by=wanda)
    with pytest.raises(Conflict, match="Say first"):
        replace(factories.make_reference("alone"))
    with pytest.raises(NotFound):
        actions.draft_replacements(reference_id=0, by=edith, now=NOW)


def test_editor_who_writes_the_article_is_not_told_by_mail(db):
    factories.make_approved()
    wanda = User.objects.get(username="wanda")
    wanda.is_editor = True
    wanda.record(by=wanda, now=NOW)
    replace(make_superseded(), by=wanda)
    assert not Notice.objects.filter(kind="work_superseded").exists()
