"""The second factor: its codes, what is done to it, and every door that asks for it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from editorial.accounts import second_factor
from editorial.accounts.derived_secrets import new_salt
from editorial.accounts.one_time_codes import grouped_secret, secret_of, setup_address
from editorial.exceptions import Conflict, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice, SecondFactor
from reviews.lifecycle import State
from reviews.models import Signature
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.api import client as api_client
from tests.support.api import nothing_stored
from tests.support.api import refused as answered
from tests.support.factories import NOW, PASSWORD
from tests.support.second_factors import SALT, STEP, code, code_at, make_second_factor, wrong

pytestmark = pytest.mark.django_db


def prove(account, typed, *, now=NOW):
    second_factor.verify_code(account=account, code=typed, by=account, now=now)


def refused(account, typed, *, now=NOW):
    with pytest.raises(Unacceptable) as refusal:
        prove(account, typed, now=now)
    (fault,) = refusal.value.faults
    assert fault.pointer == "/code"
    return fault.code


# --- codes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "shown"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds, shown):
    """RFC 6238, appendix B, the last six digits."""
    moment = NOW.fromtimestamp(seconds, tz=NOW.tzinfo)
    assert code_at(b"12345678901234567890", at=moment) == shown


def test_secret_is_spelled_for_people_and_for_apps():
    secret = b"12345678901234567890"
    assert grouped_secret(secret) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert setup_address(secret, account="wanda smith") == (
        "otpauth://totp/Imprimatur:wanda%20smith?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Imprimatur"
    )
    assert new_salt() != new_salt()


# --- proving --------------------------------------------------------------------------------------------------------


def test_second_factor_is_named_by_its_owner(wanda):
    make_second_factor(wanda)
    assert str(SecondFactor.objects.get()) == "second factor of Wanda Example"


def test_nothing_is_asked_of_who_has_none(wanda):
    prove(wanda, "")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_code_of_a_step_around_now_is_taken_once(wanda, steps):
    make_second_factor(wanda)
    shown = code(at=NOW + STEP * steps)
    prove(wanda, f" {shown[:3]} {shown[3:]} ")
    assert refused(wanda, shown) == "code_spent"


def test_code_older_than_one_that_was_taken_is_spent(wanda):
    make_second_factor(wanda)
    prove(wanda, code())
    assert refused(wanda, code(at=NOW - STEP)) == "code_spent"
    prove(wanda, code(at=NOW + STEP), now=NOW + STEP)


@pytest.mark.parametrize("typed", ["", "  "])
def test_missing_code_is_asked_for_and_not_counted(wanda, typed):
    make_second_factor(wanda)
    assert refused(wanda, typed) == "code_required"
    assert SecondFactor.objects.get().wrong_codes == 0


@pytest.mark.parametrize("typed", ["12345", "¹²³⁴⁵⁶", "x" * 100, "1234 5678 9012 3456 7890"])
def test_what_is_no_code_is_wrong(wanda, typed):
    make_second_factor(wanda)
    assert refused(wanda, typed) == "wrong_code"


def test_code_of_two_steps_ago_is_wrong(wanda):
    make_second_factor(wanda)
    assert refused(wanda, code(at=NOW - 2 * STEP)) == "wrong_code"


def test_recovery_code_is_taken_once_and_kept_as_a_digest(wanda):
    first, second, *others = make_second_factor(wanda)
    assert len(others) == 8
    assert not {first, first.replace(" ", "")} & set(SecondFactor.objects.get().recovery_codes)
    prove(wanda, first.replace(" ", "-"))
    assert refused(wanda, first) == "wrong_code"
    prove(wanda, second)
    assert len(SecondFactor.objects.get().recovery_codes) == 8


def test_after_ten_wrong_codes_not_even_the_right_one_is_taken_for_a_while(wanda):
    make_second_factor(wanda)
    for _ in range(10):
        assert refused(wanda, wrong()) == "wrong_code"
    assert refused(wanda, code()) == "too_many_wrong_codes"
    later = NOW + timedelta(minutes=15)
    assert refused(wanda, wrong(at=later), now=later) == "wrong_code"
    prove(wanda, code(at=later), now=later)
    assert SecondFactor.objects.get().wrong_codes == 0


def test_apps_outlive_a_change_of_the_secret_key_while_the_old_one_is_kept(wanda, settings):
    make_second_factor(wanda)
    shown, old = code(), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    assert refused(wanda, shown) == "wrong_code"
    settings.SECRET_KEY_FALLBACKS = [old]
    prove(wanda, shown)


def test_nobody_proves_sets_up_or_removes_for_somebody_else(wanda, root):
    by_root = {"by": root, "now": NOW}
    make_second_factor(wanda)
    for call in (
        lambda: second_factor.verify_code(account=wanda, code=code(), **by_root),
        lambda: second_factor.set_up(account_id=wanda.pk, code=code(), salt=SALT, **by_root),
        lambda: second_factor.remove(account_id=wanda.pk, **by_root),
        lambda: second_factor.renew_recovery_codes(account_id=wanda.pk, **by_root),
    ):
        with pytest.raises(NotPermitted):
            call()


# --- what is done to it ---------------------------------------------------------------------------------------------


def entries(account):
    told = LedgerEntry.objects.filter(payload__record=f"user:{account.pk}").order_by("sequence")
    return list(told.values_list("action", flat=True))


def test_set_up_renewal_and_removal_are_on_record_and_told_by_mail(wanda):
    old = make_second_factor(wanda)
    new = second_factor.renew_recovery_codes(account_id=wanda.pk, by=wanda, now=NOW)
    assert refused(wanda, old[0]) == "wrong_code"
    prove(wanda, new[0])
    second_factor.remove(account_id=wanda.pk, by=wanda, now=NOW)
    assert not SecondFactor.objects.exists()
    acts = ["second_factor_set_up", "second_factor_given_new_recovery_codes", "second_factor_removed"]
    assert entries(wanda) == [acts[0], "access_ended", acts[1], acts[2], "access_ended"]
    newest = wanda.history.order_by("-history_id")[0]
    assert newest.history_change_reason == "second factor removed"
    assert Notice.objects.filter(kind="second_factor", recipient=wanda).count() == 3


def test_second_one_and_one_with_a_wrong_code_are_not_set_up(wanda):
    with pytest.raises(Unacceptable):
        second_factor.set_up(account_id=wanda.pk, salt=SALT, code=wrong(), by=wanda, now=NOW)
    make_second_factor(wanda)
    with pytest.raises(Conflict):
        second_factor.set_up(account_id=wanda.pk, salt=SALT, code=code(), by=wanda, now=NOW)


def test_what_is_not_there_is_not_removed(wanda):
    with pytest.raises(Conflict):
        second_factor.remove(account_id=wanda.pk, by=wanda, now=NOW)


def test_administrator_resets_somebody_elses_with_a_reason(client, root, wanda):
    make_second_factor(wanda)
    assert do(client, root, wanda, "reset-second-factor", reason="Phone lost; seen in person.").status_code == 302
    assert not SecondFactor.objects.exists()
    entry = LedgerEntry.objects.get(action="second_factor_reset")
    assert (entry.actor, entry.payload["reason"]) == (root, "Phone lost; seen in person.")
    assert wanda.history.latest().history_change_reason == "second factor reset: Phone lost; seen in person."


def test_reset_without_a_reason_of_ones_own_or_by_others_is_refused(root, wanda, edith):
    make_second_factor(wanda)
    for by, account, reason, error in (
        (root, wanda, " ", Unacceptable),
        (root, root, "Mine.", NotPermitted),
        (edith, wanda, "Lost.", NotPermitted),
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


# --- the page -------------------------------------------------------------------------------------------------------

PAGE = "/admin/editorial/user/second-factor/"


def send(client, act, **fields):
    return client.post(PAGE, {"do": act, "password": PASSWORD, **fields})


@time_machine.travel(NOW, tick=False)
def test_set_up_on_the_page_shows_the_recovery_codes_once(client, ada):
    client.force_login(ada)
    page = client.get(PAGE)
    assert "<svg" in page.content.decode()
    salt = client.session["second-factor-salt"]
    assert grouped_secret(secret_of(salt)) in words(page)
    assert grouped_secret(secret_of(salt)) in words(client.get(PAGE))
    shown = words(send(client, "set_up", code=code(salt=salt)))
    assert "They are shown this once." in shown
    assert len(SecondFactor.objects.get(user=ada).recovery_codes) == 10
    assert "10 recovery codes left" in words(client.get(PAGE))
    assert "Nothing was done" in words(client.post(PAGE, {"do": "set_up"}, follow=True))


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": wrong()}, "This code is wrong, or too old by now."),
        ({"code": "", "password": PASSWORD}, "This field is required."),
        ({"code": wrong(), "password": "not hers"}, "This is not your password."),
    ],
)
def test_set_up_that_does_not_do_says_why_at_the_field(client, ada, fields, said):
    client.force_login(ada)
    answer = send(client, "set_up", **fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not SecondFactor.objects.exists()


@time_machine.travel(NOW, tick=False)
def test_new_recovery_codes_and_removal_want_password_and_code(client, ada):
    make_second_factor(ada)
    client.force_login(ada)
    assert send(client, "remove", code="").status_code == 422
    assert send(client, "remove", code=code(), password="not hers").status_code == 422
    assert "Your recovery codes" in words(send(client, "renew", code=code()))
    assert "This code was used already." in words(send(client, "remove", code=code()))
    sent = {"do": "remove", "password": PASSWORD, "code": code(at=NOW + STEP)}
    assert "is removed" in words(client.post(PAGE, sent, follow=True))
    assert not SecondFactor.objects.exists()


# --- doors ----------------------------------------------------------------------------------------------------------


def log_in(client, **fields):
    return client.post(reverse("admin:login"), {"username": "ada", "password": PASSWORD, "next": "/admin/", **fields})


@time_machine.travel(NOW, tick=False)
def test_login_asks_for_the_code(client, ada):
    make_second_factor(ada)
    assert "Enter the code that your second factor shows." in words(log_in(client))
    assert "This code is wrong" in words(log_in(client, code=wrong()))
    assert "_auth_user_id" not in client.session
    assert log_in(client, code=code()).status_code == 302


@time_machine.travel(NOW, tick=False)
def test_wrong_codes_lock_the_login_like_wrong_passwords(client, ada, settings):
    settings.AXES_FAILURE_LIMIT = 2
    make_second_factor(ada)
    statuses = [log_in(client, code=wrong()).status_code for _ in range(2)]
    assert statuses[-1] == log_in(client, code=code()).status_code == 429
    assert "_auth_user_id" not in client.session


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
    answered(sign(review, code=code()), 422, code="code_spent", pointer="/code")
    again = sign(review, code=code(at=NOW + STEP))
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert Signature.objects.count() == 1


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
    assert Signature.objects.get().signer == ada


def test_sign_page_asks_no_code_of_who_has_no_second_factor(client):
    review = factories.make_review_at(State.ACCEPTED)
    client.force_login(review.member.user)
    assert "Code of your second factor" not in words(client.get(address(review, "do", "sign")))


# --- a site that demands one ----------------------------------------------------------------------------------------


def test_who_has_none_is_led_to_the_page_from_everywhere_in_the_admin(client, ada, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(ada)
    for name in ("admin:index", "admin:reviews_review_changelist"):
        assert client.get(reverse(name))["Location"] == PAGE
    assert "Everybody who works here needs one" in words(client.get(PAGE))
    assert client.get(reverse("admin:password_change")).status_code == 200
    assert client.get("/").status_code == 200
    assert client.post(reverse("admin:logout")).status_code == 200


def test_who_has_one_works_on(client, ada, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    make_second_factor(ada)
    client.force_login(ada)
    assert client.get(reverse("admin:index")).status_code == 200
    assert "This site demands a second factor" in words(client.get(PAGE))
    assert api_client(ada).get("/api/v1/me/").status_code == 200


def test_api_answers_who_has_none_with_where_to_set_it_up(client, ada, wanda, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    answered(api_client(ada).get("/api/v1/me/"), 403, code="second_factor_required")
    answered(api_client(wanda).post("/api/v1/articles/", {}), 403, code="second_factor_required")
    assert api_client(None).get("/api/v1/policy/").status_code == 404
    answered(api_client(None).get("/api/v1/me/"), 401)
