"""A follow-up question: answered out of approved articles first, then kept, answered by editors, told, forgotten."""

import html
import re
from datetime import timedelta
from smtplib import SMTPException

import pytest
import time_machine
from django.core import mail, signing
from django.core.mail.backends import locmem
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import actions, tasks
from articles.lifecycle import State
from articles.models import Question, ReaderMail, Reply, Report, Version
from articles.reader_messages import form_tokens
from articles.reader_messages import mail as reader_mail
from articles.tasks import write_documents
from editorial.exceptions import InvalidTransition, NotFound, NotPermitted, Unacceptable
from editorial.mail import notices, sweep
from editorial.mail.smtp import MailConnection, NobodyToSendToError, ServerAwayError
from editorial.models import LedgerEntry, MailServer
from tests.admin.test_flow import address, words
from tests.support import factories
from tests.support.api import nothing_stored, refused
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, LAPSE, LATER, answers_to, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

PAGE = "/articles/ivig-back-pain/"
ASK = "/api/v1/articles/ivig-back-pain/questions/"
RELATED = {"text": "Can immunoglobulin give me back pain?"}
UNRELATED = {"text": "How do peanuts grow?"}


@pytest.fixture
def clock():
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def approved(clock):
    return factories.make_version_at(State.APPROVED)


def token(api, sent=UNRELATED) -> str:
    return api.post(ASK, sent).json()["keep"]["token"]


def keep(api, clock, sent=UNRELATED, **more):
    """The two posts of a reader who takes their time."""
    first = token(api, sent)
    clock.shift(5)
    return api.post(ASK, {**sent, "keep": True, "token": first, **more})


# --- what is answered already ---------------------------------------------------------------------------------------


def test_question_is_answered_with_passages_references_and_status_and_nothing_is_kept(api, approved):
    with nothing_stored():
        answer = api.post(ASK, RELATED)
    told = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert (told["answered"], told["statement"]) == (True, "Answered here")
    (found,) = told["answers"]
    assert (found["slug"], found["status"]) == ("ivig-back-pain", "approved")
    cited = {number for passage in found["passages"] for number in passage["citations"]}
    assert cited == {reference["number"] for reference in found["references"]} != set()
    assert "anchors" not in found["references"][0]
    assert any("<mark>" in passage["html"] for passage in found["passages"])
    assert "reply to this question" in told["keep"]["email_purpose"]


@pytest.mark.parametrize("text", ["How do peanuts grow?", "What should I do?", "!!!", "ß" * 2000])
def test_question_that_nothing_answers_is_told_so(api, approved, text):
    told = api.post(ASK, {"text": text}).json()
    assert (told["answered"], told["answers"]) == (False, [])
    assert "no good answer" in told["statement"]


@pytest.mark.parametrize("state", sorted(set(State) - {State.APPROVED, State.SUPERSEDED, State.RETRACTED, *HIDDEN}))
def test_text_that_is_not_validly_approved_answers_nothing(api, clock, state):
    factories.make_version_at(state)
    assert api.post(ASK, RELATED).json()["answers"] == []


def test_approval_that_lapsed_answers_nothing(api, approved, clock):
    clock.move_to(LAPSE)
    assert api.post(ASK, RELATED).json()["answers"] == []


def test_pending_text_with_every_word_of_a_question_does_not_keep_an_approved_one_from_answering(api, approved):
    publish("Peanuts and willow bark cause back pain [@orbach2005].\n", slug="pending")
    answered = api.post(ASK, {"text": "Can IVIG with peanuts cause back pain?"}).json()
    assert [answer["slug"] for answer in answered["answers"]] == ["ivig-back-pain"]


def test_policy_is_needed_to_answer(approved):
    assert answers_to(RELATED["text"], at=NOW - timedelta(days=9999)) == []


@pytest.mark.parametrize("number", [1, 3])
def test_question_takes_three_queries_however_many_articles_answer(api, client, approved, number):
    for count in range(1, number):
        factories.make_version_at(State.APPROVED, slug=f"a-{count}")
    write_documents()
    with CaptureQueriesContext(connection) as asked_by_program:
        assert len(api.post(ASK, RELATED).json()["answers"]) == number
    with CaptureQueriesContext(connection) as asked_on_page:
        assert client.post(f"{PAGE}question/", RELATED).content.decode().count("References of these passages") == number
    assert (len(asked_by_program), len(asked_on_page)) == (3, 3)


@pytest.mark.parametrize("text", ["How do peanuts grow?", "What should I do?"])
def test_question_that_nothing_answers_takes_no_more(api, approved, text):
    write_documents()
    with CaptureQueriesContext(connection) as queries:
        assert api.post(ASK, {"text": text}).json()["answered"] is False
    assert len(queries) == 3


def test_keeping_a_question_takes_two_queries_that_read(api, client, approved, clock):
    sent = {**UNRELATED, "keep": True, "token": token(api)}
    page = {**UNRELATED, "keep": "1", "token": token(api)}
    clock.shift(5)
    for post in (lambda: api.post(ASK, sent), lambda: client.post(f"{PAGE}question/", page)):
        with CaptureQueriesContext(connection) as queries:
            assert post().status_code in (201, 302)
        assert len([query for query in queries if query["sql"].startswith("SELECT")]) == 2
    assert Question.objects.count() == 2


def test_refused_question_takes_no_more_on_the_page(client, approved):
    write_documents()
    with CaptureQueriesContext(connection) as queries:
        assert client.post(f"{PAGE}question/", {**UNRELATED, "keep": "1"}).status_code == 422
    assert len(queries) == 3


def test_answers_are_the_same_written_or_not(approved):
    from_the_record = answers_to(RELATED["text"], at=LATER)
    write_documents()
    assert answers_to(RELATED["text"], at=LATER) == from_the_record != []


def test_answer_tells_the_works_that_the_text_for_its_audience_cites(clock, policy):
    publish("Willow bark is old [@orbach2005].\n", question="Does willow bark help?", codes=["patient"])
    version = Version.objects.get()
    factories.approve(version)
    (found,) = answers_to("willow bark", at=LATER)
    assert {passage["audience"]["code"] for passage in found["passages"]} == {"patient", "professional"}
    assert [work["number"] for work in found["references"]] == [1]


@pytest.mark.parametrize("address", [ASK, f"{PAGE}question/"])
@pytest.mark.parametrize("keep", [False, True])
def test_question_about_a_retracted_article_is_told_so(client, clock, approved, edith, address, keep):
    first = form_tokens.token("ivig-back-pain", now=timezone.now())
    actions.retract(version_id=approved.pk, reason="Wrong.", by=edith, now=timezone.now())
    clock.shift(5)
    sent = {**RELATED, **({"keep": "1", "token": first} if keep else {})}
    answer = client.post(address, sent, **({"content_type": "application/json"} if address == ASK else {}))
    assert (answer.status_code, "Wrong." in answer.content.decode()) == (410, True)
    assert not Question.objects.exists()


def test_question_that_editors_led_to_an_article_finds_it_from_then_on(api, approved, clock, edith):
    sent, nearly = {"text": "Why does my spine hurt on drip day?"}, {"text": "why does my spine hurts on the drip day"}
    keep(api, clock, sent)
    assert api.post(ASK, nearly).json()["answered"] is False
    actions.link_question(question_id=Question.objects.get().pk, slug="ivig-back-pain", by=edith, now=timezone.now())
    (found,) = api.post(ASK, nearly).json()["answers"]
    assert found["slug"] == "ivig-back-pain"
    assert api.post(ASK, {"text": "Why does my cat hurt?"}).json()["answered"] is False


def likeness(text: str) -> dict[int, float]:
    """What a model of meaning would say, in the place that is left for one."""
    approved = Version.objects.order_by("pk").values_list("pk", flat=True)
    return dict.fromkeys(approved, 0.9) | {0: 1.0} if "peanuts" in text else {}


def test_model_of_meaning_adds_approved_articles_only(api, approved, settings):
    factories.make_version_at(State.SUBMITTED, slug="pending")
    settings.QUESTION_LIKENESS = "tests.articles.reader.test_questions.likeness"
    (found,) = api.post(ASK, UNRELATED).json()["answers"]
    assert (found["slug"], found["passages"][0]["html"]) == ("ivig-back-pain", "Yes, sometimes.")
    assert api.post(ASK, {"text": "peanuts?!"}).json()["answered"]
    assert api.post(ASK, {"text": "peanuts? in my back pain"}).json()["answers"][0]["slug"] == "ivig-back-pain"
    with_signs_only = {"text": "?? what about"}
    assert api.post(ASK, with_signs_only).json()["answered"] is False


def test_model_of_meaning_answers_what_has_no_word_of_its_own(approved, settings):
    settings.QUESTION_LIKENESS = "tests.articles.reader.test_questions.always"
    assert [found["slug"] for found in answers_to("what about it", at=LATER)] == ["ivig-back-pain"]


def always(_text: str) -> dict[int, float]:
    return dict.fromkeys(Version.objects.values_list("pk", flat=True), 1.0)


# --- not what I need ------------------------------------------------------------------------------------------------


def test_question_is_kept_with_its_address_purpose_and_end(api, approved, clock):
    answer = keep(api, clock, email="a@example.org")
    now = timezone.now()
    assert (answer.status_code, answer.json()) == (201, {"received_at": "2026-03-03T09:00:05Z"})
    question = Question.objects.get()
    assert (question.version, question.text, question.email) == (approved, UNRELATED["text"], "a@example.org")
    assert (question.email_purpose, question.erase_email_at) == ("answer", now + timedelta(days=90))


def test_question_that_is_sent_twice_is_kept_once(api, approved, clock):
    first = token(api)
    clock.shift(5)
    sent = {**UNRELATED, "keep": True, "token": first}
    answers_ = [api.post(ASK, sent).json() for _ in range(2)]
    clock.shift(5)
    assert [*answers_, api.post(ASK, sent).json()] == [{"received_at": "2026-03-03T09:00:05Z"}] * 3
    assert Question.objects.count() == 1


def test_other_words_with_the_token_of_a_kept_question_are_not_taken_for_it(api, approved, clock):
    first = token(api)
    clock.shift(5)
    api.post(ASK, {**UNRELATED, "keep": True, "token": first})
    answer = api.post(ASK, {"text": "And for my dog?", "keep": True, "token": first})
    refused(answer, 422, code="expired_token", pointer="/token")
    assert Question.objects.get().text == UNRELATED["text"]


@pytest.mark.parametrize(
    ("wait", "code"), [(0, "too_fast"), (2, "too_fast"), (3, None), (86_400, None), (86_401, "expired_token")]
)
def test_token_takes_time_and_runs_out(api, approved, clock, wait, code):
    first = token(api)
    clock.shift(wait)
    answer = api.post(ASK, {**UNRELATED, "keep": True, "token": first})
    assert answer.status_code == 201 if code is None else refused(answer, 422, code=code, pointer="/token")


@pytest.mark.parametrize("made", [str, lambda: "a:b:c", lambda: signing.dumps("no list", salt=form_tokens.SALT)])
def test_token_that_is_not_ours_is_refused(api, approved, made):
    refused(api.post(ASK, {**UNRELATED, "keep": True, "token": made()}), 422, code="bad_token", pointer="/token")


def test_token_is_for_one_article(api, approved, clock):
    factories.make_version_at(State.APPROVED, slug="other")
    first = token(api)
    clock.shift(5)
    answer = api.post("/api/v1/articles/other/questions/", {**UNRELATED, "keep": True, "token": first})
    refused(answer, 422, code="expired_token")


def test_question_full_of_links_is_refused(api, approved, clock):
    spam = {"text": "See http://a.example and https://b.example and www.c.example"}
    refused(keep(api, clock, spam), 422, code="too_many_links", pointer="/text")


def test_trap_is_answered_like_the_rest_and_nothing_is_kept(api, approved, clock):
    assert keep(api, clock, website="http://spam.example").status_code == 201
    assert not Question.objects.exists()


def test_kept_questions_and_reports_are_counted_together(api, approved):
    statuses = [api.post(ASK, {**UNRELATED, "keep": True}).status_code for _ in range(20)]
    assert statuses == [422] * 20
    assert api.post(ASK, {**UNRELATED, "keep": True}).status_code == 429
    assert api.post(ASK.replace("questions", "reports"), {"text": "x"}).status_code == 429
    assert api.post(ASK, UNRELATED).status_code == 200


# --- on the page ----------------------------------------------------------------------------------------------------


def hidden_token(page: str) -> str:
    return html.unescape(re.search(r'name="token" value="([^"]+)"', page)[1])


def test_page_that_found_nothing_offers_to_send_the_question_and_does_not_speak_of_what_was_found(client, approved):
    page = client.post(f"{PAGE}question/", UNRELATED).text
    assert "Send it to the editors" in page
    assert "Not what I need" not in page


def test_page_answers_then_takes_the_question_to_the_editors(client, approved, clock):
    page = client.post(f"{PAGE}question/", RELATED)
    words = page.content.decode()
    assert page.status_code == 200
    assert "Answered here" in words
    assert "<mark>" in words
    assert "Not what I need: send it to the editors" in words
    assert "only to reply to this question, and for 90 days" in words
    assert "only to ask you about this report, and for 90 days" in words
    assert "Next review due" in words
    clock.shift(5)
    sent = {**RELATED, "keep": "1", "token": hidden_token(words), "email": "a@example.org"}
    kept = client.post(f"{PAGE}question/?audience=professional", sent)
    assert kept["Location"] == f"{PAGE}?audience=professional&sent=question#question"
    assert "Your question is with our editors" in client.get(kept["Location"]).content.decode()
    assert Question.objects.get().email == "a@example.org"


def test_page_says_that_it_found_no_good_answer(client, approved):
    assert "no good answer" in client.post(f"{PAGE}question/", UNRELATED).content.decode()


def test_page_shows_why_a_question_was_not_taken_with_a_new_token(client, approved, clock):
    first = hidden_token(client.post(f"{PAGE}question/", UNRELATED).content.decode())
    answer = client.post(f"{PAGE}question/", {**UNRELATED, "keep": "1", "token": first})
    assert (answer.status_code, "read the answers" in answer.content.decode()) == (422, True)
    assert hidden_token(answer.content.decode()) != first


def test_page_forgets_what_is_in_the_trap(client, approved, clock):
    assert client.post(f"{PAGE}question/", {**UNRELATED, "keep": "1", "website": "x"}).status_code == 302
    assert not Question.objects.exists()


def test_page_marks_references_that_were_retracted(client, approved):
    work = factories.make_reference()
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=factories.make_user("edith"), now=NOW)
    page = client.post(f"{PAGE}question/", RELATED).content.decode()
    assert 'badge-retracted">Retracted' in page.partition("References of these passages")[2].partition("</ul>")[0]


# --- what editors do ------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(approved):
    return actions.ask(article=approved.article, version=approved, text="And children?", email="a@example.org", now=NOW)


def at_work(question, **more) -> dict:
    return {"question_id": question.pk, "by": factories.make_user("edith"), "now": LATER, **more}


@pytest.fixture
def settle(wanda, edith):
    return {
        "answered": lambda question: actions.answer_question(text=" Yes. ", **at_work(question)),
        "linked": lambda question: actions.link_question(slug="ivig-back-pain", **at_work(question)),
        "drafted": lambda question: actions.draft_from_question(slug="new", author=wanda, **at_work(question)),
        "dismissed": lambda question: actions.dismiss_question(**at_work(question)),
    }


def send_all(now=LATER) -> int:
    with time_machine.travel(now, tick=False):
        return tasks.sweep_reader_mail()


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("answered", ["Yes.", "has not reviewed these words"]),
        ("linked", ["/articles/ivig-back-pain/"]),
        ("drafted", ["/articles/new/", "asked for an article that answers it"]),
    ],
)
def test_settled_question_is_told_by_mail_and_the_address_is_erased(asked, settle, outcome, words):
    settle[outcome](asked)
    asked.refresh_from_db()
    assert asked.email == "a@example.org"
    assert send_all() == 1
    (message,) = mail.outbox
    assert message.to == ["a@example.org"]
    assert all(word in message.body for word in ["And children?", *words])
    asked.refresh_from_db()
    assert (asked.email, asked.email_purpose, asked.erase_email_at) == ("", "", None)
    assert send_all(LATER + timedelta(days=1)) == 0
    assert ReaderMail.objects.get().sent_at == LATER
    assert "about question" in str(ReaderMail.objects.get())
    assert str(Question.objects.select_related("reply").get().settled).startswith(f"Question {asked.pk}, ")


def test_worker_is_woken_when_there_is_mail(asked, settle, django_capture_on_commit_callbacks, settings):
    with django_capture_on_commit_callbacks() as callbacks:
        settle["answered"](asked)
    assert callbacks == [reader_mail.ask_for_delivery]
    reader_mail.ask_for_delivery()


def test_link_is_sent_with_a_word_about_it(asked, edith):
    actions.link_question(slug="ivig-back-pain", text="See its last part.", **at_work(asked))
    send_all()
    assert "See its last part." in mail.outbox[0].body


def test_dismissed_question_is_told_to_nobody_and_forgets_its_address_at_once(asked, settle):
    settle["dismissed"](asked)
    asked.refresh_from_db()
    assert (asked.email, ReaderMail.objects.exists()) == ("", False)


def test_question_without_an_address_is_told_to_nobody(approved, settle):
    question = actions.ask(article=approved.article, version=approved, text="x", email="", now=NOW)
    settle["answered"](question)
    assert not ReaderMail.objects.exists()


def test_draft_begins_with_the_question(asked, settle):
    version = settle["drafted"](asked)
    assert (version.question, version.state, version.article.slug) == ("And children?", "draft", "new")


def test_ledger_tells_the_outcome_and_no_word_of_the_reader(asked, settle):
    settle["answered"](asked)
    entry = LedgerEntry.objects.get(action="question.settle")
    assert entry.payload == {"question": asked.pk, "outcome": "answered", "article": None}


@pytest.mark.parametrize("outcome", Reply.Outcome.values)
def test_question_is_settled_once(asked, settle, outcome):
    settle["dismissed"](asked)
    with pytest.raises(InvalidTransition):
        settle[outcome](asked)


def test_replies_are_not_changed(asked, settle):
    reply = settle["answered"](asked)
    reply.text = "No."
    with pytest.raises(IntegrityError), transaction.atomic():
        reply.save()


@pytest.mark.parametrize(("who", "refusal"), [("wanda", NotFound), ("root", NotPermitted)])
def test_questions_are_settled_by_editors(request, asked, who, refusal):
    with pytest.raises(refusal):
        actions.dismiss_question(question_id=asked.pk, by=request.getfixturevalue(who), now=LATER)


def test_question_that_is_not_there_is_not_settled(edith):
    with pytest.raises(NotFound):
        actions.dismiss_question(question_id=99, by=edith, now=LATER)


def test_answer_needs_words_and_a_link_an_article_that_is_shown(asked, edith):
    with pytest.raises(Unacceptable):
        actions.answer_question(text=" ", **at_work(asked))
    factories.make_draft("hidden")
    factories.make_version_at(State.RETRACTED, "retracted")
    factories.make_submitted("pending")
    factories.make_policy(number=2, in_force_from=NOW, show_pending=False)
    for slug in ("nowhere", "hidden", "retracted", "pending"):
        with pytest.raises(Unacceptable, match="that readers are shown"):
            actions.link_question(slug=slug, **at_work(asked))


@pytest.mark.parametrize(
    ("verb", "sent"),
    [
        ("answer", {"text": "Yes."}),
        ("link", {"slug": "ivig-back-pain", "text": ""}),
        ("link", {"slug": "https://example.org/articles/ivig-back-pain/?audience=patient#ref-1", "text": ""}),
        ("draft", {"slug": "new"}),
        ("dismiss", {}),
    ],
)
def test_editor_settles_a_question_in_the_admin(client, edith, wanda, asked, verb, sent):
    client.force_login(edith)
    address = f"/admin/articles/question/{asked.pk}/do/{verb}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {**sent, **({"author": wanda.pk} if verb == "draft" else {})}).status_code == 302
    page = client.get(f"/admin/articles/question/{asked.pk}/change/").content.decode()
    assert "Edith Example" in page
    assert "do/answer/" not in page


def test_pages_that_ask_an_editor_show_what_was_asked_about_what_and_whether_anybody_is_told(client, edith, asked):
    client.force_login(edith)
    silent = actions.ask(article=asked.article, version=asked.version, text="One.\nTwo.", email="", now=NOW)
    shown = words(client.get(address(asked, "do", "answer"))).replace("\xa0", " ")
    expected = [
        "And children?",
        "ivig-back-pain, version 1",
        asked.version.question,
        "a@example.org, kept until 31 May",
    ]
    assert [word for word in expected if word not in shown] == []
    shown = client.get(address(silent, "do", "dismiss")).text
    assert "One.<br>Two." in shown
    assert "None is kept." in shown


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("answered", "In these words: Yes."),
        ("linked", "With the article: ivig-back-pain"),
        ("drafted", "With the article: new"),
        ("dismissed", "None. No address was left, or the question was dismissed."),
    ],
)
def test_page_of_a_question_tells_what_became_of_it_and_of_the_mail(client, edith, asked, settle, outcome, said):
    client.force_login(edith)
    assert "Settled:" not in words(client.get(address(asked)))
    settle[outcome](asked)
    send_all()
    shown = words(client.get(address(asked)))
    assert said in shown
    assert ("Mail to the reader: Sent" in shown) == (outcome != "dismissed")


def test_editor_who_comes_second_is_told_that_the_question_was_settled(client, edith, asked, settle):
    client.force_login(edith)
    settle["answered"](asked)
    shown = words(client.get(address(asked, "do", "dismiss"), follow=True))
    assert "This question was settled already." in shown
    assert "In these words: Yes." in shown


def test_start_page_of_an_editor_lists_open_questions_however_old_the_oldest_first(client, edith, asked, settle, clock):
    newer = actions.ask(article=asked.article, version=asked.version, text="Newer?", email="", now=LATER)
    clock.shift(timedelta(days=100))
    client.force_login(edith)

    def listed() -> list[str]:
        (part,) = client.get(reverse("admin:index")).context["parts"]
        return [item.title for item in part.lists[-1].items]

    assert listed() == ["And children?", "Newer?"]
    settle["dismissed"](newer)
    assert listed() == ["And children?"]


def test_queue_shows_what_is_to_be_answered(client, edith, asked, settle):
    client.force_login(edith)
    listed = "/admin/articles/question/?answer="
    assert "To be answered" in client.get(f"{listed}open").content.decode()
    settle["answered"](asked)
    assert "And children?" not in client.get(f"{listed}open").content.decode()
    assert "And children?" in client.get(f"{listed}answered").content.decode()
    assert "And children?" in client.get("/admin/articles/question/").content.decode()


# --- mail and forgetting --------------------------------------------------------------------------------------------


class Refusing(locmem.EmailBackend):
    """A mail server that takes nothing."""

    error: type[Exception] = SMTPException

    def send_messages(self, _messages):
        raise self.error("no, for a@example.org")


class Away(Refusing):
    def open(self):
        raise OSError("away")


class RefusingForGood(Refusing):
    error = NobodyToSendToError


def of(backend: type) -> str:
    return f"{__name__}.{backend.__name__}"


def test_mail_that_fails_is_tried_again_and_given_up_with_the_address_erased(asked, settle, settings):
    settings.EMAIL_BACKEND = of(Refusing)
    settle["answered"](asked)
    now, tries = LATER, 0
    while not ReaderMail.objects.get().given_up_at:
        send_all(now)
        now, tries = now + timedelta(days=2), tries + 1
    owed = ReaderMail.objects.get()
    asked.refresh_from_db()
    assert (tries, owed.last_error, asked.email) == (len(reader_mail.RETRY_AFTER) + 1, "SMTPException", "")


def test_mails_that_fail_together_are_not_retried_together(asked, settle, settings):
    settings.EMAIL_BACKEND = of(Refusing)
    settle["answered"](asked)
    send_all()
    least = LATER + reader_mail.RETRY_AFTER[0]
    assert least < ReaderMail.objects.get().not_before < least + reader_mail.RETRY_AFTER[0]


def test_mail_to_a_reader_has_the_same_message_id_at_each_attempt(asked, settle):
    settle["answered"](asked)
    ids = {reader_mail.message(ReaderMail.objects.get()).extra_headers["Message-ID"] for _ in range(2)}
    assert len(ids) == 1
    assert ids.pop().startswith("<question.")


def test_mail_that_could_not_be_tried_waits_without_an_attempt(asked, settle):
    settle["answered"](asked)
    (mail_id,) = reader_mail.claim(now=LATER, limit=5)
    reader_mail.put_back(mail_id=mail_id, due_at=LATER + timedelta(minutes=1))
    owed = ReaderMail.objects.get()
    assert (owed.attempts, owed.last_error, owed.not_before) == (0, "", LATER + timedelta(minutes=1))
    assert reader_mail.claim(now=LATER + timedelta(minutes=1), limit=5) == [mail_id]


def test_mail_to_readers_gives_way_to_urgent_notices_that_become_due(asked, settle, edith):
    settle["answered"](asked)
    since, told = LATER - timedelta(minutes=1), {"recipients": [edith], "subject": "version:1", "context": {}}
    notices.owe(kind="suspended", occasion="earlier", now=since, **told)
    notices.owe(kind="submitted", occasion="1", now=LATER, **told)
    assert not reader_mail.gives_way(since=since, now=LATER)
    notices.owe(kind="suspended", occasion="1", now=LATER, **told)
    assert reader_mail.gives_way(since=since, now=LATER)
    moments = iter([since, since, LATER])
    assert sweep.send_due(reader_mail, clock=lambda: next(moments)) == 0
    assert send_all() == 1


def test_mail_that_is_refused_for_good_is_given_up_at_once(asked, settle, settings):
    settings.EMAIL_BACKEND = of(RefusingForGood)
    settle["answered"](asked)
    send_all()
    assert ReaderMail.objects.get().given_up_at == LATER


def test_mail_waits_for_a_server_that_is_away_without_losing_an_attempt(asked, settle, settings):
    settings.EMAIL_BACKEND = of(Away)
    settle["answered"](asked)
    assert send_all() == 0
    owed = ReaderMail.objects.get()
    assert (owed.attempts, owed.given_up_at, owed.claimed_until, owed.last_error) == (0, None, None, "OSError")
    assert owed.not_before == MailServer.objects.get().not_before > LATER
    with pytest.raises(ServerAwayError), MailConnection() as connection:
        reader_mail.deliver(mail_id=owed.pk, now=LATER, connection=connection)


def test_post_room_counts_mail_to_readers_and_leads_to_it_without_addresses(client, asked, settle, settings, edith):
    client.force_login(edith)
    room, listed = "/admin/editorial/notice/post-room/", "/admin/articles/readermail/?delivery="
    settle["answered"](asked)
    assert ("Queued, to readers who asked", 1, f"{listed}owed") in client.get(room).context["elsewhere"]
    assert f'href="{listed}owed"' in client.get(room).text
    assert "chip-wait" in client.get(f"{listed}owed").text
    settings.EMAIL_BACKEND = of(Refusing)
    send_all()
    assert "Failing, will be retried" in client.get(f"{listed}owed").text
    settings.EMAIL_BACKEND = of(RefusingForGood)
    send_all(LATER + timedelta(days=1))
    assert ("Failed, to readers who asked", 1, f"{listed}dead") in client.get(room).context["elsewhere"]
    page = client.get(f"{listed}dead").text
    assert ("Failed" in page, "a@example.org" in page) == (True, False)


def test_list_of_mail_to_readers_tells_what_was_sent(client, asked, settle, edith):
    settle["answered"](asked)
    send_all()
    client.force_login(edith)
    assert "chip-good" in client.get("/admin/articles/readermail/?delivery=sent").text
    assert "chip-good" not in client.get("/admin/articles/readermail/?delivery=owed").text


def test_mail_that_is_over_is_not_sent_again(asked, settle):
    settle["answered"](asked)
    send_all()
    owed = ReaderMail.objects.get()
    assert reader_mail.deliver(mail_id=owed.pk, now=LATER, connection=MailConnection()) is False
    assert len(mail.outbox) == 1


def test_mail_without_its_address_is_given_up(asked, settle):
    settle["answered"](asked)
    Question.objects.all().erase_addresses()
    assert (send_all(), mail.outbox) == (0, [])
    assert ReaderMail.objects.get().last_error == "The address was erased."


def test_addresses_are_erased_when_their_time_is_over_and_the_messages_stay(asked, approved):
    report = actions.report(article=approved.article, version=approved, text="Wrong.", email="b@example.org", now=NOW)
    assert (report.email_purpose, report.erase_email_at) == ("ask_back", asked.erase_email_at)
    with time_machine.travel(asked.erase_email_at - timedelta(seconds=1), tick=False):
        assert tasks.erase_addresses() == 0
    with time_machine.travel(asked.erase_email_at, tick=False):
        assert tasks.erase_addresses() == 2
    asked.refresh_from_db()
    report.refresh_from_db()
    assert (asked.email, asked.text) == ("", "And children?")
    assert (report.email, report.email_purpose, report.erase_email_at, report.text) == ("", "", None, "Wrong.")


@pytest.mark.parametrize("message", [Question, Report])
def test_address_without_purpose_or_end_is_refused_by_the_database(approved, message):
    kept = {"article": approved.article, "version": approved, "text": "x", "received_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        message.objects.create(email="a@example.org", **kept)


def test_question_about_a_text_that_is_not_public_finds_nothing(api, clock, policy):
    refused(api.post(ASK, RELATED), 404)
    publish()
    assert api.post(ASK, RELATED).status_code == 200
