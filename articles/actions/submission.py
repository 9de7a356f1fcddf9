"""Handing a draft in: the moment at which a text is frozen."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from articles import preflight
from articles.actions.drafting import number_citations
from articles.announcements import announce, editors
from articles.claims import FoundClaim, extract, fingerprint
from articles.content import Text, look_up
from articles.digest import digest, evidence
from articles.lifecycle import Action, after
from articles.models import Claim, Reference, Rendition, Version
from articles.models.reference import identity
from articles.permissions import require_may
from articles.reading.written import code
from articles.search.writing import write_passages
from articles.transitions import lock_for, move, require_alone
from editorial.exceptions import Fault, Unacceptable
from editorial.models import EditorialPolicy, User
from editorial.preconditions import Expectation


@transaction.atomic
def submit(*, version_id: int, by: User, now: datetime, expected: Expectation | None = None) -> Version:
    """Freeze a draft with its digest and hand it to the editors.

    Raises Unacceptable with the findings when pre-flight refuses, InvalidTransition when another version is in
    review or no policy is in force, and NotPermitted.
    """
    version = lock_for(version_id, by=by)
    require_may(by, Action.SUBMIT, version.article)
    after(version.state, Action.SUBMIT)
    if expected is not None:
        expected.check(version.etag)
    EditorialPolicy.objects.required(at=now)
    require_alone(version, Action.SUBMIT)
    _refuse_findings(version, now=now)
    _freeze(version)
    version.submitted_by = by
    move(version, Action.SUBMIT, by=by, now=now, evidence=evidence(version))
    write_passages(version, code=code())
    announce(version, "submitted", to=editors(), by=by, now=now)
    return version


def _refuse_findings(version: Version, *, now: datetime) -> None:
    findings = preflight.refusing(preflight.preflight(version, now=now))
    if findings:
        faults = tuple(Fault(f.pointer, f.code, f"{f.detail} {f.remedy}") for f in findings)
        raise Unacceptable("Pre-flight found what has to be mended first.", code="preflight", faults=faults)


def _freeze(version: Version) -> None:
    """Copy the cited works' records as they are today, list the claims, and take the digest."""
    texts = list(Rendition.objects.filter(version=version).in_order())
    works = look_up([Text(row.audience.code, row.summary, row.body, row.is_primary) for row in texts])
    number_citations(version, works)
    for text in texts:
        for position, found in enumerate(extract(text.body), start=1):
            _write_claim(text, position, found, works=works.references)
    version.digest = digest(version)


def _write_claim(text: Rendition, position: int, found: FoundClaim, *, works: Mapping[str, Reference]) -> None:
    identities = {key: identity(works[key].csl) for key in found.keys}
    claim = Claim.objects.create(
        rendition=text, position=position, text=found.text, fingerprint=fingerprint(found, identities=identities)
    )
    claim.references.set([works[key] for key in found.keys])
