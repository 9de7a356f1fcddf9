"""When the demo does not load."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from articles.models import Article
from editorial.models import User
from reviews.demo import cast
from reviews.demo.stage import Stage
from tests.support.factories import make_user


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


def test_demo_that_is_loaded_already_is_only_told_of(db, settings, capsys):
    settings.DEBUG = True
    make_user(cast.ADMINISTRATOR.username, is_demo=True)
    call_command("load_demo")
    assert cast.ADMINISTRATOR.username in capsys.readouterr().out
    assert not Article.objects.exists()


def test_demo_text_that_cannot_be_imported_stops_the_story(db):
    with pytest.raises(RuntimeError, match="there is no account “wanda”"):
        Stage(timezone.now()).write("ivig-back-pain")
