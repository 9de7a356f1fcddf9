"""The verbs of articles: what they refuse, and what they leave behind."""

import pytest

from articles import actions as articles
from articles.actions import Classification, NewArticle
from articles.lifecycle import State
from articles.models import Article, Claim, Question, Reference, Report, Version
from articles.text.content import Text
from editorial.exceptions import Conflict, InvalidTransition, NotFound, NotPermitted, PreconditionFailed, Unacceptable
from editorial.http.etags import Expectation
from editorial.models import LedgerEntry
from editorial.record import ledger
from tests.support import factories
from tests.support.factories import BODY, NOW, csl

STALE = Expectation(tags=frozenset({'"stale"'}))


def codes(refusal: pytest.ExceptionInfo) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def new(slug: str = "one", **more: object) -> NewArticle:
    return NewArticle(slug=slug, question="  Why?\r\n", texts=factories.make_texts(), **more)


# --- drafting ---------------------------------------------------------------------------------------------------------


def test_create_makes_article_draft_and_numbered_citations(wanda):
    draft = articles.create(new=new(), by=wanda, now=NOW)
    assert (draft.number, draft.state, draft.question, draft.revision) == (1, State.DRAFT, "  Why?", 1)
    assert list(draft.citations.order_by("number").values_list("number", "reference__key")) == [
        (1, "orbach2005"),
        (2, "stiehm2013"),
    ]
    entries = LedgerEntry.objects.filter(chain=draft.article.chain).order_by("sequence")
    assert [entry.action for entry in entries] == ["create", "draft"]


def test_create_for_others_is_the_editors(wanda, walter, edith):
    with pytest.raises(NotPermitted):
        articles.create(new=new(authors=[walter]), by=wanda, now=NOW)
    article = articles.create(new=new(authors=[walter, wanda]), by=edith, now=NOW).article
    assert [str(author) for author in article.authorships.order_by("position")] == ["Walter Example", "Wanda Example"]


def test_create_refuses_authors_who_do_not_write_and_slugs_that_are_taken(wanda, edith, ada):
    with pytest.raises(Unacceptable) as refusal:
        articles.create(new=new(authors=[ada]), by=edith, now=NOW)
    assert codes(refusal) == [("/authors", "not_a_writer")]
    articles.create(new=new(), by=wanda, now=NOW)
    with pytest.raises(Conflict) as refusal:
        articles.create(new=new(), by=wanda, now=NOW)
    assert refusal.value.code == "slug_taken"
    assert Article.objects.count() == 1


def test_classify_replaces_products_and_refuses_what_is_unknown(wanda):
    article = articles.create(new=new(), by=wanda, now=NOW).article
    factories.make_specialty("neurology")
    one, two = factories.make_product(), factories.make_product("Aspirin", "Bayer")
    for products in ([one.pk], [two.pk]):
        chosen = Classification(risk="high", specialties=["neurology"], products=products)
        articles.classify(article_id=article.pk, classification=chosen, by=wanda, now=NOW, reason="Clearer.")
    article.refresh_from_db()
    assert (article.risk, article.specialties, list(article.products.all())) == ("high", ["neurology"], [two])
    assert str(article.article_products.get()) == "Aspirin"
    unknown = Classification(specialties=["neurology", "astrology"], products=[one.pk, 999999])
    with pytest.raises(Unacceptable) as refusal:
        articles.classify(article_id=article.pk, classification=unknown, by=wanda, now=NOW)
    assert codes(refusal) == [("/specialties/1", "unknown_specialty"), ("/products/1", "unknown_product")]


def test_classify_is_refused_to_others_and_on_a_stale_tag(wanda, walter):
    article = articles.create(new=new(), by=wanda, now=NOW).article
    act = {"article_id": article.pk, "classification": Classification(), "now": NOW}
    with pytest.raises(NotFound):
        articles.classify(by=walter, **act)
    with pytest.raises(PreconditionFailed):
        articles.classify(by=wanda, expected=STALE, **act)


def test_edit_replaces_texts_and_numbers_citations_anew(wanda):
    draft = articles.create(new=new(), by=wanda, now=NOW)
    factories.make_audience("patient")
    texts = [
        Text("patient", "Yes.", "Yes [@stiehm2013].", is_primary=True),
        Text("professional", "Yes.", "Yes [@orbach2005]."),
    ]
    saved = articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=NOW)
    assert saved.revision == 2
    assert [c.reference.key for c in saved.citations.order_by("number")] == ["stiehm2013", "orbach2005"]
    articles.edit(version_id=draft.pk, texts=texts[:1], by=wanda, now=NOW)
    assert saved.renditions.count() == saved.citations.count() == 1


def test_edit_and_submit_refuse_a_stale_tag_and_take_the_present_one(policy, wanda):
    draft = factories.make_draft()
    for verb in (articles.edit, articles.submit):
        with pytest.raises(PreconditionFailed):
            verb(version_id=draft.pk, by=wanda, now=NOW, expected=STALE)
    present = Expectation(tags=frozenset({draft.etag}))
    saved = articles.edit(version_id=draft.pk, question="Really?", by=wanda, now=NOW, expected=present)
    assert saved.etag != draft.etag
    anything = Expectation(anything=True)
    assert articles.submit(version_id=draft.pk, by=wanda, now=NOW, expected=anything).state == State.SUBMITTED


def test_revise_copies_the_text_and_is_refused_while_a_draft_exists(policy, wanda):
    version = factories.make_version_at(State.REJECTED)
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    assert (draft.number, draft.based_on, draft.question) == (2, version, version.question)
    assert draft.renditions.get().body == version.renditions.get().body
    with pytest.raises(InvalidTransition, match="draft already"):
        articles.revise(version_id=version.pk, by=wanda, now=NOW)


# --- submission and standing ------------------------------------------------------------------------------------------


def test_submit_freezes_records_claims_and_digest_as_of_that_moment(policy, wanda):
    draft = factories.make_draft()
    work = Reference.objects.get(key="orbach2005")
    articles.keep_reference(csl=csl("orbach2005", title="Corrected"), reference=work, by=wanda, now=NOW)
    version = articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert version.citations.get(number=1).csl["title"] == "Corrected"
    assert (version.submitted_at, version.submitted_by, len(version.digest)) == (NOW, wanda, 64)
    claims = Claim.objects.order_by("position")
    assert [str(claim) for claim in claims] == [
        "Intravenous immunoglobulin can cause back pain.",
        "It is mild.",
    ]
    assert [claim.references.count() for claim in claims] == [1, 2]


def test_submit_is_refused_while_another_version_is_in_review(policy, wanda):
    version = factories.make_version_at(State.UNDER_REVIEW)
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    with pytest.raises(InvalidTransition, match="Version 1 is in review already"):
        articles.submit(version_id=draft.pk, by=wanda, now=NOW)


def test_claims_keep_their_fingerprint_in_the_next_version(policy, wanda):
    version = factories.make_version_at(State.CHANGES_REQUESTED)
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    texts = [Text("professional", "Yes.", "It is rare [@stiehm2013]. " + BODY, is_primary=True)]
    articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=NOW)
    newer = articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    prints = [
        set(Claim.objects.filter(rendition__version=v).values_list("fingerprint", flat=True)) for v in (version, newer)
    ]
    assert prints[0] < prints[1]


@pytest.mark.parametrize("verb", [articles.suspend, articles.retract])
def test_standing_is_changed_with_a_reason_only(policy, edith, verb):
    version = factories.make_approved()
    with pytest.raises(Unacceptable) as refusal:
        verb(version_id=version.pk, reason=" ", by=edith, now=NOW)
    assert codes(refusal) == [("/reason", "required")]
    assert verb(version_id=version.pk, reason=" Unsafe. ", by=edith, now=NOW).state_reason == "Unsafe."


def test_versions_that_do_not_exist_are_out_of_sight(policy, edith):
    with pytest.raises(NotFound):
        articles.retract(version_id=999999, reason="x", by=edith, now=NOW)


# --- library and readers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"title": " "}, ("/csl/title", "required")),
        ({"id": 5}, ("/csl/id", "required")),
        ({"id": "a b"}, ("/csl/id", "invalid")),
        ({"DOI": "10.1000/xyz<script>"}, ("/csl/DOI", "invalid")),
        ({"PMID": "0"}, ("/csl/PMID", "invalid")),
    ],
)
def test_keep_reference_refuses_faulty_works(wanda, fields, fault):
    with pytest.raises(Unacceptable) as refusal:
        articles.keep_reference(csl={**csl("one2020"), **fields}, by=wanda, now=NOW)
    assert fault in codes(refusal)


def test_keep_reference_names_who_has_the_identifiers_already(wanda):
    known = csl("one2020", DOI="10.1000/ABC", PMID="123")
    work = articles.keep_reference(csl=known, by=wanda, now=NOW)
    assert (work.doi, work.pmid, work.year, str(work)) == ("10.1000/abc", "123", 2005, "one2020: Title of one2020")
    with pytest.raises(Conflict) as refusal:
        articles.keep_reference(csl=known, by=wanda, now=NOW)
    assert codes(refusal) == [("/csl/id", "taken"), ("/csl/DOI", "taken"), ("/csl/PMID", "taken")]


def test_keep_reference_corrects_but_keeps_the_key(wanda, ada):
    work = factories.make_reference("one2020")
    fixed = articles.keep_reference(csl=csl("one2020", title="T"), reference=work, by=wanda, now=NOW)
    assert (fixed.title, fixed.kind) == ("T", "research")
    guideline = articles.keep_reference(csl=csl("one2020"), kind="guideline", reference=work, by=wanda, now=NOW)
    assert guideline.kind == "guideline"
    with pytest.raises(Unacceptable, match="key"):
        articles.keep_reference(csl=csl("two2020"), reference=work, by=wanda, now=NOW)
    with pytest.raises(PreconditionFailed):
        articles.keep_reference(csl=csl("one2020"), reference=work, by=wanda, now=NOW, expected=STALE)
    with pytest.raises(NotPermitted):
        articles.keep_reference(csl=csl("three2020"), by=ada, now=NOW)
    assert list(ledger.chain_breaks()) == []


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": "book"}, "textbook"),
        ({"custom": {"kind": "drug_label"}}, "drug_label"),
        ({"custom": {"kind": "rumour"}}, "other"),
        ({"custom": "guideline"}, "other"),
    ],
)
def test_keep_reference_reads_the_kind_of_work(wanda, fields, kind):
    assert articles.keep_reference(csl={**csl("one2020"), **fields}, by=wanda, now=NOW).kind == kind


def test_readers_ask_and_report_without_an_account(policy):
    version = factories.make_approved()
    sent = {"article": version.article, "version": version, "email": "", "now": NOW}
    question, report = articles.ask(text="And aspirin?", **sent), articles.report(text="Typo.", **sent)
    assert (str(Question.objects.get()), str(Report.objects.get())) == ("And aspirin?", "Typo.")
    assert question.received_at == report.received_at == NOW
    assert Version.objects.in_review().count() == 0
    assert [v.number for v in version.article.versions.newest_first()] == [1]


def test_question_that_is_too_long_is_refused_and_nothing_is_stored(wanda):
    new = articles.NewArticle(slug="long", question="x" * 301, texts=factories.make_texts())
    with pytest.raises(Unacceptable) as refusal:
        articles.create(new=new, by=wanda, now=NOW)
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [("/question", "too_long")]
    assert not Version.objects.exists()
