"""Rows of every model for the tests that cover the whole admin."""

from datetime import date
from typing import Any

from articles import actions as articles
from articles.models import (
    Article,
    Citation,
    Claim,
    DocumentFinding,
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
from editorial.actions import keep_mail_choice
from editorial.mail import notices
from editorial.models import (
    Absence,
    AccountInvitation,
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
    SweepFailure,
    SweepTask,
    User,
)
from editorial.record.sweeps import Sweep
from reviews import actions as reviews
from reviews.models import (
    ApprovalMark,
    ClaimCheck,
    Comment,
    Decision,
    Lowering,
    PastFinding,
    Recusal,
    Review,
    Signature,
    SignatureSetAside,
    SignatureWithdrawal,
    Verdict,
)
from tests.support import factories, works
from tests.support.account_invitations import make_account_invitation
from tests.support.factories import NOW
from tests.support.retraction_lists import make_list, make_record
from tests.support.stored_rows import remembered
from tests.support.webhook_endpoints import make_endpoint, make_message


@remembered
def full_review(slug: str, username: str) -> Review:
    """Return a signed review with a verdict, a comment, a withdrawn signature and one that counts."""
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


def end_signature_and_review(number: int) -> None:
    """Set the member's signature on another article aside, and let them step back from a third."""
    editor = factories.make_user("edith", is_editor=True)
    signed = Signature.objects.standing().get(review=full_review(f"aside-{number}", f"member{number}"))
    reviews.set_aside(signature_id=signed.pk, reason="Paid by the maker.", by=editor, now=NOW)
    review = factories.make_accepted(factories.make_submitted(f"third-{number}"), f"member{number}")
    reviews.recuse(review_id=review.pk, reason="My shares.", by=review.member.user, now=NOW)


@remembered
def add(number: int) -> None:
    """Add one more row of every model."""
    factories.make_specialty(f"specialty-{number}")
    product = factories.make_product(f"Product {number}", f"Company {number}")
    factories.make_audience(f"audience-{number}", position=number)
    member = factories.make_member(f"member{number}")
    Absence.objects.create(member=member, first_day=date(2026, 1, 1), last_day=date(2026, 1, 2))
    factories.make_disclosure(member, company=product.manufacturer, product=product)
    end_signature_and_review(number)
    review = full_review(f"slug-{number}", f"member{number}")
    editor = factories.make_user("edith", is_editor=True)
    wanted = articles.Classification(risk="low")
    lower = {"classification": wanted, "reason": f"Harmless {number}.", "by": editor, "now": NOW}
    reviews.propose_lowering(article_id=review.version.article_id, **lower)
    policy = factories.make_policy(number=number + 100)
    lacks = {"missing": ["an approval from neurology"], "treatment": "stand", "marked_at": NOW}
    ApprovalMark.objects.create(version=review.version, policy=policy, risk="moderate", **lacks)
    PastFinding.objects.create(version=review.version, kind="signatures", words="1 of 2.", found_at=NOW)
    differs = {
        "stored_row": f"document for audience-{number}",
        "difference": "content",
        "written_at": NOW,
        "found_at": NOW,
    }
    DocumentFinding.objects.create(article=review.version.article, **differs)
    said = {"article": review.version.article, "version": review.version, "email": "", "now": NOW}
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
    Sweep(SweepTask.FILL_SEATS, now=NOW).fail(Version, review.version_id, ValueError(f"Fault {number}"))
    make_account_invitation(email=f"invited{number}@example.org", now=NOW)


def one_of(model: type) -> Any:
    """Return the newest row of ``model``."""
    return model.objects.exclude(username="system").latest("pk") if model is User else model.objects.latest("pk")


MODELS = [
    Absence,
    AccountInvitation,
    ApprovalMark,
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
    DocumentFinding,
    EditorialPolicy,
    Endpoint,
    LedgerEntry,
    LibraryImport,
    Lowering,
    MailChoice,
    Notice,
    PastFinding,
    PolicyRule,
    Product,
    Question,
    ReaderMail,
    Reference,
    Rendition,
    Report,
    RetractionList,
    Recusal,
    RetractionRecord,
    Review,
    Signature,
    SignatureSetAside,
    SignatureWithdrawal,
    Specialty,
    SweepFailure,
    Synonym,
    User,
    Version,
]
