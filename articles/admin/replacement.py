"""The page of a work: the articles that cite it, and replacing it by another work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from articles import actions
from articles.actions.replacement import DRAFTS
from articles.library.cited_by import CitedBy, articles_citing, cited_by
from articles.models import Reference
from editorial.admin.verbs import ReasonForm, Verb, VerbForm
from editorial.models import User
from editorial.permissions import is_editor

ARTICLES = 100
"""Maximum number of articles on a work's page."""


class SupersedeForm(ReasonForm):
    """Asks for the key of the other work, and the reason."""

    superseded_by = forms.ModelChoiceField(
        label="Key of the work that takes its place",
        queryset=Reference.objects.all(),
        to_field_name="key",
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid_choice": "There is no work with this key in the library."},
        help_text="Add the work to the library first.",
    )
    field_order = ("superseded_by", "reason")


class ReplaceForm(VerbForm):
    """Asks whether the drafts cite the other work."""

    rewrite = forms.BooleanField(
        label="Cite the work that takes its place in the new drafts",
        required=False,
        help_text="Otherwise they go on citing this one, and pre-flight says so. Page numbers stay as they are.",
    )


def supersede(subject: Reference, data: Any, *, by: User, now: datetime) -> Reference:
    return actions.supersede_work(reference_id=subject.pk, **data, by=by, now=now)


def replace(subject: Reference, data: Any, *, by: User, now: datetime) -> object:
    return actions.draft_replacements(reference_id=subject.pk, rewrite=data["rewrite"], by=by, now=now)


VERBS = (
    Verb(
        name="supersede",
        label="Superseded by another work",
        call=supersede,
        form=SupersedeForm,
        explain="What cites this work stays as it is. Pre-flight informs writers who cite it in a draft.",
        done="Recorded. The articles that cite it are listed below.",
        anchor="#citing-heading",
    ),
    Verb(
        name="replace",
        label="Begin drafts in the articles that cite it",
        call=replace,
        form=ReplaceForm,
        explain=(
            "Each article that cites this work and has neither a draft nor a version in review gets a draft, "
            f"at most {DRAFTS} at once. Its writers are notified which claims to check."
        ),
        done="Done. The drafts are listed below.",
        anchor="#citing-heading",
    ),
)


def offered(user: User, work: Reference) -> Mapping[str, str]:
    """Return the verbs above, each with the reason why it is not possible, for an unmerged record."""
    reason = "" if is_editor(user) else "Only editors do this."
    return {
        "supersede": reason,
        "replace": reason or ("" if work.superseded_by_id else "Say first which work takes its place."),
    }


def citing(work: Reference, *, user: User) -> tuple[list[CitedBy], bool]:
    """Return the first articles visible to ``user`` that cite ``work``, and whether there are more."""
    articles = list(articles_citing(work, seen_by=user).order_by("slug", "pk")[: ARTICLES + 1])
    return cited_by(work, articles[:ARTICLES]), len(articles) > ARTICLES
