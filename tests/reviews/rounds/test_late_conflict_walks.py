"""Late conflicts at the API and at the pages of the admin: what is asked, what happens and what is said."""

from datetime import timedelta

import pytest
from django.utils import timezone

from editorial.models import User
from reviews.models import Recusal, Signature
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.api import action, client, refused
from tests.support.factories import make_member, make_user
from tests.support.late_conflicts import disclose, edith, make_version, review_of, signed, state

pytestmark = pytest.mark.django_db

WHY = {"reason": "The study ended in 2010."}


@pytest.fixture
def version():
    factories.make_policy()
    return make_version()


# --- the API ----------------------------------------------------------------------------------------------------------


def test_api_sets_a_signature_aside_and_says_so(version):
    signature = signed(version, "ada")
    where = f"/api/v1/signatures/{signature.pk}/set-aside/"
    shown = client(edith()).get(f"/api/v1/versions/{version.pk}/signatures/").json()["results"][0]
    assert action(shown, "set_aside")["href"] == where
    refused(client(edith()).post(where, {}), 422, pointer="/reason")
    refused(client(signature.signer).post(where, WHY), 403)
    refused(client(make_member("cleo").user).post(where, WHY), 404)
    done = client(edith()).post(where, WHY).json()
    assert done["set_aside_because"] == "The study ended in 2010."
    assert done["set_aside_by"] == "Edith Example"
    assert action(done, "set_aside")["reason"] == "The signature was set aside already."
    refused(client(edith()).post(where, WHY), 409, code="counts_no_more")
    own = client(signature.signer).get(f"/api/v1/reviews/{signature.review_id}/").json()
    assert own["signatures"][0]["set_aside_because"] == "The study ended in 2010."


def test_api_waives_a_conflict_that_came_to_light_late(version):
    signed(version, "ada")
    disclose("ada")
    signed(version, "ben")
    review = review_of(version, "ada")
    where = f"/api/v1/reviews/{review.pk}/waive/"
    offer = action(client(edith()).get(f"/api/v1/reviews/{review.pk}/").json(), "waive")
    assert (offer["allowed"], offer["href"]) == (True, where)
    refused(client(review.member.user).post(where, WHY), 403)
    assert client(edith()).post(where, WHY).json()["waiver"] == "The study ended in 2010."
    assert state(version) == "approved"
    refused(client(edith()).post(where, WHY), 422, code="unacceptable", pointer="/waiver")


def test_api_remembers_a_recusal_until_it_is_withdrawn(version):
    review = factories.make_accepted(version, "ada")
    ada, product = client(review.member.user), factories.make_product()
    strange = factories.make_product("Aspirin", "Bayer")
    where = f"/api/v1/reviews/{review.pk}/recuse/"
    refused(ada.post(where, {**WHY, "product": strange.pk}), 422, pointer="/product")
    sent = {"reason": "I hold shares.", "product": product.pk, "company": product.manufacturer_id}
    assert ada.post(where, sent).json()["state"] == "recused"
    assert client(make_member("cleo").user).get("/api/v1/recusals/").json()["results"] == []
    listed = ada.get("/api/v1/recusals/").json()["results"][0]
    assert (listed["article"], listed["product"]["name"]) == ("ivig-back-pain", "Privigen")
    invited = client(edith()).post(f"/api/v1/versions/{version.pk}/invite/", {"member": review.member_id})
    refused(invited, 422, code="recused")
    found = client(edith()).get(f"/api/v1/versions/{version.pk}/candidates/").json()["candidates"]
    assert found[-1]["interests"][0].startswith("stepped back from the article “ivig-back-pain”")
    end = action(listed, "withdraw")["href"]
    refused(client(make_user("root", is_superuser=True)).post(end, WHY), 403)
    assert ada.post(end, WHY).json()["withdrawn_because"] == "The study ended in 2010."
    ended = ada.get("/api/v1/recusals/").json()["results"][0]
    assert action(ended, "withdraw")["reason"] == "The recusal was withdrawn already."
    seen = client(make_user("root")).get("/api/v1/recusals/").json()["results"][0]
    assert not action(seen, "withdraw")["allowed"]


def test_api_says_to_a_member_that_they_may_have_written_a_cited_work(version):
    make_user("ada", first_name="Hedi", last_name="Orbach")
    review = factories.make_invitation(version, "ada")
    remarks = client(review.member.user).get(f"/api/v1/reviews/{review.pk}/").json()["remarks"]
    assert remarks[0].startswith("Hedi Orbach may be an author of reference 1, 2")


def test_api_refuses_a_second_seat_of_one_person(version):
    for username in ("ada", "twin"):
        make_member(username, orcid="0000-0002-1825-0097")
    invite = f"/api/v1/versions/{version.pk}/invite/"
    assert client(edith()).post(invite, {"member": make_member("ada").pk}).status_code == 201
    refused(client(edith()).post(invite, {"member": make_member("twin").pk}), 409, code="already_invited")


# --- the admin --------------------------------------------------------------------------------------------------------


def now_version():
    """As ``make_version`` under a policy in force, approved at the present day."""
    factories.make_policy()
    found = make_version()
    for username in ("ada", "ben"):
        signed(found, username, now=timezone.now() - timedelta(minutes=1))
    return found


def test_page_sets_a_signature_aside_and_shows_it_everywhere(client, db):
    version = now_version()
    signature = Signature.objects.get(review=review_of(version, "ada"))
    client.force_login(edith())
    page = client.get(address(review_of(version, "ada")))
    assert "set the signature aside" in words(page)
    answer = do(client, edith(), signature, "set_aside", reason="Paid by the maker.")
    assert answer.status_code == 302
    assert state(version) == "suspended"
    for where in (address(signature), address(review_of(version, "ada")), address(signature, "receipt")):
        assert "Paid by the maker." in words(client.get(where))
    assert "Set aside" in words(client.get("/admin/reviews/signature/"))
    again = client.get(address(signature, "do", "set_aside"), follow=True)
    assert "The signature was set aside already." in words(again)
    assert "a reviewer's signature was set aside" in words(client.get(address(version))).lower().replace("&#x27;", "'")


def test_page_of_a_review_names_the_conflict_and_waives_it(client, db):
    version = now_version()
    disclose("ada")
    review = review_of(version, "ada")
    client.force_login(edith())
    shown = words(client.get(address(review)))
    assert "Ada Example disclosed an interest that touches this article: consulting, CSL Behring" in shown
    assert "Can IVIG cause back pain?" in words(client.get("/admin/reviews/review/?conflict=open"))
    assert "Conflicts of interest to decide" in words(client.get("/admin/"))
    assert "Ada Example disclosed an interest" in words(client.get(address(review, "do", "waive")))
    assert do(client, edith(), review, "waive", reason="A small sum.").status_code == 302
    assert "because: A small sum." in words(client.get(address(review)))
    nothing = "Nothing that has to be waived binds Ada Example to this article."
    assert nothing in words(client.get(address(review, "do", "waive"), follow=True))
    assert do(client, edith(), review, "waive", reason="Again.").status_code == 422
    assert review_of(version, "ben").member.user.username not in words(
        client.get("/admin/reviews/review/?conflict=open")
    )


def test_page_steps_back_for_a_maker_and_withdraws_it(client, version):
    review = factories.make_accepted(version, "ada")
    ada, product = review.member.user, factories.make_product()
    client.force_login(ada)
    asked = words(client.get(address(review, "do", "recuse")))
    assert "Privigen" in asked
    assert "CSL Behring" in asked
    assert do(client, ada, review, "recuse", reason="Shares.", company=product.manufacturer_id).status_code == 302
    recusal = Recusal.objects.get()
    page = words(client.get(address(recusal)))
    assert "the article “ivig-back-pain” and every article on CSL Behring" in page
    assert do(client, ada, recusal, "withdraw", reason="Sold.").status_code == 302
    assert "Sold." in words(client.get(address(recusal)))
    assert "The recusal was withdrawn already." in words(client.get(address(recusal, "do", "withdraw"), follow=True))
    root = make_user("root", is_superuser=True)
    client.force_login(root)
    assert client.get(address(recusal)).status_code == 200


def test_page_refuses_an_administrator_to_withdraw_a_recusal(client, version):
    review = factories.make_accepted(version, "ada")
    do(client, review.member.user, review, "recuse", reason="Shares.")
    client.force_login(make_user("root", is_superuser=True))
    shown = client.get(address(Recusal.objects.get(), "do", "withdraw"), follow=True)
    assert "Only the member and editors withdraw a recusal." in words(shown)


def test_page_of_a_signature_offers_nothing_to_its_signer(client, version):
    signature = signed(version, "ada")
    client.force_login(signature.signer)
    assert "Set the signature aside" not in words(client.get(address(signature)))


def test_page_merges_accounts_after_showing_what_follows(client, db):
    version = now_version()
    root, ben = make_user("root", is_superuser=True), make_user("ben")
    client.force_login(root)
    open_version = make_version("open")
    factories.make_invitation(open_version, "ben")
    page = words(client.get(address(ben, "do", "merge")))
    assert "Open reviews that end and are handed on to other members: Ben Example on open, version 1" in page
    assert "shown once you have chosen" in page
    sent = {"account": make_user("ada").pk, "reason": "One mail address."}
    first = do(client, root, ben, "merge", **sent)
    assert first.status_code == 422
    assert "ivig-back-pain, version 1 (approved)" in words(first)
    assert "Read above what follows from it, then confirm." in words(first)
    assert do(client, root, ben, "merge", **sent, confirmed="on").status_code == 302
    assert User.objects.get(username="ben").merged_into.username == "ada"
    assert state(version) == "suspended"
    assert "This account was merged into Ada Example." in words(client.get(address(ben, "do", "merge"), follow=True))
    assert "Your own account you cannot close." in words(client.get(address(root, "do", "merge"), follow=True))


def test_page_merges_into_no_closed_account_and_nothing_that_is_none(client, db):
    root, twin = make_user("root", is_superuser=True), make_user("twin")
    closed = User.objects.create(username="closed", is_active=False)
    for account in (closed.pk, twin.pk, "x", ""):
        answer = do(client, root, twin, "merge", account=account, reason="One.", confirmed="on")
        assert answer.status_code == 422
        assert "shown once you have chosen" in words(answer)


def test_sign_page_says_that_the_member_may_have_written_a_cited_work(client, version):
    make_user("ada", first_name="Hedi", last_name="Orbach")
    review = factories.make_accepted(version, "ada")
    client.force_login(review.member.user)
    assert "may be an author of reference 1, 2" in words(client.get(address(review, "do", "sign")))
