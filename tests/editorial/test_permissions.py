"""Who is what."""

import pytest
from django.contrib.auth.models import AnonymousUser

from editorial.exceptions import NotPermitted
from editorial.models import User
from editorial.permissions import (
    board_member,
    is_administrator,
    is_board_member,
    is_editor,
    is_system,
    is_writer,
    reads_the_record,
    require,
    works_here,
)
from tests.support import factories
from tests.support.factories import NOW

TODAY = NOW.date()
PREDICATES = {
    "writer": is_writer,
    "editor": is_editor,
    "administrator": is_administrator,
    "system": is_system,
    "member": lambda user: is_board_member(user, on=TODAY),
    "record": reads_the_record,
    "works": works_here,
}
EXPECTED = {
    "wanda": {"writer", "works"},
    "edith": {"editor", "record", "works"},
    "root": {"administrator", "record", "works"},
    "ada": {"member", "works"},
    "nora": set(),
    "system": {"system"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_predicate_answers_for_every_role(wanda, edith, root, ada, name):
    factories.make_user("nora")
    User.objects.system()
    user = User.objects.get(username=name)
    assert {word for word, predicate in PREDICATES.items() if predicate(user)} == EXPECTED[name]
    if name != "system":
        user.is_active = False
        if name == "ada":
            user.board_member.user = user
        assert not any(predicate(user) for predicate in PREDICATES.values())


def test_nobody_in_particular_is_nothing():
    assert not any(predicate(AnonymousUser()) for predicate in PREDICATES.values())
    assert board_member(AnonymousUser()) is None


def test_require_refuses_with_its_words():
    require(True, "Fine.")
    with pytest.raises(NotPermitted, match="Only editors") as refusal:
        require(False, "Only editors.", code="x")
    assert (refusal.value.status, refusal.value.code) == (403, "x")
