"""The second factor: its codes, what is done to it, and every door that asks for it."""

from base64 import b32decode
from datetime import timedelta

import pytest
import time_machine
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from editorial.accounts import second_factor
from editorial.accounts.encryption import decrypted, encrypted
from editorial.accounts.recovery_codes import recovery_digest, stored_digest
from editorial.exceptions import Conflict, NotPermitted, Unacceptable
from editorial.http.passwords import confirm_code
from editorial.http.second_factor_forms import FORMER
from editorial.models import CacheEntry, LedgerEntry, Notice
from reviews.lifecycle import State
from reviews.models import Signature
from reviews.verification import find_breaks
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.api import client as api_client
from tests.support.api import nothing_stored
from tests.support.api import refused as answered
from tests.support.factories import NOW, PASSWORD
from tests.support.second_factors import SECRET, STEP, code, factors, log_in, make_second_factor, wrong

pytestmark = pytest.mark.django_db

INDEX, ADD_APP, REMOVE_APP = reverse("mfa_index"), reverse("mfa_activate_totp"), reverse("mfa_deactivate_totp")
RENEW, CONFIRM = reverse("mfa_generate_recovery_codes"), reverse("account_reauthenticate")


def prove(account, typed, rf, *, now=NOW):
    with time_machine.travel(now, tick=False), request_context(rf.post("/")):
        return confirm_code(account, code=typed)


def refused(account, typed, rf, *, now=NOW):
    with pytest.raises(Unacceptable) as refusal:
        prove(account, typed, rf, now=now)
    (fault,) = refusal.value.faults
    assert fault.pointer == "/code"
    return fault.code


# --- codes ----------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_of_who_has_none(wanda, rf):
    assert prove(wanda, "", rf) == []


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_code_of_a_step_around_now_is_taken_once(wanda, rf, steps):
    make_second_factor(wanda)
    shown = code(at=NOW + STEP * steps)
    assert prove(wanda, f" {shown[:3]} {shown[3:]} ", rf) == ["totp"]
    assert refused(wanda, shown, rf) == "wrong_code"


@pytest.mark.parametrize(("typed", "fault"), [("", "code_required"), ("  ", "code_required"), ("12345", "wrong_code")])
def test_missing_code_is_asked_for(wanda, rf, typed, fault):
    make_second_factor(wanda)
    assert refused(wanda, typed, rf) == fault


@pytest.mark.parametrize("typed", ["¹²³⁴⁵⁶", "x" * 101, "1234 5678 9012 3456", "- -"])
def test_what_is_no_code_is_wrong(wanda, rf, typed):
    make_second_factor(wanda)
    assert refused(wanda, typed, rf) == "wrong_code"


def test_code_of_two_steps_ago_is_wrong(wanda, rf):
    make_second_factor(wanda)
    assert refused(wanda, code(at=NOW - 2 * STEP), rf) == "wrong_code"


def test_recovery_code_is_taken_once_and_is_not_readable_where_it_is_stored(wanda, rf):
    first, second, *others = make_second_factor(wanda)
    assert len(others) == 8
    stored = Authenticator.objects.get(type="recovery_codes")
    assert first not in str(stored.data)
    assert stored.data["seed"] != decrypted(stored.data["seed"])
    assert prove(wanda, f"{first[:4]}-{first[4:]}", rf) == ["recovery_codes"]
    assert refused(wanda, first, rf) == "wrong_code"
    prove(wanda, second, rf)
    assert second_factor.recovery_codes_left(wanda) == 8


def test_spent_code_is_remembered_in_the_database_for_all_processes(wanda, rf):
    make_second_factor(wanda)
    prove(wanda, code(), rf)
    assert any("totp.used" in str(entry) for entry in CacheEntry.objects.all())


def test_who_has_no_recovery_codes_has_none_left(wanda):
    assert second_factor.recovery_codes_left(wanda) == 0


def test_after_ten_wrong_codes_not_even_the_right_one_is_taken_for_a_while(wanda, rf):
    make_second_factor(wanda)
    for _ in range(10):
        assert refused(wanda, wrong(), rf) == "wrong_code"
    assert refused(wanda, code(), rf) == "too_many_wrong_codes"
    later = NOW + timedelta(minutes=15, seconds=1)
    prove(wanda, code(at=later), rf, now=later)


def test_apps_outlive_a_change_of_the_secret_key_while_the_old_one_is_kept(wanda, rf, settings):
    make_second_factor(wanda)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert prove(wanda, code(), rf) == ["totp"]


def test_secrets_of_a_removed_key_are_of_no_use_and_break_no_page(client, wanda, rf, settings):
    codes = make_second_factor(wanda)
    settings.SECRET_KEY = "another"
    for typed in (code(), codes[0]):
        assert refused(wanda, typed, rf) == "wrong_code"
    client.force_login(wanda)
    assert client.get(INDEX).status_code == 200


def test_app_from_before_a_change_of_the_key_is_found_by_its_first_code(wanda, rf):
    make_second_factor(wanda)
    app = Authenticator.objects.get(type="totp")
    another = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"
    app.data = {"secret": encrypted(another), FORMER: [encrypted(another), encrypted(SECRET)]}
    app.save()
    assert refused(wanda, wrong(), rf) == "wrong_code"
    assert prove(wanda, code(), rf) == ["totp"]
    app.refresh_from_db()
    assert (decrypted(app.data["secret"]), FORMER in app.data) == (SECRET, False)


# --- the record of changes ------------------------------------------------------------------------------------------


def entries(account):
    told = LedgerEntry.objects.filter(payload__record=f"user:{account.pk}").order_by("sequence")
    return list(told.values_list("action", flat=True))


def test_administrator_resets_somebody_elses_with_a_reason(client, root, wanda):
    make_second_factor(wanda)
    assert do(client, root, wanda, "reset-second-factor", reason="Phone lost; seen in person.").status_code == 302
    assert factors(wanda) == set()
    entry = LedgerEntry.objects.get(action="second_factor_reset")
    assert (entry.actor, entry.payload["reason"]) == (root, "Phone lost; seen in person.")
    assert wanda.history.latest().history_change_reason == "second factor reset: Phone lost; seen in person."
    assert entries(wanda)[-2:] == ["second_factor_reset", "access_ended"]


def test_reset_without_a_reason_of_ones_own_or_by_others_is_refused(root, wanda, edith):
    make_second_factor(wanda)
    for by, account, reason, error in (
        (root, wanda, " ", Unacceptable),
        (root, root, "Mine.", NotPermitted),
        (edith, wanda, "Lost.", NotPermitted),
        (root, edith, "Lost.", Conflict),
    ):
        with pytest.raises(error):
            second_factor.reset(account_id=account.pk, reason=reason, by=by, now=NOW)


def test_accounts_show_who_has_one_and_own_reset_says_where(client, root, wanda):
    make_second_factor(root)
    client.force_login(root)
    assert "Reset the second factor" not in words(client.get(address(wanda)))
    assert "Remove your own on the page “Second factor”." in words(client.get(address(root)))
    listed = client.get(reverse("admin:editorial_user_changelist")).content.decode()
    assert listed.count('alt="True"') == 3  # two active accounts, one second factor


# --- the pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def confirmed(client, ada):
    """Ada's browser after she logged in and typed her password again."""

    def enter(*codes):
        assert log_in(client, code="".join(codes[:1])).status_code == 302
        page, typed = (
            (reverse("mfa_reauthenticate"), {"code": codes[1]}) if codes else (CONFIRM, {"password": PASSWORD})
        )
        assert client.post(page, typed).status_code == 302
        return client

    with time_machine.travel(NOW, tick=False):
        yield enter


def secret_on(page):
    return page.context["form"].secret


def test_app_is_set_up_on_its_page_and_the_recovery_codes_are_shown_once(confirmed, ada):
    client = confirmed()
    page = client.get(ADD_APP)
    assert "<svg" in page.content.decode()
    shown = client.post(ADD_APP, {"code": code(secret=secret_on(page))}, follow=True)
    assert "They are shown this once." in words(shown)
    assert len(shown.context["unused_codes"]) == 10
    assert "They were shown once. You have 10 left." in words(client.get(reverse("mfa_view_recovery_codes")))
    assert "10 recovery codes left" in words(client.get(INDEX))
    assert factors(ada) == {"totp", "recovery_codes"}
    assert entries(ada) == ["second_factor_set_up", "access_ended"]
    assert ada.history.latest("history_id").history_change_reason == "second factor set up"
    assert Notice.objects.filter(kind="second_factor", recipient=ada).count() == 1


def test_recovery_codes_are_random_and_of_sixteen_digits(ada, ben):
    codes = {*make_second_factor(ada), *make_second_factor(ben)}
    assert len(codes) == 20
    assert all(len(one) == 16 and one.isdecimal() for one in codes)


def test_secret_of_an_app_is_new_on_each_set_up_and_has_160_bits(confirmed, ada):
    own, other = confirmed(), Client()
    log_in(other)
    other.post(CONFIRM, {"password": PASSWORD})
    secrets = {secret_on(browser.get(ADD_APP)) for browser in (own, other)}
    assert len(secrets) == 2
    assert {len(b32decode(secret)) for secret in secrets} == {20}


def test_wrong_code_sets_nothing_up(confirmed, ada):
    client = confirmed()
    client.get(ADD_APP)
    assert "wrong, too old" in words(client.post(ADD_APP, {"code": wrong()}))
    assert factors(ada) == set()
    assert entries(ada) == []


def test_changes_want_the_password_once_more(client, ada):
    client.force_login(ada)
    for page in (ADD_APP, RENEW, reverse("mfa_add_webauthn")):
        assert client.get(page)["Location"].split("?")[0] == CONFIRM
    assert "This is not your password." in words(client.post(CONFIRM, {"password": "not hers"}))
    assert "Set up an app" not in words(client.get(ADD_APP, follow=True))


def test_changes_of_who_has_a_second_factor_want_it_and_not_the_password(client, ada):
    make_second_factor(ada)
    client.force_login(ada)
    for page in (REMOVE_APP, RENEW, reverse("mfa_add_webauthn")):
        assert client.get(page)["Location"].split("?")[0] == reverse("mfa_reauthenticate")
    assert client.post(CONFIRM, {"password": PASSWORD})["Location"] == reverse("mfa_reauthenticate")
    client.post(REMOVE_APP)
    assert factors(ada) == {"totp", "recovery_codes"}


def test_code_confirms_like_the_password(client, ada):
    make_second_factor(ada)
    client.force_login(ada)
    with time_machine.travel(NOW, tick=False):
        assert "Your password" not in words(client.get(reverse("mfa_reauthenticate")))
        assert client.post(reverse("mfa_reauthenticate"), {"code": wrong()}).status_code == 200
        assert client.post(reverse("mfa_reauthenticate"), {"code": code()}).status_code == 302
        assert client.get(RENEW).status_code == 200


def test_new_recovery_codes_and_removal_are_on_record(confirmed, ada):
    old = make_second_factor(ada)
    client = confirmed(code(), old[0])
    shown = client.post(RENEW, follow=True)
    assert not set(shown.context["unused_codes"]) & set(old)
    assert "Without a passkey the password alone" in words(client.get(REMOVE_APP))
    client.post(REMOVE_APP)
    assert factors(ada) == set()
    told = ["second_factor_given_new_recovery_codes", "second_factor_removed", "access_ended"]
    assert entries(ada)[2:] == told
    assert "An authenticator app on your phone" in words(client.get(INDEX))
    assert Notice.objects.filter(kind="second_factor", recipient=ada).count() == 3


# --- doors ----------------------------------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_login_asks_for_the_code_on_a_page_of_its_own(client, ada):
    make_second_factor(ada)
    assert log_in(client)["Location"] == reverse("mfa_authenticate")
    assert "The password was right." in words(client.get(reverse("mfa_authenticate")))
    assert "wrong, too old" in words(client.post(reverse("mfa_authenticate"), {"code": wrong()}))
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("mfa_authenticate"), {"code": code()})["Location"] == "/admin/"


@time_machine.travel(NOW, tick=False)
def test_wrong_codes_at_the_login_lock_codes_and_not_the_password(client, ada):
    make_second_factor(ada)
    for _ in range(10):
        log_in(client, code=wrong())
    assert "Too many wrong codes" in words(log_in(client, code=code()))
    assert "_auth_user_id" not in client.session


def test_page_for_the_code_is_only_for_who_gave_the_password(client):
    assert client.get(reverse("mfa_authenticate"))["Location"] == reverse("account_login")


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(("typed", "fault"), [("", "code_required"), (wrong(), "wrong_code")])
def test_token_is_given_for_the_code_only(api, own_counts, ada, typed, fault):
    make_second_factor(ada)
    sent = {"username": "ada", "password": PASSWORD}
    answered(api.post("/api/v1/tokens/", {**sent, "code": typed}), 422, code=fault, pointer="/code")
    assert api.post("/api/v1/tokens/", {**sent, "code": code()}).status_code == 201


def sign(review, **body):
    sent = {"decision": "approve", "digest": review.version.digest, "password": PASSWORD, **body}
    headers = {"If-Match": review.etag, "Idempotency-Key": "once"}
    return api_client(review.member.user).post(f"/api/v1/reviews/{review.pk}/sign/", sent, headers=headers)


@time_machine.travel(NOW, tick=False)
def test_api_signs_with_password_and_code_and_repeats_its_answer_for_the_next_code():
    review = factories.make_review_at(State.ACCEPTED)
    make_second_factor(review.member.user)
    with nothing_stored():
        answered(sign(review), 422, code="code_required", pointer="/code")
    answered(sign(review, code=wrong()), 422, code="wrong_code", pointer="/code")
    answered(sign(review, code=code(), password="not hers"), 422, pointer="/password")
    assert sign(review, code=code()).status_code == 200
    answered(sign(review, code=code()), 422, code="wrong_code", pointer="/code")
    again = sign(review, code=code(at=NOW + STEP))
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert Signature.objects.get().identified_by == ["password", "totp"]


@time_machine.travel(NOW, tick=False)
def test_sign_page_asks_for_the_code_and_spends_it_only_when_the_rest_is_right(client):
    review = factories.make_review_at(State.ACCEPTED)
    ada = review.member.user
    make_second_factor(ada)
    answer = do(client, ada, review, "sign", decision="approve")
    assert answer.status_code == 422
    assert "This field is required." in words(answer)
    assert not Signature.objects.exists()
    do(client, ada, review, "sign", decision="", code=code())
    assert do(client, ada, review, "sign", decision="approve", code=code()).status_code == 302
    signature = Signature.objects.get()
    assert (signature.signer, signature.identified_by) == (ada, ["password", "totp"])
    receipt = words(client.get(reverse("admin:reviews_signature_receipt", args=[signature.pk])))
    assert "Identified by Password and code of an app" in receipt
    assert list(find_breaks()) == []


def test_sign_page_asks_no_code_of_who_has_no_second_factor(client):
    review = factories.make_review_at(State.ACCEPTED)
    client.force_login(review.member.user)
    assert "Code of your second factor" not in words(client.get(address(review, "do", "sign")))


# --- a site that demands one ----------------------------------------------------------------------------------------


def test_who_has_none_is_led_to_the_page_from_everywhere_in_the_admin(client, ada, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(ada)
    for name in ("admin:index", "admin:reviews_review_changelist"):
        assert client.get(reverse(name))["Location"] == INDEX
    assert "Everybody who works here needs one" in words(client.get(INDEX))
    assert client.get(reverse("admin:password_change")).status_code == 200
    assert client.get("/").status_code == 200
    assert client.post(reverse("admin:logout")).status_code == 200


def test_who_has_one_works_on(client, ada, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    make_second_factor(ada)
    client.force_login(ada)
    assert client.get(reverse("admin:index")).status_code == 200
    assert api_client(ada).get("/api/v1/me/").status_code == 200


def test_api_answers_who_has_none_with_where_to_set_it_up(client, ada, wanda, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    answered(api_client(ada).get("/api/v1/me/"), 403, code="second_factor_required")
    answered(api_client(wanda).post("/api/v1/articles/", {}), 403, code="second_factor_required")
    assert api_client(None).get("/api/v1/policy/").status_code == 404
    answered(api_client(None).get("/api/v1/me/"), 401)


# --- carried over ---------------------------------------------------------------------------------------------------


def test_recovery_codes_from_before_are_known_by_their_digest_and_spent(wanda, rf):
    digests = [encrypted(stored_digest(recovery_digest(one, salt="s"), salt="s")) for one in ("1234 5678", "8765 4321")]
    Authenticator.objects.create(user=wanda, type="totp", data={"secret": encrypted(SECRET)})
    Authenticator.objects.create(user=wanda, type="recovery_codes", data={"migrated_codes": digests})
    assert prove(wanda, "8765-4321", rf) == ["recovery_codes"]
    assert refused(wanda, "8765 4321", rf) == "wrong_code"
    assert second_factor.recovery_codes_left(wanda) == 1
