"""The review desk: what it shows, what it keeps, and for whom."""

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml.html import fromstring

from articles import actions as articles
from articles.models import Reference
from articles.text.content import Text
from editorial import autosave
from editorial.models import Unsent
from reviews import actions
from reviews.actions.comments_and_verdicts import Anchor
from reviews.lifecycle import State
from reviews.models import ClaimCheck, Comment
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import body, check, claims_of, sent, signed

pytestmark = pytest.mark.django_db

REWORDED = "It is mild [@stiehm2013]. Pain is **very** common [@orbach2005]. Nobody dies of this ache [@orbach2005].\n"
JSON = {"Accept": "application/json"}


def door(review, name=""):
    return reverse(f"admin:reviews_review_desk{name and '_' + name}", args=[review.pk])


def typed_door(record):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_typed", args=[record.pk])


@pytest.fixture
def review(policy):
    return factories.make_accepted(sent())


@pytest.fixture
def claims(review):
    return claims_of(review.version)


@pytest.fixture
def ada(review, client):
    client.force_login(review.member.user)
    return review.member.user


@pytest.fixture
def say(ada, client, review):
    """Sends a form of the desk as its modules do."""
    return lambda name, **fields: client.post(door(review, name), fields, headers=JSON)


@pytest.fixture
def type_into(ada, client, review):
    def typed(form, seen=None, **value):
        said = json.dumps({"form": form, "value": value, "seen": seen})
        return client.post(typed_door(review), said, content_type="application/json")

    return typed


def test_desk_says_which_comments_block_and_which_are_resolved(review, ada, client):
    act = {"review_id": review.pk, "by": ada, "now": NOW}
    remark = actions.comment(text="The dose.", is_blocking=True, **act)
    assert "Blocking" in words(client.get(door(review)))
    actions.resolve(comment_id=remark.pk, by=ada, now=NOW)
    assert "Resolved" in words(client.get(door(review)))


def test_comment_at_the_desk_links_to_the_page_that_resolves_it(review, ada, client):
    remark = actions.comment(review_id=review.pk, text="The dose.", by=ada, now=NOW)
    assert f'href="{address(remark)}">Open or resolve</a>' in client.get(door(review)).content.decode()


def test_desk_escapes_everything_that_a_person_wrote(review, claims, ada, client):
    hostile = "\"'</textarea><script>alert(1)</script>"
    check(review, claims[0], "partly", locator=hostile, quote=hostile, note=f"{hostile}\n{hostile}")
    said = {"review_id": review.pk, "anchor": Anchor(claim_id=claims[0].pk), "by": ada, "now": NOW}
    actions.comment(text=f"{hostile}\n{hostile}", proposal=hostile, **said)
    shown = client.get(door(review)).content.decode()
    assert "<script>alert" not in shown
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 7


@pytest.mark.parametrize(
    ("status", "words_shown"),
    [
        ("retracted", "Retracted"),
        ("clear", "Checked for retractions on 2 Mar 2026."),
        ("unknown", "Not checked for retractions yet, so it is not known"),
    ],
)
def test_desk_says_of_each_work_what_is_known_of_a_retraction(review, ada, client, edith, status, words_shown):
    work = Reference.objects.get(key="orbach2005")
    work.retraction, work.retraction_as_of = status, None if status == "unknown" else NOW.date()
    work.record(by=edith, now=NOW)
    assert words_shown in words(client.get(door(review))).replace("\N{NO-BREAK SPACE}", " ")


def verdict(claim, given="supports", **fields):
    return {"claim": claim.pk, "reference": claim.references.get().pk, "verdict": given, **fields}


# --- what it shows --------------------------------------------------------------------------------------------------


def test_desk_marks_claims_in_the_text_and_shows_the_evidence_beside(review, claims, ada, client):
    page = client.get(door(review), {"claim": claims[0].pk})
    shown = page.content.decode()
    assert f'<span class="claim claim-{claims[0].pk} is-to_check" id="claim-{claims[0].pk}">Pain is common' in shown
    assert f'class="evidence chosen" id="evidence-{claims[0].pk}"' in shown
    assert f'href="?claim={claims[1].pk}#evidence-{claims[1].pk}" class="claim-link" aria-label="Claim 2' in shown
    assert "0 of 2 checked, 0 blocking" in words(page)
    assert "Orbach H. Title of orbach2005. Clinical Reviews" in words(page)


def test_desk_marks_new_words_and_says_from_whom_verdicts_were_carried_over(policy, client):
    first = sent()
    old = signed(first, decision="request_changes")
    review = factories.make_accepted(sent(REWORDED, after=factories.reread(first)))
    client.force_login(old.member.user)
    page = client.get(door(review))
    shown = page.content.decode()
    assert '<strong><span class="claim claim-' in shown
    assert "<ins>very</ins>" in shown
    assert "Nobody dies of this ache" in shown
    assert "2 changes in the text, none of them in numbers; 2 cited statements changed." in words(page)
    assert "Before: Pain is common." in words(page)
    assert "Ada Example, MD, PhD, 2 Mar 2026, carried over from version 1" in words(page)
    assert "0 of 3 checked, 1 to check again, 0 blocking" in words(page)


ARTICLE = """## Benefits

The evidence is good. It is mild [@stiehm2013].

| Drug | Dose |
|---|---|
| first | 15 mg/kg [@orbach2005] |
"""


@pytest.fixture
def changed_around(policy, client):
    """Ada's, who signed a text of which a heading, a column head, an uncited sentence, summary and question changed."""
    first = sent(ARTICLE)
    signed(first, decision="request_changes")
    draft = articles.revise(version_id=first.pk, by=factories.make_user("wanda"), now=NOW)
    text = ARTICLE.replace("Benefits", "Harms in pregnancy").replace("Dose", "Maximum dose in children")
    text = text.replace("The evidence is good.", "The following was later shown to be wrong.")
    texts = [Text("professional", "Yes, in 50 of 100.", text, is_primary=True)]
    act = {"by": factories.make_user("wanda"), "now": NOW}
    articles.edit(version_id=draft.pk, question="Can IVIG cause severe back pain?", texts=texts, **act)
    review = factories.make_accepted(articles.submit(version_id=draft.pk, **act))
    client.force_login(review.member.user)
    return review


def test_desk_marks_and_counts_every_changed_word_around_claims_that_did_not_change(changed_around, client):
    """On the code before, the desk said "0 claims changed" and marked nothing."""
    page = client.get(door(changed_around))
    shown = page.content.decode()
    assert "5 changes in the text, 1 of them in numbers; 0 cited statements changed." in words(page)
    for new in ("Harms in pregnancy", "Maximum dose in children", "severe"):
        assert re.search(f"<ins[^>]*>{new}</ins>", shown)
    assert re.search("<ins[^>]*>The following was later shown to be wrong", shown)
    assert [f'id="change-{number}"' in shown for number in range(1, 7)] == [True] * 5 + [False]
    assert [f'href="#change-{number}"' in shown for number in range(1, 7)] == [True] * 5 + [False]


def test_sign_page_counts_the_changes_and_leads_to_them(changed_around, client):
    page = client.get(reverse("admin:reviews_review_do", args=[changed_around.pk, "sign"]))
    assert "5 changes in the text, 1 of them in numbers; 0 cited statements changed." in words(page)
    assert f'href="{door(changed_around)}#changes"' in page.content.decode()


def test_desk_of_who_never_signed_marks_nothing_and_offers_the_comparison_with_what_readers_see(policy, client):
    first = factories.make_approved()
    review = factories.make_accepted(sent(REWORDED, after=first), "cleo")
    client.force_login(review.member.user)
    page = client.get(door(review))
    assert "You have not signed a version of this article before, so nothing is marked." in words(page)
    assert "Compare side by side with version 1" in words(page)
    assert "<ins" not in page.content.decode().split('id="desk-text"')[1].split("<aside")[0]


def test_desk_says_when_markup_alone_changed(policy, client):
    first = sent("It is *mild* [@stiehm2013].\n")
    signed(first, decision="request_changes")
    review = factories.make_accepted(sent("It is **mild** [@stiehm2013].\n", after=factories.reread(first)))
    client.force_login(review.member.user)
    page = words(client.get(door(review)))
    assert "0 changes in the text; 0 cited statements changed." in page
    assert "No word changed, but headings, lists, emphasis or links did." in page


def test_desk_tells_of_a_text_that_is_gone(policy, client):
    factories.make_audience("patient", position=2)
    draft = factories.make_draft()
    act = {"by": draft.created_by, "now": NOW}
    patient = Text("patient", "It can.", "You may feel pain [@orbach2005].\n")
    articles.edit(version_id=draft.pk, texts=[*factories.make_texts(), patient], **act)
    first = articles.submit(version_id=draft.pk, **act)
    signed(first, decision="request_changes")
    review = factories.make_accepted(sent(factories.BODY, after=factories.reread(first)))
    client.force_login(review.member.user)
    page = words(client.get(door(review)))
    assert "1 change in the text" in page
    assert "Text for: Patient, no longer in the text" in page


def test_desk_says_when_only_a_work_changed_and_marks_no_word(policy, wanda, client):
    first = sent()
    signed(first, decision="request_changes")
    work = claims_of(first)[0].references.get()
    factories.articles.keep_reference(csl={**work.csl, "title": "Another"}, reference=work, by=wanda, now=NOW)
    review = factories.make_accepted(sent(None, after=factories.reread(first)))
    client.force_login(review.member.user)
    page = client.get(door(review))
    assert "The words are the same; a work cited here is another one." in words(page)
    assert "<ins>Pain" not in page.content.decode()


def test_comments_of_the_version_before_stay_with_their_claim_or_are_told_as_orphaned(policy, client):
    first = sent()
    old = factories.make_accepted(first)
    one, other = claims_of(first)
    said = {"review_id": old.pk, "by": old.member.user, "now": NOW}
    actions.comment(text="ZZSTAYSZZ", anchor=Anchor(claim_id=other.pk), proposal="It is light.", **said)
    actions.comment(text="ZZGONEZZ", anchor=Anchor(quote="Pain is common"), is_blocking=True, **said)
    factories.sign(old, "request_changes")
    review = factories.make_accepted(sent("It is quite mild [@stiehm2013].\n", after=factories.reread(first)))
    client.force_login(old.member.user)
    page = words(client.get(door(review)))
    before, orphaned = page.rindex("ZZGONEZZ"), page.index("ZZSTAYSZZ")
    assert "Its passage is gone" in page[:before]
    assert "Its passage is gone" not in page[before:orphaned]
    assert one.pk != other.pk


def test_answers_stand_under_the_first_comment_of_their_thread(review, claims, ada, client):
    said = {"review_id": review.pk, "by": ada, "now": NOW}
    first = actions.comment(text="First.", anchor=Anchor(claim_id=claims[1].pk), **said)
    second = actions.comment(text="Second.", anchor=Anchor(parent_id=first.pk), **said)
    actions.comment(text="Third.", anchor=Anchor(parent_id=second.pk), proposal="Other words.", **said)
    shown = client.get(door(review)).content.decode()
    assert shown.count('class="answer"') == 2
    assert "Other words." in shown


def test_negative_verdict_blocks_and_is_shown_at_its_claim(review, claims, ada, client):
    check(review, claims[0], "contradicts", note="ZZNOTEZZ")
    page = client.get(door(review))
    assert "1 of 2 checked, 1 blocking" in words(page)
    assert "is-blocking" in page.content.decode()
    assert "ZZNOTEZZ" in words(page)


def test_own_verdict_is_pressed_at_its_work_and_forms_carry_the_ids_of_their_place(review, claims, ada, client):
    check(review, claims[1], "partly")
    thread = actions.comment(review_id=review.pk, text="Why?", anchor=Anchor(claim_id=claims[0].pk), by=ada, now=NOW)
    shown = client.get(door(review)).content.decode()
    assert shown.count('aria-pressed="true"') == 1
    assert 'value="partly" aria-pressed="true"' in shown.split(f'id="evidence-{claims[1].pk}"')[1]
    assert f'data-key="comment:{claims[1].pk}"' in shown
    answer = shown.split(f'data-key="answer:{thread.pk}"')[1].split("</form>")[0]
    assert f'name="claim" value="{claims[0].pk}"' in answer
    assert f'name="parent" value="{thread.pk}"' in answer


def test_desk_of_a_signed_review_is_to_read_only(policy, client):
    review = signed(sent())
    client.force_login(review.member.user)
    shown = client.get(door(review)).content.decode()
    assert "Signed. You can read what you wrote" in shown
    assert "<form" not in shown.split('id="desk-bar"')[1].split("</main>")[0]


# --- for whom -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["edith", "wanda", "ben", "root"])
def test_desk_is_its_reviewers_own(review, client, username):
    if username == "ben":
        factories.make_accepted(review.version, "ben")
    client.force_login(factories.make_user(username, is_superuser=username == "root"))
    assert client.get(door(review)).status_code in (302, 403)
    assert client.get(typed_door(review)).status_code in (404, 403)
    for name in ("verdict", "comment"):
        assert client.post(door(review, name)).status_code in (404, 403)


def test_desk_before_accepting_leads_to_the_invitation_and_after_it_to_the_desk(policy, client):
    review = factories.make_invitation(sent())
    client.force_login(review.member.user)
    assert client.get(door(review))["Location"] == address(review)
    assert do(client, review.member.user, review, "accept")["Location"] == door(review)
    assert do(client, review.member.user, review, "accept").status_code == 409
    assert f'href="{door(review)}"' in client.get(address(review)).content.decode()
    assert f'href="{door(review)}"' in client.get(reverse("admin:index")).content.decode()


def test_desk_of_a_declined_review_is_closed(policy, client):
    review = factories.make_review_at(State.DECLINED)
    client.force_login(review.member.user)
    assert client.get(door(review))["Location"] == address(review)


def test_comment_by_form_after_declining_leads_back_to_the_review(review, ada, client):
    actions.decline(review_id=review.pk, reason="No time.", by=ada, now=NOW)
    answer = client.post(door(review, "comment"), {"key": "comment:passage", "text": "Late."})
    assert answer["Location"] == address(review)


@pytest.mark.parametrize("name", ["verdict", "comment"])
def test_form_sent_after_signing_is_refused_on_the_desk(policy, client, name):
    review = signed(sent())
    client.force_login(review.member.user)
    given = review.claim_checks.order_by("pk")[0]
    late = verdict(given.claim, "contradicts", seen=given.checked_at.isoformat())
    refused = client.post(door(review, name), {**late, "key": "comment:passage", "text": "Late."})
    assert refused.status_code == 409
    assert "Not saved" in words(refused)
    assert "review is signed" in words(refused)
    assert not Comment.objects.exists()
    assert not ClaimCheck.objects.filter(verdict="contradicts").exists()


def test_desk_shows_both_contexts_where_one_changed_and_confirms_by_one_button(policy, client):
    first = sent("## Benefits\n\nPain is common [@orbach2005].\n")
    review = factories.make_accepted(first)
    check(review, claims_of(first)[0], "partly", locator="p. 2", note="In adults.")
    factories.sign(review, "request_changes")
    second = sent("## Harms\n\nPain is common [@orbach2005].\n", after=factories.reread(first))
    review = factories.make_accepted(second)
    client.force_login(review.member.user)
    page = client.get(door(review))
    assert "0 of 1 checked, 1 to check again, 0 blocking" in words(page)
    assert "↺ context changed: check again" in words(page)
    assert "Then Under the heading: Benefits Now Under the heading: Harms" in words(page)
    assert "given in another context, so it has to be confirmed" in words(page)
    assert "Still: partly supports y" in words(page)
    assert 'value="p. 2"' in page.content.decode()
    assert 'aria-pressed="true"' not in page.content.decode()
    (claim,) = claims_of(second)
    client.post(door(review, "verdict"), verdict(claim, "partly", locator="p. 2", note="In adults."))
    page = client.get(door(review))
    assert "1 of 1 checked, 0 blocking" in words(page)
    assert "Still:" not in words(page)


# --- without JavaScript ---------------------------------------------------------------------------------------------


@pytest.fixture
def send(ada, client, review):
    """Fills in a form of the desk as a browser does, presses its button, and returns the page that follows."""

    def sent_by_browser(key, verdict=None, **typed):
        page = fromstring(client.get(door(review)).content.decode())
        (form,) = page.xpath("//form[@data-key=$key]", key=key)
        assert typed.keys() <= set(form.fields.keys())
        pressed = {"verdict": verdict} if verdict else {}
        assert form.xpath(".//button[not(@disabled)]/@value" if verdict else "boolean(.//button)")
        return client.post(form.action, {**dict(form.form_values()), **typed, **pressed}, follow=True)

    return sent_by_browser


def test_verdict_is_given_and_changed_by_plain_forms(send, review, claims):
    key = f"verdict:{claims[0].pk}:{claims[0].references.get().pk}"
    shown = send(key, verdict="contradicts", locator="p. 3", quote="in 40 %", note="In adults.")
    assert "Verdict saved." in words(shown)
    assert shown.redirect_chain == [(f"{door(review)}?claim={claims[0].pk}#evidence-{claims[0].pk}", 302)]
    assert ">in 40 %</textarea>" in shown.content.decode()
    send(key, verdict="partly", note="In children.")
    given = ClaimCheck.objects.get()
    assert (given.verdict, given.locator, given.quote, given.note) == ("partly", "p. 3", "in 40 %", "In children.")


def test_verdict_that_was_carried_over_is_replaced_by_a_plain_form(policy, client):
    first = sent()
    signed(first, decision="request_changes")
    review = factories.make_accepted(sent(REWORDED, after=factories.reread(first)), "cleo")
    client.force_login(review.member.user)
    claim = next(one for one in claims_of(review.version) if one.text == "It is mild.")
    client.post(door(review, "verdict"), verdict(claim, "contradicts"))
    assert review.claim_checks.get().verdict == "contradicts"


def test_comments_on_a_claim_a_passage_and_the_whole_and_answers_are_given_by_plain_forms(send, claims):
    send(f"comment:{claims[0].pk}", text="Which?", quote="Pain is", proposal="Pain in adults is", is_blocking="on")
    send("comment:passage", text="Where?", quote="It is mild")
    shown = send("comment:passage", text="Well written.")
    assert "Comment saved." in words(shown)
    on_claim, on_passage, on_whole = Comment.objects.order_by("pk")
    assert (on_claim.claim, on_claim.is_blocking, on_claim.proposal) == (claims[0], True, "Pain in adults is")
    assert (on_passage.claim, on_passage.quote, on_passage.is_blocking) == (None, "It is mild", False)
    assert (on_whole.claim, on_whole.quote) == (None, "")
    send(f"answer:{on_claim.pk}", text="All of them.")
    assert Comment.objects.get(parent=on_claim).text == "All of them."


def test_author_resolves_a_comment_by_the_link_and_form_that_the_desk_leads_to(send, review, ada, client):
    send("comment:passage", text="The dose.", is_blocking="on")
    page = fromstring(client.get(door(review)).content.decode())
    (link,) = page.xpath("//article[contains(@class, 'comment')]//a[text()='Open or resolve']/@href")
    opened = fromstring(client.get(link).content.decode())
    (verb,) = opened.xpath("//a[contains(@href, '/do/resolve/')]/@href")
    assert do(client, ada, Comment.objects.get(), "resolve").request["PATH_INFO"] == verb
    assert "Resolved" in words(client.get(door(review)))


# --- verdicts -------------------------------------------------------------------------------------------------------


def test_verdict_by_form_is_kept_and_leads_back_to_its_claim(review, claims, ada, client):
    done = client.post(door(review, "verdict"), verdict(claims[1], "partly", locator="p. 2"))
    assert done["Location"] == f"{door(review)}?claim={claims[1].pk}#evidence-{claims[1].pk}"
    assert ClaimCheck.objects.get().locator == "p. 2"


def test_verdict_by_module_says_how_things_stand(say, claims):
    said = say("verdict", **verdict(claims[0], "contradicts")).json()
    assert said["progress"] == {
        "claims": 2,
        "settled": 1,
        "look_again": 0,
        "blocking": 1,
        "words": "1 of 2 checked, 1 blocking",
    }
    assert said["claim"] == {"id": claims[0].pk, "code": "blocking", "sign": "✕", "words": "blocks an approval"}
    assert said["verdicts"][str(claims[0].references.get().pk)]["verdict"] == "contradicts"


def test_verdict_sent_twice_is_one_and_one_over_another_tabs_is_refused(say, claims):
    first = say("verdict", **verdict(claims[0])).json()
    assert say("verdict", **verdict(claims[0])).status_code == 200
    assert ClaimCheck.history.count() == 1
    refused = say("verdict", **verdict(claims[0], "partly"))
    assert (refused.status_code, refused.json()["title"]) == (412, "Changed meanwhile")
    seen = next(iter(first["verdicts"].values()))["seen"]
    assert say("verdict", **verdict(claims[0], "partly", seen=seen)).status_code == 200


def test_verdict_refused_without_script_is_said_on_the_desk(review, claims, ada, client):
    elsewhere = claims_of(sent(slug="another"))[0]
    refused = client.post(door(review, "verdict"), verdict(elsewhere))
    assert refused.status_code == 422
    assert "The version under review has no such claim." in words(refused)
    assert "Select a valid choice" in words(client.post(door(review, "verdict"), verdict(claims[0], "fine")))


@pytest.mark.parametrize("seen", ["yesterday", "2026-02-31T00:00:00Z", "2026-03-02T09:00:00"])
def test_verdict_over_a_moment_that_is_none_counts_as_over_none(say, claims, seen):
    assert say("verdict", **verdict(claims[0], seen=seen)).status_code == 200


# --- comments -------------------------------------------------------------------------------------------------------


def test_comment_with_passage_and_wording_is_kept_once_and_what_was_typed_forgotten(say, type_into, claims):
    key = f"comment:{claims[0].pk}"
    type_into(key, text="Say how")
    said = {"key": key, "claim": claims[0].pk, "text": "Say how often.", "quote": "Pain is", "proposal": "It aches"}
    for _ in range(2):
        assert say("comment", **said, is_blocking="on").json()["progress"]["blocking"] == 1
    kept = Comment.objects.get()
    assert (kept.quote, kept.proposal, kept.is_blocking) == ("Pain is", "It aches", True)
    assert not Unsent.objects.exists()


def test_comment_by_form_on_the_whole_leads_back_to_the_passages(review, ada, client):
    said = {"key": "comment:passage", "text": "\u202b\u05e9\u05dc\u202c e\u0301"}
    assert client.post(door(review, "comment"), said)["Location"] == f"{door(review)}#passages"
    assert Comment.objects.get().text == said["text"]


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"quote": "Pain is rare"}, "/quote", "quote_not_found"),
        ({"text": "x" * 100_000}, "/text", "max_length"),
        ({"text": ""}, "/text", "required"),
        ({"proposal": "Better."}, "/proposal", "nothing_to_replace"),
        ({"text": "a\0b"}, "/text", "null_characters_not_allowed"),
        ({"key": "else"}, "/key", "invalid"),
    ],
)
def test_comment_that_cannot_be_kept_is_refused_at_its_field(say, wrong, pointer, code):
    refused = say("comment", **{"key": "comment:passage", "text": "Why?", **wrong})
    assert refused.status_code in (400, 422)
    if refused.status_code == 422:
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [(pointer, code)]
    assert not Comment.objects.exists()


# --- what is typed --------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_shown_again_and_forgotten_when_empty(type_into, review, ada, client):
    saved = type_into("comment:passage", text="Half a thou").json()["saved_at"]
    assert "Half a thou" in client.get(door(review)).content.decode()
    held = client.get(typed_door(review)).json()
    assert held["drafts"] == {"comment:passage": {"value": {"text": "Half a thou"}, "saved_at": saved}}
    assert held["token"]
    assert type_into("comment:passage", seen=saved).json() == {"saved_at": None}
    assert not Unsent.objects.exists()


def test_typing_over_what_another_tab_typed_is_refused_and_shows_it(type_into):
    saved = type_into("comment:passage", text="One").json()["saved_at"]
    refused = type_into("comment:passage", text="Two")
    assert (refused.status_code, refused.json()["held"]["value"]) == (412, {"text": "One"})
    assert type_into("comment:passage", text="One").status_code == 200
    assert type_into("comment:passage", seen=saved, text="Two").status_code == 200
    assert Unsent.objects.get().value == {"text": "Two"}


def test_too_much_typed_is_refused(type_into, monkeypatch):
    monkeypatch.setattr(autosave, "MAX_TYPED", 100)
    refused = type_into("comment:passage", text="x" * 101)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_long")


@pytest.mark.parametrize(
    "sent_body", ["", "[]", '{"form": "comment:passage", "value": 5}', '{"form": "comment:passage", "value": {"a": 1}}']
)
def test_typed_in_another_form_is_refused(ada, client, review, sent_body):
    assert client.post(typed_door(review), sent_body, content_type="application/json").status_code == 422


def test_typed_with_a_nul_is_refused(type_into):
    assert type_into("comment:passage", text="a\0b").status_code in (400, 422)


def test_nothing_is_kept_after_signing(policy, client):
    review = signed(sent())
    client.force_login(review.member.user)
    said = json.dumps({"form": "comment:passage", "value": {"text": "Late"}})
    assert client.post(typed_door(review), said, content_type="application/json").status_code == 409


# --- how much it asks -----------------------------------------------------------------------------------------------


def queries_of_a_desk(client, count, slug, django_assert_max_num_queries):
    draft = factories.make_draft(slug)
    texts = [Text("professional", "Yes.", body(dict.fromkeys(range(count), "orbach2005")), is_primary=True)]
    articles.edit(version_id=draft.pk, texts=texts, by=draft.created_by, now=NOW)
    version = articles.submit(version_id=draft.pk, by=draft.created_by, now=NOW)
    old = signed(version, decision="request_changes")
    lines = [Text("professional", "No.", texts[0].body.replace("Statement", "Other"), is_primary=True)]
    draft = articles.revise(version_id=version.pk, by=draft.created_by, now=NOW)
    articles.edit(version_id=draft.pk, texts=lines, by=draft.created_by, now=NOW)
    version = articles.submit(version_id=draft.pk, by=draft.created_by, now=NOW)
    review = factories.make_accepted(version, old.member.user.username)
    first = claims_of(version)[0]
    rows = Comment.objects.filter(review=review)
    made = actions.comment(review_id=review.pk, text="One.", by=review.member.user, now=timezone.now())
    for _ in range(count * 3 // 2 - 1):
        made.pk, made._state.adding, made.claim = None, True, first
        made.save()
    assert rows.count() == count * 3 // 2
    client.force_login(review.member.user)
    client.get(reverse("admin:index"))  # the first request of a session is stored
    with django_assert_max_num_queries(100) as asked:
        assert client.get(door(review)).status_code == 200
    return len(asked)


def test_desk_asks_the_same_number_of_queries_for_20_and_for_200_claims(policy, client, django_assert_max_num_queries):
    few = queries_of_a_desk(client, 20, "few", django_assert_max_num_queries)
    assert queries_of_a_desk(client, 200, "many", django_assert_max_num_queries) == few
