"""The type of the entries in ``verbs/``: one for each action that people choose on the page of a record."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db.models import Model

from editorial.http.serializers import StrictSerializer
from editorial.models import User
from editorial.verbs.bodies import NothingSerializer
from editorial.verbs.forms import VerbForm


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One action on a record: its button and form in the admin, and its operation in the REST API.

    In the admin, ``explain`` says in advance what will happen, ``done`` afterwards that it did. A verb that ``makes``
    a record redirects to the page of the new record; otherwise to the ``anchor`` on the page of the record that it
    changed. ``lands``, if given, returns another address. ``template`` renders the page with the form.

    In the API, ``body`` is the request body and ``status`` the HTTP status on success. The action's docstring
    documents the operation. A ``conditional`` action also takes ``expected``: the ``ETag`` that the sender named, if
    any. A verb without a ``summary`` is in the admin only, or has a view of its own in the API.
    """

    name: str
    action: Callable[..., Any]

    label: str
    done: str
    explain: str = ""
    form: type[VerbForm] = VerbForm
    is_grave: bool = False
    is_main: bool = False
    makes: bool = False
    anchor: str = ""
    lands: Callable[[Any], str] | None = None
    template: str = "admin/ground/verb.html"

    summary: str = ""
    body: type[StrictSerializer] = NothingSerializer
    status: int = HTTPStatus.OK.value
    conditional: bool = False

    @property
    def id_name(self) -> str:
        """Return what the action calls the id of its record, as ``review_id``: its first parameter."""
        return next(iter(inspect.signature(self.action).parameters))

    def call(self, record: Model | None, arguments: Mapping[str, object], *, by: User, now: datetime) -> Any:
        """Call the action once with the id of ``record``, if it is about one, and return what it returns.

        Raises what the action raises.
        """
        subject = {self.id_name: record.pk} if record else {}
        return self.action(**subject, **arguments, by=by, now=now)
