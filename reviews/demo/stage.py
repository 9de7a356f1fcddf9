"""What the people of the demo do: each step runs the real action at its own time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from articles import actions as articles
from articles.markdown_files.bundles import Bundle, collect
from articles.markdown_files.import_articles import import_article
from articles.markdown_files.markdown_file import Sheet
from articles.models import Claim, Reference, Report, Version
from editorial.models import BoardMember, User
from reviews import actions as reviews
from reviews.actions.comments_and_verdicts import Anchor
from reviews.demo import policies
from reviews.models import Decision, Review, Verdict

CONTENT = Path(__file__).parent / "content"
Change = Callable[[Sheet], Sheet | None]
"""Turns a text into its earlier form; None if it did not exist yet."""


@dataclass
class Stage:
    """Runs the steps of the demo. ``now`` is the time of the current step."""

    now: datetime

    def write(self, slug: str, *, change: Change = lambda sheet: sheet, content: Path = CONTENT) -> Version:
        """Import the text, or an earlier or later form of it, as the article's writer."""
        bundle = next(bundle for bundle in collect([content / slug]))
        sheets = [changed for sheet in bundle.sheets if (changed := change(sheet))]
        cited = {key for sheet in sheets for key, _ in sheet.citations()}  # an earlier form may cite fewer works
        sheets = [replace(sheet, works=tuple(work for work in sheet.works if work.key in cited)) for sheet in sheets]
        outcome = import_article(Bundle(slug, sheets, bundle.faults), by=None, now=self.now)
        if outcome.version is None:
            raise RuntimeError("\n".join(str(fault) for fault in outcome.faults))
        return outcome.version

    def revise(self, slug: str) -> Version:
        version = self._newest(slug)
        return articles.revise(version_id=version.pk, by=self._author(version), now=self.now)

    def submit(self, slug: str) -> Version:
        version = self._newest(slug)
        return articles.submit(version_id=version.pk, by=self._author(version), now=self.now)

    def withdraw(self, slug: str, *, reason: str) -> None:
        version = self._newest(slug)
        reviews.withdraw(version_id=version.pk, reason=reason, by=self._author(version), now=self.now)

    def reject(self, slug: str, *, reason: str) -> None:
        reviews.reject(version_id=self._newest(slug).pk, reason=reason, by=self._editor, now=self.now)

    def retract(self, slug: str, *, reason: str) -> None:
        articles.retract(version_id=self._newest(slug).pk, reason=reason, by=self._editor, now=self.now)

    def invite(self, slug: str, *usernames: str, message: str = "") -> None:
        for username in usernames:
            member = BoardMember.objects.get(user__username=username)
            version = self._newest(slug)
            reviews.invite(version_id=version.pk, member_id=member.pk, message=message, by=self._editor, now=self.now)

    def accept(self, slug: str, username: str) -> None:
        review = self._review(slug, username)
        reviews.accept(review_id=review.pk, by=review.member.user, now=self.now)

    def decline(self, slug: str, username: str, *, reason: str) -> None:
        review = self._review(slug, username)
        reviews.decline(review_id=review.pk, reason=reason, by=review.member.user, now=self.now)

    def comment(self, slug: str, username: str, text: str, *, is_blocking: bool = False, quote: str = "") -> None:
        review = self._review(slug, username)
        reviews.comment(
            review_id=review.pk,
            text=text,
            anchor=Anchor(quote=quote),
            is_blocking=is_blocking,
            by=review.member.user,
            now=self.now,
        )

    def check_claims(self, slug: str, username: str, *, first: int | None = None) -> None:
        """Give the verdict “supports” on the ``first`` claims, or all, for every work cited."""
        review = self._review(slug, username)
        for claim in _claims(review)[:first]:
            for work in claim.references.order_by("pk"):
                self._check(review, claim, work, verdict=Verdict.SUPPORTS)

    def doubt(self, slug: str, username: str, words: str, *, verdict: Verdict, note: str) -> None:
        """Give another verdict on the claim with ``words``, for the first work cited at it."""
        review = self._review(slug, username)
        claim = next(claim for claim in _claims(review) if words in claim.text)
        self._check(review, claim, claim.references.order_by("pk")[0], verdict=verdict, note=note)

    def _check(self, review: Review, claim: Claim, work: Reference, *, verdict: Verdict, note: str = "") -> None:
        reviews.check_claim(
            review_id=review.pk,
            claim_id=claim.pk,
            reference_id=work.pk,
            verdict=verdict,
            note=note,
            by=review.member.user,
            now=self.now,
        )

    def sign(self, slug: str, username: str, statement: str = "", *, decision: Decision = Decision.APPROVE) -> None:
        review = self._review(slug, username)
        reviews.sign(
            review_id=review.pk,
            decision=decision,
            digest=review.version.digest,
            statement=statement,
            checklist=policies.checklist_answers(now=self.now),
            by=review.member.user,
            now=self.now,
        )

    def ask(self, slug: str, text: str) -> None:
        version = self._newest(slug)
        articles.ask(article=version.article, version=version, text=text, email="", now=self.now)

    def report(self, slug: str, text: str) -> None:
        version = self._newest(slug)
        articles.report(article=version.article, version=version, text=text, email="", now=self.now)

    def uphold(self, slug: str, *, reason: str) -> None:
        """Uphold the article's last report, and suspend the article at once."""
        report = Report.objects.filter(article__slug=slug).latest("pk")
        articles.uphold(report_id=report.pk, reason=reason, suspends=True, by=self._editor, now=self.now)

    @property
    def _editor(self) -> User:
        return User.objects.get(username="edith")

    def _newest(self, slug: str) -> Version:
        return Version.objects.filter(article__slug=slug).newest_first().select_related("article")[0]

    def _author(self, version: Version) -> User:
        return version.article.authors.order_by("authorships__position")[0]

    def _review(self, slug: str, username: str) -> Review:
        mine = Review.objects.select_related("member__user", "version").filter(member__user__username=username)
        return mine.filter(version=self._newest(slug)).order_by("-pk")[0]


def _claims(review: Review) -> list[Claim]:
    claims = Claim.objects.filter(rendition__version=review.version)
    return list(claims.order_by("-rendition__is_primary", "rendition", "position"))
