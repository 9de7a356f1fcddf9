"""Synonyms for the search."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from articles.models import Synonym, Word
from articles.published.search.indexing import keep_words
from editorial.exceptions import Fault, Unacceptable
from editorial.models import User
from editorial.permissions import is_editor, require


@transaction.atomic
def keep_synonym(*, synonym: Synonym, by: User, now: datetime, reason: str = "") -> Synonym:
    """Save new or changed synonyms. Search uses them at once. Raises NotPermitted and Unacceptable."""
    require(is_editor(by), "Only editors change the synonyms.")
    try:
        synonym.clean_fields(exclude=["stems"])
    except ValidationError as error:
        faults = [Fault(f"/{name}", "invalid", " ".join(words)) for name, words in error.message_dict.items()]
        raise Unacceptable("The synonyms are invalid.", faults=tuple(faults)) from error
    synonym.record(by=by, now=now, reason=reason)
    Word.objects.filter(synonym=synonym).delete()
    if synonym.is_used:
        keep_words([synonym.terms], synonym=synonym)
    return synonym
