"""Every role with every verb on a version, by the predicate and by the real action."""

import pytest
from django.contrib.auth.models import AnonymousUser

from articles import actions
from articles.lifecycle import Act, Action, State
from articles.models import Article, Version
from articles.permissions import has_written, is_author, may, may_classify, may_see_record, offers
from editorial.exceptions import NotFound, NotPermitted
from editorial.models import User
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verbs import VERSION_VERBS, undone, whole_record

ALLOWED = {
    Act.EDIT: {"wanda"},
    Act.INVITE: {"edith", "system"},
    Act.REVISE: {"wanda", "edith", "system"},
    Action.SUBMIT: {"wanda"},
    Action.WITHDRAW: {"wanda", "edith"},
    Action.BEGIN_REVIEW: {"system"},
    Action.REQUEST_CHANGES: {"edith", "system"},
    Action.APPROVE: {"system"},
    Action.REJECT: {"edith"},
    Action.SUPERSEDE: {"system"},
    Action.SUSPEND: {"edith", "system"},
    Action.REINSTATE: {"edith"},
    Action.RETRACT: {"edith"},
}
POSSIBLE_IN = {
    Act.EDIT: State.DRAFT,
    Act.INVITE: State.SUBMITTED,
    Act.REVISE: State.SUBMITTED,
    Action.SUBMIT: State.DRAFT,
    Action.WITHDRAW: State.SUBMITTED,
    Action.BEGIN_REVIEW: State.SUBMITTED,
    Action.REQUEST_CHANGES: State.UNDER_REVIEW,
    Action.REJECT: State.SUBMITTED,
    Action.SUPERSEDE: State.APPROVED,
    Action.SUSPEND: State.APPROVED,
    Action.REINSTATE: State.SUSPENDED,
    Action.RETRACT: State.APPROVED,
}
SEE_THE_RECORD = {"wanda", "edith", "root", "system"}
UNSEEN_DOORS = {Action.BEGIN_REVIEW, Action.APPROVE, Action.SUPERSEDE}
"""Called by other actions only, which have looked already who may see."""


@pytest.fixture
def cast(wanda, walter, edith, root, ada, cleo) -> dict[str, User]:
    """Everybody there is; ada is invited, cleo is not, nora has an account and nothing else."""
    nora = factories.make_user("nora")
    return {user.username: user for user in (wanda, walter, edith, root, ada, cleo, nora, User.objects.system())}


@pytest.mark.parametrize("action", [*Act, *Action])
def test_may_every_role_follows_the_design(policy, cast, action):
    article = factories.make_draft().article
    assert {name for name, user in cast.items() if may(user, action, article)} == ALLOWED[action]
    assert not may(AnonymousUser(), action, article)


@pytest.mark.parametrize("verb", POSSIBLE_IN)
def test_actions_are_refused_to_every_other_role(policy, cast, verb):
    version = factories.make_version_at(POSSIBLE_IN[verb])
    if version.state == State.SUBMITTED and verb != Act.INVITE:
        factories.make_invitation(version)
    before = whole_record()
    for name, user in cast.items():
        if name in ALLOWED[verb]:
            with undone():
                VERSION_VERBS[verb](version, user)
        else:
            unseen = name not in SEE_THE_RECORD and verb not in UNSEEN_DOORS
            with pytest.raises(NotFound if unseen else NotPermitted):
                VERSION_VERBS[verb](version, user)
        assert whole_record() == before, name


def test_who_comes_before_when(policy, wanda):
    """A writer is told that only editors reinstate, whatever else stands in the way."""
    version = factories.make_version_at(State.SUSPENDED)
    newer = actions.revise(version_id=version.pk, by=wanda, now=NOW)
    actions.edit(version_id=newer.pk, question="Can IVIG cause low back pain?", by=wanda, now=NOW)
    factories.approve(actions.submit(version_id=newer.pk, by=wanda, now=NOW))
    with pytest.raises(NotPermitted):
        actions.reinstate(version_id=version.pk, reason="Why not.", by=wanda, now=NOW)


def test_deactivated_people_may_nothing(policy, cast):
    article = factories.make_draft().article
    for name in ("wanda", "edith", "root"):
        cast[name].is_active = False
        assert not any(may(cast[name], action, article) for action in [*Act, *Action])
        assert may_see_record(cast[name], article) == (name == "wanda")


def test_record_of_an_article_is_seen_by_its_people_only(policy, cast):
    article = factories.make_draft().article
    assert {name for name, user in cast.items() if may_see_record(user, article)} == SEE_THE_RECORD
    for name, user in cast.items():
        seen = name in {"wanda", "edith", "root"}
        assert Article.objects.visible_to(user).exists() == Version.objects.visible_to(user).exists() == seen
    assert not Article.objects.visible_to(AnonymousUser()).exists()
    assert not Version.objects.visible_to(AnonymousUser()).exists()


def test_classify_is_the_writers_until_the_first_submission(policy, cast):
    draft = factories.make_draft()
    assert {name for name, user in cast.items() if may_classify(user, draft.article)} == {"wanda", "edith"}
    submitted = actions.submit(version_id=draft.pk, by=cast["wanda"], now=NOW)
    assert {name for name, user in cast.items() if may_classify(user, submitted.article)} == {"edith"}


def test_has_written_knows_authors_creators_and_everybody_who_saved_a_word(policy, wanda, walter, edith, cleo):
    new = actions.NewArticle(slug="by-walter", question="Why?", texts=factories.make_texts(), authors=[walter])
    article = actions.create(new=new, by=edith, now=NOW).article
    assert has_written(walter, article)
    assert has_written(edith, article)
    assert not has_written(cleo, article)
    assert is_author(walter, article)
    assert not is_author(edith, article)


def test_has_written_remembers_a_word_that_was_removed(policy, wanda, edith):
    version = factories.make_version_at(State.SUBMITTED)
    draft = actions.revise(version_id=version.pk, by=edith, now=NOW)
    actions.edit(version_id=draft.pk, texts=[], by=wanda, now=NOW)
    assert has_written(edith, draft.article)


def test_offers_list_every_personal_verb_with_the_reason(policy, wanda, walter):
    version = factories.make_version_at(State.SUBMITTED)
    offered = {offer.action: offer for offer in offers(wanda, version)}
    assert set(offered) == {str(verb) for verb in ALLOWED if ALLOWED[verb] != {"system"}}
    assert {name for name, offer in offered.items() if offer.allowed} == {"revise", "withdraw"}
    assert offered["edit"].reason == "The version is submitted."
    assert offered["reject"].reason == "Only editors may do this: reject."
    assert not any(offer.allowed for offer in offers(walter, version))


def test_offers_name_the_other_version_that_stands_in_the_way(policy, wanda):
    version = factories.make_version_at(State.SUBMITTED)
    draft = actions.revise(version_id=version.pk, by=wanda, now=NOW)
    assert {offer.action: offer.reason for offer in offers(wanda, version)}["revise"] == "Version 2 is a draft already."
    assert {offer.action: offer.reason for offer in offers(wanda, draft)}["submit"] == "Version 1 is in review already."
