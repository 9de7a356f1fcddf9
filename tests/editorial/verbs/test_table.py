"""The entries in ``verbs/`` fit the actions that they call."""

import inspect
import pkgutil
from importlib import import_module

import pytest
from django.urls import URLPattern, get_resolver

from editorial.http.verbs import VerbView
from editorial.verbs.forms import VerbForm
from editorial.verbs.policy import DRAFT_NEXT
from editorial.verbs.table import Verb

PACKAGES = [import_module(f"{app}.verbs") for app in ("editorial", "articles", "reviews")]
MODULES = [
    import_module(f"{package.__name__}.{found.name}")
    for package in PACKAGES
    for found in pkgutil.iter_modules(package.__path__)
]
VERBS = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Verb)
}

every_verb = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)


def parameters(verb):
    return list(inspect.signature(verb.action).parameters)


@every_verb
def test_action_takes_the_id_of_its_record_first(verb):
    assert verb.id_name.endswith("_id") is (verb is not DRAFT_NEXT)


@every_verb
def test_body_and_form_name_parameters_of_the_action(verb):
    given = {field.source for field in verb.body().fields.values()}
    if verb.form.arguments is VerbForm.arguments:
        given |= set(verb.form.base_fields)
    assert given <= set(parameters(verb)[1:])


@every_verb
def test_verb_has_a_body_only_with_an_operation(verb):
    other = {name: getattr(verb, name) for name in ("body", "status", "conditional")}
    assert verb.summary or other == {name: Verb.__dataclass_fields__[name].default for name in other}


def test_url_of_a_view_names_the_id_as_the_action_does():
    def patterns(found):
        for one in found:
            yield from [one] if isinstance(one, URLPattern) else patterns(one.url_patterns)

    views = [one.callback for one in patterns(get_resolver().url_patterns)]
    verbs = [view for view in views if issubclass(getattr(view, "view_class", object), VerbView)]
    assert {view.view_initkwargs["verb"].summary for view in verbs} == {verb.summary for verb in VERBS.values()} - {""}
    for view in verbs:
        assert view.view_initkwargs["verb"].id_name == view.view_class.lookup_url_kwarg
