"""The scope that a token needs for each operation of the API that changes something. Reading needs ``read``.

The keys are names of URLs. An operation that is not listed here fails for every token; a test compares the list with
the URLs.
"""

from collections.abc import Mapping

from editorial.models import Scope

WRITING = """articles article-classification article-lowerings version version-submit version-revise version-withdraw
    references reference reference-imports reference-merge reference-replace reference-supersede
    comment-answer comment-take-over my-mail"""
REVIEWING = """version-suspend version-retract version-request-changes version-reject version-decide version-reinstate
    version-invite version-invite-best lowering-confirm lowering-refuse report-uphold report-decline
    review-sign review-confirm-signature review-checklist review-comments review-claim-checks review-accept
    review-decline review-recuse review-cancel review-extend review-remind review-revoke-links review-hand-over
    review-waive review-withdraw-signature signature-set-aside recusal-withdraw comment-resolve comment-accept-change
    claim-check-accept-change claim-check-withdraw claim-check-rule"""
ADMINISTERING = "my-token my-session"
OPEN_TO_ALL = "current-token"
"""Every token can delete itself."""


def _listed() -> Mapping[str, Scope | None]:
    parts = {WRITING: Scope.WRITE, REVIEWING: Scope.REVIEW, ADMINISTERING: Scope.ADMINISTER, OPEN_TO_ALL: None}
    return {f"api-{name}": scope for names, scope in parts.items() for name in names.split()}


SCOPES = _listed()
