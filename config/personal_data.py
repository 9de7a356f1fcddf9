"""What an account did in articles and reviews, for the data that its owner can download: references with dates."""

from articles.models import Authorship, Version
from editorial.accounts.personal_data import rows
from editorial.models import User
from editorial.record.canonical_json import JSONDict
from reviews.models import ClaimCheck, Comment, Recusal, Review, Ruling, Signature

ARTICLE, NUMBER = "version__article__slug", "version__number"
OF_REVIEW = ("review__version__article__slug", "review__version__number")
OF_CHECK = ("claim_check__review__version__article__slug", "claim_check__review__version__number")


def work_of_account(account: User) -> JSONDict:
    """Return what ``account`` wrote, reviewed, signed, commented and judged, each with the article and the date."""
    return {
        "articles": rows(Authorship.objects.filter(user=account).order_by("pk"), "article__slug", "position"),
        "versions_created": rows(
            Version.objects.filter(created_by=account).order_by("pk"), "article__slug", "number", "created_at"
        ),
        "versions_submitted": rows(
            Version.objects.filter(submitted_by=account).order_by("pk"), "article__slug", "number", "submitted_at"
        ),
        "reviews": rows(
            Review.objects.filter(member__user=account).order_by("pk"),
            ARTICLE,
            NUMBER,
            "state",
            "invited_at",
            "accepted_at",
            "state_changed_at",
        ),
        "signatures": rows(
            Signature.objects.filter(signer=account).order_by("pk"), *OF_REVIEW, "decision", "digest", "signed_at"
        ),
        "comments": rows(Comment.objects.filter(author=account).order_by("pk"), ARTICLE, NUMBER, "created_at"),
        "verdicts": rows(
            ClaimCheck.objects.filter(review__member__user=account).order_by("pk"),
            *OF_REVIEW,
            "reference__key",
            "verdict",
            "checked_at",
        ),
        "rulings": rows(Ruling.objects.filter(ruled_by=account).order_by("pk"), *OF_CHECK, "ruled_at"),
        "recusals": rows(
            Recusal.objects.filter(member__user=account).order_by("pk"), "article__slug", "declared_at", "withdrawn_at"
        ),
    }
