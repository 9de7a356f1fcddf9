"""Submitting a draft, which freezes its text."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from articles import preflight
from articles.actions.drafts import number_citations
from articles.announcements import announce, editors
from articles.lifecycle import Action, after
from articles.models import Claim, Reference, Rendition, Version
from articles.models.references import identity
from articles.permissions import require_may
from articles.published.document_format import code
from articles.published.search.indexing import write_passages
from articles.text.claims import Context, FoundClaim, claims_in_context, fingerprint, words_hash
from articles.text.content import Text, resolve_names
from articles.text.digest import digest, evidence
from articles.transitions import lock_for, move, require_not_blocked
from editorial.exceptions import Fault, Unacceptable
from editorial.http.etags import Expectation
from editorial.models import EditorialPolicy, User


@transaction.atomic
def submit(*, version_id: int, by: User, now: datetime, expected: Expectation | None = None) -> Version:
    """Freeze a draft with its digest and submit it to the editors.

    The policy and the tier of this moment are the least that its review has to satisfy. Raises Unacceptable with the
    findings when pre-flight refuses, InvalidTransition when another version is in review or no policy is in force, and
    NotPermitted.
    """
    version = lock_for(version_id, by=by)
    require_may(by, Action.SUBMIT, version.article)
    after(version.state, Action.SUBMIT)
    if expected is not None:
        expected.check(version.etag)
    policy = EditorialPolicy.objects.required(at=now)
    require_not_blocked(version, Action.SUBMIT)
    _refuse_findings(version, now=now)
    _freeze(version)
    version.submitted_by = by
    version.opened_policy, version.tiers = policy, [version.article.risk]
    move(
        version,
        Action.SUBMIT,
        by=by,
        now=now,
        in_force=policy,
        evidence=evidence(version),
        policy=policy.number,
        tiers=version.tiers,
    )
    write_passages(version, code=code())
    announce(version, "submitted", to=editors(), by=by, now=now)
    return version


def _refuse_findings(version: Version, *, now: datetime) -> None:
    findings = preflight.refusing(preflight.preflight(version, now=now))
    if findings:
        faults = tuple(Fault(f.pointer, f.code, f"{f.detail} {f.remedy}") for f in findings)
        raise Unacceptable("Pre-flight found problems that must be fixed first.", code="preflight", faults=faults)


def _freeze(version: Version) -> None:
    """Copy the cited works' current records, list the claims, and compute the digest."""
    texts = list(Rendition.objects.filter(version=version).in_order())
    works = resolve_names([Text(row.audience.code, row.summary, row.body, row.is_primary) for row in texts])
    number_citations(version, works)
    for text in texts:
        claims = claims_in_context(text.body, audience=text.audience.code, question=version.question)
        for position, (statement, context) in enumerate(claims, start=1):
            _write_claim(text, position, statement, context=context, works=works.references)
    version.digest = digest(version)


def _write_claim(
    text: Rendition, position: int, statement: FoundClaim, *, context: Context, works: Mapping[str, Reference]
) -> None:
    identities = {key: identity(works[key].csl) for key in statement.keys}
    claim = Claim.objects.create(
        rendition=text,
        position=position,
        text=statement.text,
        fingerprint=fingerprint(statement, identities=identities),
        words=words_hash(statement),
        context=context.hash,
        context_words=context.words,
    )
    claim.references.set([works[key] for key in statement.keys])
