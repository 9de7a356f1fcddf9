"""From a draft to Approved by the buttons of the admin, and what the admin says when it refuses."""

import re

import pytest
from django.forms import MultiWidget
from django.urls import reverse

from articles.lifecycle import State
from articles.models import Article, Version
from articles.text.content import MAX_LINES
from editorial.models import LedgerEntry
from reviews.lifecycle import State as ReviewState
from reviews.models import Comment, Decision, Review, Signature, Verdict
from tests.support import factories
from tests.support.factories import BODY

pytestmark = pytest.mark.django_db


def address(record, *more):
    where = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    return where.removesuffix("change/") + "".join(f"{part}/" for part in more or ("change",))


def as_sent(response, **changed):
    """The fields of a page's own form, as a browser would send them, with some of them changed."""
    form = response.context["adminform"].form if "adminform" in response.context else response.context["form"]
    sent = {name: value for bound in form for name, value in sent_by(bound)}
    return {name: "" if value is None else value for name, value in {**sent, **changed}.items() if value is not False}


def sent_by(bound):
    """Yield the names and values that one field sends. A date in parts has a field for each."""
    if not isinstance(bound.field.widget, MultiWidget):
        yield bound.html_name, bound.value()
        return
    for place, part in enumerate(bound.field.widget.decompress(bound.value())):
        yield f"{bound.html_name}_{place}", part


def do(client, user, record, verb, **fields):
    """Open the page of a verb and send it."""
    client.force_login(user)
    page = client.get(address(record, "do", verb))
    fields = {"password": factories.PASSWORD, **fields} if verb == "sign" else fields
    sent = as_sent(page, **fields) if page.status_code == 200 else fields
    return client.post(address(record, "do", verb), sent)


def words(response):
    """What the page says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def new_article(**fields):
    factories.make_texts()
    audience = factories.make_audience("professional")
    return {
        "slug": "ivig",
        "question": "Can IVIG cause back pain?",
        "risk": "moderate",
        "audience": audience.pk,
        "summary": "Yes.",
        "body": BODY,
        **fields,
    }


def make_listing(writer):
    """Return a draft with a text that came with a work."""
    version = Version.objects.first() or factories.make_draft()
    factories.articles.edit(version_id=version.pk, listed=["orbach2005"], by=writer, now=factories.NOW)
    return Version.objects.get(pk=version.pk)


def texts_of(version, **changed):
    """The form of a draft as it is sent: the question and one text."""
    text = version.renditions.order_by("-is_primary").first()
    return {
        "question": version.question,
        "seen": version.etag,
        "renditions-TOTAL_FORMS": "1",
        "renditions-INITIAL_FORMS": "1",
        "renditions-0-id": text.pk,
        "renditions-0-version": version.pk,
        "renditions-0-audience": text.audience_id,
        "renditions-0-is_primary": "on",
        "renditions-0-summary": text.summary,
        "renditions-0-body": text.body,
        **changed,
    }


def test_article_goes_from_draft_to_approved_by_buttons(policy, client, wanda, edith, ada, ben):
    client.force_login(wanda)
    begun = client.post(reverse("admin:articles_article_add"), new_article())
    version = Version.objects.get()
    assert begun["Location"] == address(version)
    assert do(client, wanda, version, "submit").status_code == 302
    for user in (ada, ben):
        do(client, edith, version, "invite", member=user.board_member.pk, message="Please.")
        review = Review.objects.get(member__user=user)
        assert do(client, user, review, "accept").status_code == 302
        assert do(client, user, review, "sign", decision="approve").status_code == 302
    assert Version.objects.get().state == State.APPROVED
    assert Signature.objects.count() == 2


def test_editor_suspends_reinstates_and_retracts_by_buttons(client, edith):
    version = factories.make_version_at(State.APPROVED)
    for verb, state in (("suspend", "suspended"), ("reinstate", "approved"), ("retract", "retracted")):
        assert do(client, edith, version, verb, reason="For the test.").status_code == 302
        assert Version.objects.get().state == state


@pytest.mark.parametrize(
    ("verb", "state"),
    [("withdraw", "withdrawn"), ("request_changes", "changes_requested"), ("reject", "rejected")],
)
def test_editor_ends_a_round_by_a_button(client, edith, verb, state):
    version = factories.make_version_at(State.UNDER_REVIEW)
    do(client, edith, version, verb, reason="For the test.")
    assert Version.objects.get().state == state


def test_revise_leads_to_the_new_draft(client, wanda):
    version = factories.make_version_at(State.APPROVED)
    answer = do(client, wanda, version, "revise")
    assert answer["Location"] == address(Version.objects.get(state=State.DRAFT))


@pytest.mark.parametrize(("verb", "state"), [("decline", "declined"), ("recuse", "recused")])
def test_member_turns_a_review_down_with_a_reason(client, verb, state):
    review = factories.make_review_at(ReviewState.INVITED)
    do(client, review.member.user, review, verb, reason="No time.")
    assert Review.objects.get().state == state


def test_editor_calls_a_review_off(client, edith):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    do(client, edith, review, "cancel")
    assert Review.objects.get().state == ReviewState.CANCELLED


def test_member_comments_checks_signs_and_withdraws(client):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    ada, claim = review.member.user, review.version.renditions.get().claims.first()
    work = claim.references.first()
    client.force_login(ada)
    said = {"key": f"comment:{claim.pk}", "claim": claim.pk, "text": "Say how often.", "quote": "It is mild"}
    client.post(address(review, "desk", "comment"), said)
    given = {"claim": claim.pk, "reference": work.pk, "verdict": Verdict.PARTLY, "locator": "p. 3"}
    client.post(address(review, "desk", "verdict"), given)
    do(client, ada, review, "sign", decision="request_changes", statement="See my comment.")
    assert Comment.objects.get().claim == claim
    assert review.claim_checks.get().locator == "p. 3"
    assert Version.objects.get().state == State.CHANGES_REQUESTED


def test_history_of_a_colleagues_review_is_read_once_ones_own_is_signed(policy, client, edith):
    version = factories.make_submitted()
    mine, theirs = (factories.make_accepted(version, username) for username in ("edith", "ben"))
    history = reverse("admin:reviews_review_history", args=[theirs.pk])
    client.force_login(edith)
    assert client.get(history).status_code == 403
    factories.sign(mine)
    assert client.get(history).status_code == 200


def test_member_withdraws_a_signature_while_the_round_is_open(client):
    review = factories.make_review_at(ReviewState.SIGNED)
    do(client, review.member.user, review, "withdraw_signature", reason="Read on.")
    assert Review.objects.get().state == ReviewState.ACCEPTED
    assert "Withdrawn" in words(client.get(address(review)))


def test_author_of_a_comment_resolves_it_once(client):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    ada = review.member.user
    client.force_login(ada)
    client.post(address(review, "desk", "comment"), {"key": "comment:passage", "text": "Blocks.", "is_blocking": "on"})
    comment = Comment.objects.get()
    assert do(client, ada, comment, "resolve").status_code == 302
    again = client.post(address(comment, "do", "resolve"))
    assert again.status_code == 409
    assert "resolved already" in words(again)
    assert "Resolved" in words(client.get(address(comment)))


# --- refusals -------------------------------------------------------------------------------------------------------


def test_double_submit_does_it_once_and_says_so(policy, client, wanda):
    version = factories.make_draft()
    client.force_login(wanda)
    sent = {"seen": version.etag}
    answers = [client.post(address(version, "do", "submit"), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert "the version is submitted" in words(answers[1]).lower()
    assert LedgerEntry.objects.filter(action="submit").count() == 1


def test_submit_of_a_draft_with_findings_says_what_to_mend(policy, client, wanda):
    version = factories.make_draft()
    factories.articles.edit(version_id=version.pk, texts=[], by=wanda, now=factories.NOW)
    answer = do(client, wanda, version, "submit")
    assert answer.status_code == 422
    assert "There is no text. Write the primary text." in words(answer)
    assert "There is no text. Write the primary text." in words(client.get(address(version)))


def test_submit_of_a_draft_saved_meanwhile_is_refused(policy, client, wanda):
    version = factories.make_draft()
    client.force_login(wanda)
    answer = client.post(address(version, "do", "submit"), {"seen": '"stale"'})
    assert answer.status_code == 412
    assert Version.objects.get().state == State.DRAFT


def test_sign_over_another_digest_is_refused(client):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    answer = do(client, review.member.user, review, "sign", decision="approve", digest="0" * 64)
    assert answer.status_code == 409
    assert "This is not the text that is under review" in words(answer)


def test_request_for_changes_without_words_is_refused_at_the_field(client):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    answer = do(client, review.member.user, review, "sign", decision=Decision.REQUEST_CHANGES)
    assert answer.status_code == 422
    assert answer.context["form"].errors["statement"] == ["Say in a comment or a statement what has to change."]


def test_invitation_against_an_interest_is_refused_until_waived(policy, client, edith):
    version = factories.make_submitted()
    product = factories.make_product()
    act = {"article_id": version.article_id, "by": edith, "now": factories.NOW}
    factories.articles.classify(classification=factories.articles.Classification(products=[product.pk]), **act)
    member = factories.make_member("cleo")
    factories.make_disclosure(member, company=product.manufacturer)
    client.force_login(edith)
    assert "unless waived: disclosed an interest that touches this article: consulting, CSL Behring" in words(
        client.get(address(version, "do", "invite"))
    )
    assert do(client, edith, version, "invite", member=member.pk).status_code == 422
    assert do(client, edith, version, "invite", member=member.pk, waiver="Ended long ago.").status_code == 302
    assert Review.objects.get().waiver == "Ended long ago."


def test_verb_without_a_needed_reason_stays_on_its_page(client, edith):
    version = factories.make_version_at(State.APPROVED)
    answer = do(client, edith, version, "retract", reason="")
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"] == ["This field is required."]


def test_verb_that_is_not_possible_now_leads_back_with_the_reason(client, edith):
    version = factories.make_version_at(State.APPROVED)
    client.force_login(edith)
    answer = client.get(address(version, "do", "reject"), follow=True)
    assert "the version is approved." in words(answer).lower()


def test_buttons_show_what_is_possible_and_why_the_rest_is_not(client, wanda):
    version = factories.make_version_at(State.APPROVED)
    client.force_login(wanda)
    page = client.get(address(version))
    assert [button.verb.name for button in page.context["buttons"]] == ["revise"]
    refused = {button.verb.name: button.reason for button in page.context["refused_buttons"]}
    assert refused["retract"].lower() == "only editors may do this: retract."
    assert refused["withdraw"].lower() == "the version is approved."


def test_verb_of_another_writers_article_does_not_exist(client, walter):
    version = factories.make_version_at(State.DRAFT)
    answer = do(client, walter, version, "submit")
    assert answer.status_code == 302
    assert Version.objects.get().state == State.DRAFT


def test_verb_for_somebody_without_business_with_the_noun_is_403(client, cleo):
    version = factories.make_version_at(State.DRAFT)
    assert do(client, cleo, version, "submit").status_code == 403


def test_unknown_verb_is_404(client, edith):
    version = factories.make_version_at(State.DRAFT)
    client.force_login(edith)
    assert client.get(address(version, "do", "eat")).status_code == 404


def test_verb_on_what_went_out_of_sight_meanwhile_is_404(client, edith, ada):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    comment = factories.reviews.comment(review_id=review.pk, text="Mine.", by=ada, now=factories.NOW)
    client.force_login(edith)
    assert client.post(address(comment, "do", "resolve")).status_code == 302
    assert Comment.objects.get().resolved_at is None


# --- writing --------------------------------------------------------------------------------------------------------


def test_draft_is_edited_with_history(client, wanda):
    version = factories.make_draft()
    client.force_login(wanda)
    sent = texts_of(version, question="Can IVIG hurt?", **{"renditions-0-summary": "Often."})
    assert client.post(address(version), sent).status_code == 302
    assert Version.objects.get().question == "Can IVIG hurt?"
    assert version.renditions.get().summary == "Often."
    assert "Yes, sometimes. → Often." in words(client.get(address(version.renditions.get(), "history")))


def test_draft_saved_by_somebody_else_meanwhile_is_not_overwritten(client, wanda):
    version = factories.make_draft()
    sent = texts_of(version, question="Mine?")
    factories.articles.edit(version_id=version.pk, question="Theirs?", by=wanda, now=factories.NOW)
    client.force_login(wanda)
    answer = client.post(address(version), sent)
    assert answer.status_code == 412
    assert "Wanda Example saved first" in words(answer)
    assert 'value="Mine?"' in answer.content.decode()
    assert Version.objects.get().question == "Theirs?"


def test_draft_citing_what_the_library_lacks_is_saved_and_told_beside_the_text(client, wanda):
    version = make_listing(wanda)
    client.force_login(wanda)
    sent = texts_of(version, **{"renditions-0-body": "New [@nobody1999].", "listed": "orbach2005"})
    assert client.post(address(version), sent).status_code == 302
    page = words(client.get(address(version)))
    assert "Text for: Professional To fix Line 1: [@nobody1999] matches no work in the library." in page
    assert "Works that came with the text Note “Title of orbach2005” is listed with this article but not cited." in page


def test_draft_with_a_text_that_cannot_be_stored_says_so_at_the_text(client, wanda):
    version = factories.make_draft()
    client.force_login(wanda)
    answer = client.post(address(version), texts_of(version, **{"renditions-0-body": "a\n" * MAX_LINES + "a"}))
    assert answer.status_code == 422
    form = answer.context["inline_admin_formsets"][0].formset.forms[0]
    assert form.errors["body"] == ["A text has at most 20,000 lines."]


def test_draft_listing_what_the_library_lacks_says_so_at_the_list(client, wanda):
    version = make_listing(wanda)
    client.force_login(wanda)
    answer = client.post(address(version), texts_of(version, listed="nobody1999"))
    assert answer.status_code == 422
    assert "“nobody1999” is not in the library." in answer.context["adminform"].form.errors["listed"]


def test_works_that_came_with_a_text_are_explained_and_asked_for_only_if_there_are_any(client, wanda):
    version = factories.make_draft()
    client.force_login(wanda)
    assert "listed" not in client.get(address(version)).context["adminform"].form.fields
    make_listing(wanda)
    page = words(client.get(address(version)))
    assert "Works that came with the text" in page
    assert "Take a key out if the text does not need that work." in page
    assert client.post(address(version), texts_of(Version.objects.get(), listed="")).status_code == 302
    assert Version.objects.get().listed == []


def test_text_for_another_audience_is_added_and_removed(client, wanda):
    version, patient = factories.make_draft(), factories.make_audience("patient", position=2)
    client.force_login(wanda)
    second = {"audience": patient.pk, "summary": "Maybe.", "body": "Ask [@orbach2005].", "version": version.pk}
    added = {f"renditions-1-{name}": value for name, value in second.items()}
    client.post(address(version), texts_of(version, **{"renditions-TOTAL_FORMS": "2"}, **added))
    assert version.renditions.count() == 2
    text = version.renditions.get(audience=patient)
    version = factories.reread(version)
    kept = {**added, "renditions-1-id": text.pk, "renditions-1-DELETE": "on", "renditions-INITIAL_FORMS": "2"}
    first = version.renditions.get(is_primary=True)
    sent = {**texts_of(version), "renditions-TOTAL_FORMS": "2", **kept}
    assert client.post(address(version), sent).status_code == 302
    assert version.renditions.get() == first


def test_two_primary_texts_are_refused_in_words(client, wanda):
    version, patient = factories.make_draft(), factories.make_audience("patient", position=2)
    client.force_login(wanda)
    second = {"audience": patient.pk, "summary": "Maybe.", "body": "Ask.", "is_primary": "on", "version": version.pk}
    added = {f"renditions-1-{name}": value for name, value in second.items()}
    answer = client.post(address(version), texts_of(version, **{"renditions-TOTAL_FORMS": "2"}, **added))
    assert answer.status_code == 422
    assert "Exactly one text is the primary one." in words(answer)


def test_article_with_a_taken_slug_is_refused(client, wanda):
    factories.make_draft("ivig")
    client.force_login(wanda)
    answer = client.post(reverse("admin:articles_article_add"), new_article())
    assert answer.status_code == 200
    assert "Article with this Slug already exists." in words(answer)


def test_article_whose_text_does_not_do_leaves_nothing(client, wanda):
    client.force_login(wanda)
    answer = client.post(reverse("admin:articles_article_add"), new_article(body="a\n" * MAX_LINES + "a"))
    assert answer.status_code == 422
    assert "A text has at most 20,000 lines." in words(answer)
    assert not Article.objects.exists()


def test_editor_begins_an_article_for_a_writer(client, edith, wanda):
    client.force_login(edith)
    client.post(reverse("admin:articles_article_add"), new_article(authors=[wanda.pk]))
    assert Article.objects.get().authors.get() == wanda


def test_article_is_classified_with_a_reason(client, edith):
    version, product = factories.make_draft(), factories.make_product()
    factories.make_specialty()
    client.force_login(edith)
    sent = as_sent(client.get(address(version.article)), risk="high", products=[product.pk], reason="Bleeding.")
    sent["specialties"] = ["immunology"]
    assert client.post(address(version.article), sent).status_code == 302
    article = Article.objects.get()
    assert (article.risk, article.specialties, list(article.products.all())) == ("high", ["immunology"], [product])
    assert "Bleeding." in words(client.get(address(article, "history")))
    assert as_sent(client.get(address(article)))["products"] == [product.pk]


def test_article_classified_by_somebody_else_meanwhile_is_not_overwritten(client, edith):
    version, product = factories.make_draft(), factories.make_product()
    client.force_login(edith)
    sent = as_sent(client.get(address(version.article)), risk="high")
    act = {"article_id": version.article_id, "by": edith, "now": factories.NOW}
    factories.articles.classify(classification=factories.articles.Classification(products=[product.pk]), **act)
    answer = client.post(address(version.article), sent)
    assert answer.status_code == 412
    assert "Not saved: Edith Example changed this" in words(answer)
