"""URLs of the REST API for reviews, under ``/api/v1/``, including the actions of this app on versions."""

from django.urls import path

from articles.api.versions import VersionVerb
from reviews.api import checklist, comments_and_verdicts, compare_versions, lowerings, objections, reviews, suggestions
from reviews.api.classification import ClassificationInReview
from reviews.verbs import comments_and_verdicts as comment_verbs
from reviews.verbs import deadlines, proposals, recusals, replies, rounds, signatures
from reviews.verbs import lowerings as lowering_verbs
from reviews.verbs import objections as objection_verbs
from reviews.verbs import reviews as review_verbs

urlpatterns = [
    path("versions/<int:version_id>/withdraw/", VersionVerb.as_view(verb=rounds.WITHDRAW), name="api-version-withdraw"),
    path(
        "versions/<int:version_id>/request-changes/",
        VersionVerb.as_view(verb=rounds.REQUEST_CHANGES),
        name="api-version-request-changes",
    ),
    path("versions/<int:version_id>/reject/", VersionVerb.as_view(verb=rounds.REJECT), name="api-version-reject"),
    path("versions/<int:version_id>/decide/", VersionVerb.as_view(verb=rounds.DECIDE), name="api-version-decide"),
    path(
        "versions/<int:version_id>/reinstate/", VersionVerb.as_view(verb=rounds.REINSTATE), name="api-version-reinstate"
    ),
    path("versions/<int:version_id>/invite/", reviews.Invite.as_view(), name="api-version-invite"),
    path("versions/<int:version_id>/candidates/", suggestions.Candidates.as_view(), name="api-version-candidates"),
    path("versions/<int:version_id>/invite-best/", suggestions.InviteBest.as_view(), name="api-version-invite-best"),
    path(
        "versions/<int:version_id>/comments/",
        comments_and_verdicts.VersionComments.as_view(),
        name="api-version-comments",
    ),
    path(
        "versions/<int:version_id>/signatures/",
        comments_and_verdicts.VersionSignatures.as_view(),
        name="api-version-signatures",
    ),
    path(
        "versions/<int:version_id>/objections/", objections.VersionObjections.as_view(), name="api-version-objections"
    ),
    path(
        "articles/<slug:slug>/classification/",
        ClassificationInReview.as_view(),
        name="api-article-classification",
    ),
    path("articles/<slug:slug>/lowerings/", lowerings.ProposeLowering.as_view(), name="api-article-lowerings"),
    path("lowerings/<int:lowering_id>/", lowerings.LoweringDetail.as_view(), name="api-lowering"),
    path(
        "lowerings/<int:lowering_id>/confirm/",
        lowerings.LoweringVerb.as_view(verb=lowering_verbs.CONFIRM),
        name="api-lowering-confirm",
    ),
    path(
        "lowerings/<int:lowering_id>/refuse/",
        lowerings.LoweringVerb.as_view(verb=lowering_verbs.REFUSE),
        name="api-lowering-refuse",
    ),
    path("reviews/", reviews.ReviewList.as_view(), name="api-reviews"),
    path("reviews/<int:review_id>/", reviews.ReviewDetail.as_view(), name="api-review"),
    path("reviews/<int:review_id>/sign/", reviews.Sign.as_view(), name="api-review-sign"),
    path(
        "reviews/<int:review_id>/confirm-signature/",
        reviews.ConfirmSignature.as_view(),
        name="api-review-confirm-signature",
    ),
    path("reviews/<int:review_id>/checklist/", checklist.ReviewChecklist.as_view(), name="api-review-checklist"),
    path(
        "reviews/<int:review_id>/comments/", comments_and_verdicts.ReviewComments.as_view(), name="api-review-comments"
    ),
    path("reviews/<int:review_id>/objections/", objections.ReviewObjections.as_view(), name="api-review-objections"),
    path("reviews/<int:review_id>/claims/", comments_and_verdicts.ReviewClaims.as_view(), name="api-review-claims"),
    path("reviews/<int:review_id>/changes/", compare_versions.ReviewChanges.as_view(), name="api-review-changes"),
    path(
        "reviews/<int:review_id>/claim-checks/",
        comments_and_verdicts.ReviewClaimChecks.as_view(),
        name="api-review-claim-checks",
    ),
    path(
        "reviews/<int:review_id>/accept/",
        reviews.ReviewVerb.as_view(verb=review_verbs.ACCEPT),
        name="api-review-accept",
    ),
    path(
        "reviews/<int:review_id>/decline/",
        reviews.ReviewVerb.as_view(verb=review_verbs.DECLINE),
        name="api-review-decline",
    ),
    path("reviews/<int:review_id>/recuse/", reviews.ReviewVerb.as_view(verb=recusals.RECUSE), name="api-review-recuse"),
    path(
        "reviews/<int:review_id>/cancel/",
        reviews.ReviewVerb.as_view(verb=review_verbs.CANCEL),
        name="api-review-cancel",
    ),
    path(
        "reviews/<int:review_id>/extend/", reviews.ReviewVerb.as_view(verb=deadlines.EXTEND), name="api-review-extend"
    ),
    path(
        "reviews/<int:review_id>/remind/", reviews.ReviewVerb.as_view(verb=deadlines.REMIND), name="api-review-remind"
    ),
    path(
        "reviews/<int:review_id>/revoke-links/",
        reviews.ReviewVerb.as_view(verb=review_verbs.REVOKE_LINKS),
        name="api-review-revoke-links",
    ),
    path(
        "reviews/<int:review_id>/hand-over/",
        reviews.ReviewVerb.as_view(verb=review_verbs.HAND_OVER),
        name="api-review-hand-over",
    ),
    path(
        "reviews/<int:review_id>/waive/", reviews.ReviewVerb.as_view(verb=review_verbs.WAIVE), name="api-review-waive"
    ),
    path(
        "reviews/<int:review_id>/withdraw-signature/",
        reviews.ReviewVerb.as_view(verb=signatures.WITHDRAW_SIGNATURE),
        name="api-review-withdraw-signature",
    ),
    path(
        "signatures/<int:signature_id>/set-aside/",
        comments_and_verdicts.SignatureVerb.as_view(verb=signatures.SET_ASIDE),
        name="api-signature-set-aside",
    ),
    path("recusals/", comments_and_verdicts.Recusals.as_view(), name="api-recusals"),
    path(
        "recusals/<int:recusal_id>/withdraw/",
        comments_and_verdicts.RecusalVerb.as_view(verb=recusals.WITHDRAW_RECUSAL),
        name="api-recusal-withdraw",
    ),
    path(
        "comments/<int:comment_id>/answer/",
        comments_and_verdicts.CommentVerb.as_view(verb=replies.ANSWER),
        name="api-comment-answer",
    ),
    path(
        "comments/<int:comment_id>/resolve/",
        comments_and_verdicts.CommentVerb.as_view(verb=comment_verbs.RESOLVE),
        name="api-comment-resolve",
    ),
    path(
        "comments/<int:comment_id>/take-over/",
        comments_and_verdicts.CommentVerb.as_view(verb=proposals.TAKE_OVER),
        name="api-comment-take-over",
    ),
    path(
        "comments/<int:comment_id>/accept-change/",
        objections.CommentAccepted.as_view(verb=objection_verbs.ACCEPT_PASSAGE),
        name="api-comment-accept-change",
    ),
    path(
        "claim-checks/<int:check_id>/accept-change/",
        objections.CheckEnded.as_view(verb=objection_verbs.ACCEPT_CLAIM),
        name="api-claim-check-accept-change",
    ),
    path(
        "claim-checks/<int:check_id>/withdraw/",
        objections.CheckEnded.as_view(verb=objection_verbs.WITHDRAW),
        name="api-claim-check-withdraw",
    ),
    path(
        "claim-checks/<int:check_id>/rule/",
        comments_and_verdicts.CheckVerb.as_view(verb=comment_verbs.RULE),
        name="api-claim-check-rule",
    ),
]
