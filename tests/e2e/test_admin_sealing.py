"""No admin page shows a reviewer what is hidden until signing, and no page interprets markup in user text."""

import pytest
from django.contrib import admin
from django.urls import reverse

from articles.models import Version
from articles.text.content import Text
from editorial import autosave
from editorial.models import BoardMember, EditorialPolicy
from reviews.actions.comments_and_verdicts import Anchor
from reviews.lifecycle import State
from reviews.models import Comment, Decision, Review, Signature
from reviews.rounds import statistics
from tests.support import admin_records, factories
from tests.support.factories import NOW
from tests.support.verdicts import claims_of

pytestmark = pytest.mark.django_db

VOTE, WORDS, REASON, ANSWER = "ZZSTATEMENTZZ", "ZZCOMMENTZZ", "ZZREASONZZ", "ZZANSWERZZ"
COUNTED = "1 ask for changes"
CSV = "text/csv; charset=utf-8"
NOTE, TYPED = "ZZNOTEZZ", "ZZTYPEDZZ"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def pages(model_admin, rows):
    """Yield the URLs of a model: its list and, for each row, its page, history and actions."""
    name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    yield reverse(f"{name}_changelist")
    for row in rows:
        yield reverse(f"{name}_change", args=[row.pk])
        yield reverse(f"{name}_history", args=[row.pk])
        for past in row.history.all() if hasattr(row, "history") else ():
            yield reverse(f"{name}_history_record", args=[row.pk, past.history_id])
        for verb in getattr(model_admin, "verbs", ()):
            yield reverse(f"{name}_do", args=[row.pk, verb.name])


def everything(client):
    """Return the text of every admin page that the user can open, as one string."""
    addresses = [reverse("admin:index"), reverse("admin:index") + "reviews/", reverse("admin:index") + "articles/"]
    for model, model_admin in admin.site._registry.items():
        addresses += pages(model_admin, model.objects.all())
    addresses += [reverse("admin:articles_version_compare", args=[row.pk]) for row in Version.objects.all()]
    addresses += [reverse("admin:reviews_signature_receipt", args=[row.pk]) for row in Signature.objects.all()]
    addresses += [reverse(f"admin:articles_version_{name}") for name in ("rounds", "figures")]
    addresses += [reverse("api-review-checklist", args=[row.pk]) for row in Review.objects.all()]
    addresses += [reverse("admin:reviews_review_desk", args=[row.pk]) for row in Review.objects.all()]
    return shown_at(client, addresses)


def signed_pages(client):
    """Return the text of the pages of reviews, signatures and rounds, as one string."""
    addresses = [reverse("admin:articles_version_rounds")]
    for model in (Review, Signature):
        addresses += pages(admin.site._registry[model], model.objects.all())
    return shown_at(client, addresses)


def shown_at(client, addresses):
    return "\n".join(client.get(address, follow=True).content.decode() for address in addresses)


def told(client):
    """Return all JSON that desk and API send about every review, as one string."""
    names = [f"api-review{name}" for name in ("", "-comments", "-claims", "-claim-checks")]
    names.append("admin:reviews_review_typed")
    addresses = [reverse(name, args=[row.pk]) for name in names for row in Review.objects.all()]
    return "\n".join(client.get(address).content.decode() for address in addresses)


def files(client):
    """Return the files that editors download, as one string. They are CSV, so no browser interprets their markup."""
    tables = [table.name for table in statistics.tables(at=NOW)]
    addresses = [reverse("admin:articles_version_rounds_csv")]
    addresses += [reverse("admin:articles_version_figures_csv", args=[name]) for name in tables]
    answers = [client.get(address) for address in addresses]
    assert {answer.headers["Content-Type"] for answer in answers if answer.status_code == 200} <= {CSV}
    return "\n".join(answer.content.decode() for answer in answers)


@pytest.fixture
def round_with_votes(policy):
    """A round in which Ben signed with a reason and withdrew once. Ada and an editor on the board have yet to sign."""
    factories._ensure_policy()
    version = factories.make_submitted()
    for username in ("ada", "edith"):
        factories.make_accepted(version, username)
    review = factories.make_accepted(version, "ben")
    ben = {"review_id": review.pk, "by": review.member.user, "now": NOW}
    admin_records.reviews.comment(text=WORDS, is_blocking=True, **ben)
    question = EditorialPolicy.objects.required(at=NOW).questions.get()
    admin_records.reviews.answer_checklist(checklist={question.pk: ANSWER}, **ben)
    claim = claims_of(version)[0]
    place = {"claim_id": claim.pk, "reference_id": claim.references.all()[0].pk}
    admin_records.reviews.check_claim(verdict="contradicts", note=NOTE, **place, **ben)
    typed = {"form": "comment:passage", "value": {"text": TYPED}, "seen": None}
    autosave.save_form(review, by=review.member.user, now=NOW, **typed)
    admin_records.reviews.sign(decision=Decision.REQUEST_CHANGES, digest=version.digest, statement=VOTE, **ben)
    admin_records.reviews.withdraw_signature(reason=REASON, **ben)
    admin_records.reviews.sign(decision=Decision.REQUEST_CHANGES, digest=version.digest, statement=VOTE, **ben)
    return version


@pytest.mark.parametrize("username", ["ada", "edith"])
def test_votes_and_words_of_others_are_nowhere_before_signing(round_with_votes, client, username):
    client.force_login(BoardMember.objects.get(user__username=username).user)
    shown = everything(client) + files(client) + told(client)
    secrets = (VOTE, WORDS, REASON, ANSWER, NOTE, TYPED, COUNTED, "is_blocking&quot;: true")
    assert [secret for secret in secrets if secret in shown] == []


def test_votes_and_words_of_others_are_there_after_signing(round_with_votes, client):
    mine = Review.objects.select_related("member__user", "version__article").get(member__user__username="ada")
    factories.sign(mine)
    client.force_login(mine.member.user)
    shown = everything(client) + told(client)
    assert VOTE in shown
    assert WORDS in shown
    assert ANSWER in shown
    assert NOTE in shown
    assert TYPED not in shown


def test_desk_refuses_a_colleagues_comment_and_counts_nothing_of_theirs_before_signing(round_with_votes, client):
    mine = Review.objects.select_related("member__user").get(member__user__username="ada")
    theirs = Comment.objects.get(text=WORDS)
    client.force_login(mine.member.user)
    assert ", 0 blocking" in client.get(reverse("admin:reviews_review_desk", args=[mine.pk])).content.decode()
    answer = {"key": f"answer:{theirs.pk}", "parent": theirs.pk, "text": "Yes."}
    refused = client.post(reverse("admin:reviews_review_desk_comment", args=[mine.pk]), answer)
    unknown = client.post(
        reverse("admin:reviews_review_desk_comment", args=[mine.pk]), {**answer, "parent": theirs.pk + 1_000}
    )
    assert refused.status_code == unknown.status_code == 422
    assert "There is no such comment on this version." in refused.content.decode()
    assert [secret for secret in (VOTE, WORDS, REASON, NOTE, TYPED) if secret in refused.content.decode()] == []
    resolve = client.post(reverse("api-comment-resolve", args=[theirs.pk]), content_type="application/json")
    assert resolve.status_code == 404
    assert WORDS not in resolve.content.decode()


def test_one_who_signed_sees_their_own_words(round_with_votes, client):
    client.force_login(BoardMember.objects.get(user__username="ben").user)
    shown = signed_pages(client)
    assert VOTE in shown
    assert REASON in shown


def test_editor_who_reviews_nothing_sees_what_was_signed(round_with_votes, client):
    client.force_login(factories.make_user("emil", is_editor=True))
    shown = signed_pages(client)
    assert VOTE in shown
    assert REASON in shown
    assert COUNTED in shown
    assert COUNTED in files(client)


def test_review_of_a_colleague_says_that_it_is_sealed(round_with_votes, client):
    review = Review.objects.get(member__user__username="ben")
    client.force_login(BoardMember.objects.get(user__username="edith").user)
    address = reverse("admin:reviews_review_change", args=[review.pk])
    assert "You can read this review after you have signed yours" in client.get(address).content.decode()
    assert client.get(address.replace("change", "history")).status_code == 403


def test_text_is_not_shown_to_a_member_who_left_the_round(client):
    review = factories.make_review_at(State.DECLINED)
    client.force_login(review.member.user)
    shown = client.get(reverse("admin:reviews_review_change", args=[review.pk])).content.decode()
    assert "The text is no longer shown here" in shown
    assert "Intravenous immunoglobulin" not in shown


def test_markup_in_any_field_is_shown_and_does_nothing(policy, client):
    wanda = factories.make_user("wanda", is_writer=True, first_name=MARKUP[:150])
    factories.make_audience("professional", name=MARKUP[:100], disclaimer=MARKUP)
    factories.make_reference("evil", title=MARKUP)
    body = f"# {MARKUP}\n\n{MARKUP} [@evil]. [x](javascript:alert(3)) <b onclick=alert(4)>b</b>\n"
    texts = [Text("professional", MARKUP, body, is_primary=True)]
    new = factories.articles.NewArticle(slug="evil", question=MARKUP, texts=texts)
    draft = factories.articles.create(new=new, by=wanda, now=NOW)
    version = factories.articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    review = factories.make_accepted(version, "ada")
    act = {"review_id": review.pk, "by": review.member.user, "now": NOW}
    anchor = Anchor(quote=MARKUP)
    admin_records.reviews.comment(text=MARKUP, anchor=anchor, **act)
    admin_records.reviews.sign(decision="approve", digest=version.digest, statement=MARKUP, **act)
    said = {"article": version.article, "version": version, "email": "", "now": NOW}
    factories.articles.ask(text=MARKUP, **said)
    client.force_login(review.member.user)
    shown = client.get(reverse("admin:reviews_review_desk", args=[review.pk])).content.decode()
    client.force_login(factories.make_user("root", is_superuser=True, is_editor=True))
    shown += everything(client)
    assert "&lt;script&gt;alert(1)" in shown
    assert [bad for bad in ("<script>alert", "<img src=x", "<b onclick", 'href="javascript:') if bad in shown] == []
    assert Comment.objects.count() == Signature.objects.count() == 1
