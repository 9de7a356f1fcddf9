"""Editors' decisions on a reader's follow-up question."""

from datetime import datetime

from django.db import transaction

from articles.actions.drafts import NewArticle, create
from articles.models import Article, Question, ReaderMail, Reply, Version
from articles.models.versions import MAX_QUESTION
from articles.permissions import cannot_settle
from articles.published.visible_version import shown_of
from articles.reader_messages.mail import ask_for_delivery
from editorial.exceptions import Fault, InvalidTransition, NotFound, Unacceptable
from editorial.models import User
from editorial.permissions import is_editor, reads_the_record, require
from editorial.record import ledger


@transaction.atomic
def answer_question(*, question_id: int, text: str, by: User, now: datetime) -> Reply:
    """Answer a question in the editor's own words, and send the answer to the reader. It is not published.

    Raises NotFound, NotPermitted, InvalidTransition for a question that was settled, Unacceptable without an answer.
    """
    question = _open(question_id, by=by)
    if not text.strip():
        raise _unfit("text", "required", "Write the answer.")
    return _settle(question, Reply(outcome=Reply.Outcome.ANSWERED, text=text.strip()), by=by, now=now)


@transaction.atomic
def link_question(*, question_id: int, slug: str, by: User, now: datetime, text: str = "") -> Reply:
    """Refer the reader to the article that answers the question. From now on, the same question finds it by itself.

    Raises as ``answer_question`` does, and Unacceptable when readers see no article with ``slug``.
    """
    question = _open(question_id, by=by)
    reply = Reply(outcome=Reply.Outcome.LINKED, text=text.strip(), article=_visible_article(slug, at=now))
    return _settle(question, reply, by=by, now=now)


@transaction.atomic
def draft_from_question(*, question_id: int, slug: str, author: User, by: User, now: datetime) -> Version:
    """Start an article on the question, by ``author``. The reader is notified where it will be. Returns the draft.

    Raises as ``answer_question`` does, and as creating an article does.
    """
    question = _open(question_id, by=by)
    new = NewArticle(slug=slug, question=" ".join(question.text.split())[:MAX_QUESTION], authors=[author])
    version = create(new=new, by=by, now=now)
    _settle(question, Reply(outcome=Reply.Outcome.DRAFTED, article=version.article), by=by, now=now)
    return version


@transaction.atomic
def dismiss_question(*, question_id: int, by: User, now: datetime) -> Reply:
    """Dismiss spam, or a question that nobody can answer. No mail is sent, and the address is erased at once."""
    return _settle(_open(question_id, by=by), Reply(outcome=Reply.Outcome.DISMISSED), by=by, now=now)


def _open(question_id: int, *, by: User) -> Question:
    questions = Question.objects.select_for_update(no_key=True, of=("self",)).select_related("article")
    question = questions.filter(pk=question_id).first()
    if question is None or not reads_the_record(by):
        raise NotFound("There is no such question.")
    require(is_editor(by), "Only editors answer a question.")
    if refusal := cannot_settle(by, question):
        raise InvalidTransition(refusal)
    return question


def _visible_article(slug: str, *, at: datetime) -> Article:
    """Return the article at ``slug``, if readers see a text of it at that moment. Raises Unacceptable."""
    article = Article.objects.filter(slug=slug).first()
    shown = shown_of(article, at=at) if article else None
    if shown is None or shown.is_retracted:
        raise _unfit("slug", "unknown_article", f"There is no article “{slug}” that readers are shown.")
    return shown.article


def _settle(question: Question, reply: Reply, *, by: User, now: datetime) -> Reply:
    """Save the reply, append it to the ledger without the reader's words, and queue the mail."""
    reply.question, reply.replied_at, reply.replied_by = question, now, by
    reply.save()
    payload = {"question": question.pk, "outcome": reply.outcome, "article": reply.article and reply.article.slug}
    ledger.append(chain=question.article.chain, action="question.settle", by=by, now=now, payload=payload)
    if reply.outcome == Reply.Outcome.DISMISSED:
        Question.objects.filter(pk=question.pk).erase_addresses()
    elif question.email:
        ReaderMail.objects.create(question=question, owed_at=now, not_before=now)
        transaction.on_commit(ask_for_delivery, robust=True)
    return reply


def _unfit(name: str, code: str, words: str) -> Unacceptable:
    return Unacceptable(words, code=code, faults=(Fault(f"/{name}", code, words),))
