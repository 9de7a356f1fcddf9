"""Every role with every verb in a review, by the predicate and by the real action."""

import pytest
from django.contrib.auth.models import AnonymousUser

from editorial.exceptions import NotFound, NotPermitted
from editorial.models import User
from reviews.allowed_actions import offers
from reviews.lifecycle import Act, Action, State
from reviews.models import Review
from reviews.permissions import may
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verbs import REVIEW_VERBS, undone, whole_record

ALLOWED = {
    **{verb: {"ada"} for verb in [*Act, *Action]},
    Act.EXTEND: {"edith", "system"},
    **{verb: {"edith"} for verb in (Act.REMIND, Act.REVOKE_LINKS, Act.WAIVE, Action.CANCEL)},
    Action.LAPSE: {"system"},
}
POSSIBLE_IN = {
    **dict.fromkeys([*Act, *Action], State.ACCEPTED),
    Action.ACCEPT: State.INVITED,
    Act.REVOKE_LINKS: State.INVITED,
    Action.WITHDRAW_SIGNATURE: State.SIGNED,
    Act.CONFIRM: State.SIGNED,
    Act.HAND_OVER: State.DECLINED,
}


@pytest.fixture
def cast(wanda, walter, edith, root, ada, ben, cleo) -> dict[str, User]:
    """Everybody there is; it is ada's review, cleo is invited to nothing, nora has an account and nothing else."""
    nora = factories.make_user("nora")
    return {user.username: user for user in (wanda, walter, edith, root, ada, ben, cleo, nora, User.objects.system())}


@pytest.mark.parametrize("verb", [*Act, *Action])
def test_actions_are_refused_to_every_other_role(policy, cast, verb):
    review = factories.make_review_at(POSSIBLE_IN[verb])
    factories.make_invitation(review.version, "ben")
    before = whole_record()
    for name, user in cast.items():
        assert may(user, verb, review) == (name in ALLOWED[verb])
        if name in ALLOWED[verb]:
            with undone():
                REVIEW_VERBS[verb](review, user)
        else:
            seen = name in {"ada", "edith", "root", "system"} or verb == Action.LAPSE
            with pytest.raises(NotPermitted if seen else NotFound):
                REVIEW_VERBS[verb](review, user)
        assert whole_record() == before, name


def test_reviews_are_seen_by_their_member_and_record_readers_only(policy, cast):
    factories.make_review_at(State.SIGNED)
    seeing = {name for name, user in cast.items() if Review.objects.visible_to(user).exists()}
    assert seeing == {"ada", "edith", "root"}
    assert not Review.objects.visible_to(AnonymousUser()).exists()


def test_a_deactivated_member_may_nothing(policy, ada):
    review = factories.make_review_at(State.ACCEPTED)
    ada.is_active = False
    assert not any(may(ada, verb, review) for verb in [*Act, *Action])


def test_offers_list_every_personal_verb_with_the_reason(policy, ada, cleo):
    review = factories.make_review_at(State.ACCEPTED)
    offered = {offer.action: offer for offer in offers(ada, review, now=NOW)}
    assert set(offered) == {str(verb) for verb in ALLOWED} - {"lapse"}
    assert {name for name, offer in offered.items() if offer.allowed} == {
        *("comment", "check_claim", "answer_checklist", "sign", "decline", "recuse")
    }
    assert offered["accept"].reason == "The review is accepted."
    assert offered["cancel"].reason == "Only editors may do this: cancel."
    assert {offer.reason for offer in offers(cleo, review, now=NOW) if offer.action == "sign"} == {
        "Only the reviewer may do this: sign."
    }


def test_offers_of_a_decided_round_are_all_refused(policy, ada):
    factories.make_approved()
    offered = {offer.action: offer for offer in offers(ada, Review.objects.get(member__user=ada), now=NOW)}
    assert not offered["withdraw_signature"].allowed
    assert offered["withdraw_signature"].reason == "The version is approved."
