"""Rows of every noun for the tests that walk over the whole admin."""

from datetime import date
from typing import Any

from articles import actions as articles
from articles.models import (
    Article,
    Citation,
    Claim,
    LibraryImport,
    Question,
    ReaderMail,
    Reference,
    Rendition,
    Report,
    RetractionList,
    RetractionRecord,
    Synonym,
    Version,
)
from editorial import notices
from editorial.actions import keep_mail_choice
from editorial.models import (
    Absence,
    Audience,
    BoardMember,
    Company,
    Disclosure,
    Dispatch,
    EditorialPolicy,
    Endpoint,
    LedgerEntry,
    MailChoice,
    Notice,
    PolicyRule,
    Product,
    Specialty,
    User,
)
from reviews import actions as reviews
from reviews.models import ClaimCheck, Comment, Decision, Review, Signature, SignatureWithdrawal, Verdict
from tests import factories, works
from tests.endpoints import make_endpoint, make_message
from tests.factories import NOW
from tests.retraction_lists import make_list, make_record
from tests.walks import remembered


@remembered
def full_review(slug: str, username: str) -> Review:
    """An accepted review with a verdict, a comment, a withdrawn signature and a standing one."""
    factories._ensure_policy()
    review = factories.make_accepted(factories.make_submitted(slug), username)
    act = {"review_id": review.pk, "by": review.member.user, "now": NOW}
    claim = Claim.objects.filter(rendition__version=review.version).order_by("pk").first()
    work = claim.references.order_by("pk").first()
    reviews.check_claim(claim_id=claim.pk, reference_id=work.pk, verdict=Verdict.PARTLY, **act)
    reviews.comment(text=f"Comment on {slug}", **act)
    factories.sign(review, Decision.APPROVE)
    reviews.withdraw_signature(reason="Read on.", **act)
    return factories.sign(review, Decision.APPROVE)


@remembered
def add(number: int) -> None:
    """One more row of every noun."""
    factories.make_specialty(f"specialty-{number}")
    product = factories.make_product(f"Product {number}", f"Company {number}")
    factories.make_audience(f"audience-{number}", position=number)
    member = factories.make_member(f"member{number}")
    Absence.objects.create(member=member, first_day=date(2026, 1, 1), last_day=date(2026, 1, 2))
    factories.make_disclosure(member, company=product.manufacturer, product=product)
    review = full_review(f"slug-{number}", f"member{number}")
    factories.make_policy(number=number + 100)
    said = {"article": review.version.article, "version": review.version, "email": "", "now": NOW}
    editor = factories.make_user("edith", is_editor=True)
    asked = articles.ask(text=f"Question {number}!", **{**said, "email": f"reader{number}@example.org"})
    articles.answer_question(question_id=asked.pk, text="Yes.", by=editor, now=NOW)
    articles.ask(text=f"Question {number}?", **said)
    articles.report(text=f"Report {number}.", **said)
    writer = factories.make_user("wanda", is_writer=True)
    job = articles.request_import(form="csl-json", content=works.file("csl-json", 1), by=writer, now=NOW)
    articles.work_through(import_id=job.pk, by=writer, now=NOW)
    make_list(sha256=f"{number:064}")
    make_record(number + 1, doi=f"10.1000/{number}")
    keep_mail_choice(choice=MailChoice(user=member.user), by=member.user, now=NOW)
    told = {"subject": f"version:{number}", "occasion": "1", "context": {}, "now": NOW}
    synonym = Synonym(terms=f"term {number}\nother term {number}")
    articles.keep_synonym(synonym=synonym, by=editor, now=NOW)
    notices.owe(kind="submitted", recipients=[editor], **told)
    make_endpoint(f"https://front-{number}.example.org/hook")
    make_message(number)


def one_of(model: type) -> Any:
    """The newest row of ``model``."""
    return model.objects.exclude(username="system").latest("pk") if model is User else model.objects.latest("pk")


MODELS = [
    Absence,
    Article,
    Audience,
    BoardMember,
    Citation,
    Claim,
    ClaimCheck,
    Comment,
    Company,
    Disclosure,
    Dispatch,
    EditorialPolicy,
    Endpoint,
    LedgerEntry,
    LibraryImport,
    MailChoice,
    Notice,
    PolicyRule,
    Product,
    Question,
    ReaderMail,
    Reference,
    Rendition,
    Report,
    RetractionList,
    RetractionRecord,
    Review,
    Signature,
    SignatureWithdrawal,
    Specialty,
    Synonym,
    User,
    Version,
]
