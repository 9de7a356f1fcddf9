"""When the demo does not load."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from articles.models import Article
from editorial.models import User
from tests.factories import make_user


def test_demo_in_production_is_refused(db):
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("load_demo")
    assert not User.objects.filter(is_demo=True).exists()


def test_demo_beside_an_account_of_that_name_is_refused(db, settings):
    settings.DEBUG = True
    make_user("wanda")
    with pytest.raises(CommandError, match="a database of its own"):
        call_command("load_demo")
    assert not Article.objects.exists()
