"""Addresses of the REST API for reviewing, under ``/api/v1/``: what an action of this app does to a version too."""

from django.urls import path

from articles.views.versions import VersionVerb
from reviews.views import choosing, questions, reviews, rounds, work

VERSION_VERBS = {
    "withdraw": rounds.WITHDRAW,
    "request-changes": rounds.REQUEST_CHANGES,
    "reject": rounds.REJECT,
}
REVIEW_VERBS = {
    "accept": reviews.ACCEPT,
    "decline": reviews.DECLINE,
    "recuse": reviews.RECUSE,
    "cancel": reviews.CANCEL,
    "extend": reviews.EXTEND,
    "remind": reviews.REMIND,
    "revoke-links": reviews.REVOKE_LINKS,
    "withdraw-signature": reviews.WITHDRAW_SIGNATURE,
}

urlpatterns = [
    *(
        path(f"versions/<int:version_id>/{name}/", VersionVerb.as_view(verb=verb), name=f"api-version-{name}")
        for name, verb in VERSION_VERBS.items()
    ),
    path("versions/<int:version_id>/invite/", reviews.Invite.as_view(), name="api-version-invite"),
    path("versions/<int:version_id>/candidates/", choosing.Candidates.as_view(), name="api-version-candidates"),
    path("versions/<int:version_id>/invite-best/", choosing.InviteBest.as_view(), name="api-version-invite-best"),
    path("versions/<int:version_id>/comments/", work.VersionComments.as_view(), name="api-version-comments"),
    path("versions/<int:version_id>/signatures/", work.VersionSignatures.as_view(), name="api-version-signatures"),
    path("reviews/", reviews.ReviewList.as_view(), name="api-reviews"),
    path("reviews/<int:review_id>/", reviews.ReviewDetail.as_view(), name="api-review"),
    path("reviews/<int:review_id>/sign/", reviews.Sign.as_view(), name="api-review-sign"),
    path("reviews/<int:review_id>/checklist/", questions.ReviewChecklist.as_view(), name="api-review-checklist"),
    path("reviews/<int:review_id>/comments/", work.ReviewComments.as_view(), name="api-review-comments"),
    path("reviews/<int:review_id>/claims/", work.ReviewClaims.as_view(), name="api-review-claims"),
    path("reviews/<int:review_id>/claim-checks/", work.ReviewClaimChecks.as_view(), name="api-review-claim-checks"),
    *(
        path(f"reviews/<int:review_id>/{name}/", reviews.ReviewVerb.as_view(verb=verb), name=f"api-review-{name}")
        for name, verb in REVIEW_VERBS.items()
    ),
    path("comments/<int:comment_id>/answer/", work.CommentVerb.as_view(verb=work.ANSWER), name="api-comment-answer"),
    path("comments/<int:comment_id>/resolve/", work.CommentVerb.as_view(verb=work.RESOLVE), name="api-comment-resolve"),
    path(
        "comments/<int:comment_id>/take-over/",
        work.CommentVerb.as_view(verb=work.TAKE_OVER),
        name="api-comment-take-over",
    ),
    path("claim-checks/<int:check_id>/rule/", work.CheckVerb.as_view(verb=work.RULE), name="api-claim-check-rule"),
]
