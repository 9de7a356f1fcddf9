"""The panels and threads of the desk in HTML, quickly: up to some hundreds stand on one page.

A template writes each part once for the page, as a stencil: the name of what differs stands in braces, and no text of a
person is in it. Here every record is put into its stencils, escaped. Writing each by a template of its own took three
times as long as everything else about the desk.
"""

from collections.abc import Iterable
from html import escape
from typing import Any, NamedTuple

from django.template.defaultfilters import capfirst, linebreaks_filter, linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles.models.reference import RetractionStatus
from editorial.admin.showing import chip, day, link, moment
from reviews.admin.desk.page import Desk, Evidence, Panel
from reviews.checklist import Voice
from reviews.following import Followed
from reviews.models import ClaimCheck, Comment, Verdict
from reviews.threads import Thread

PARTS = ("claim", "cited", "verdict_form", "thread", "answer", "earlier")
NOTHING = SafeString("")
SAFE = (SafeString, int)
PRESSED = {True: SafeString("true"), False: SafeString("false")}

VERDICTS = Verdict.values
UNCHECKED = ClaimCheck()

QUOTE = '<blockquote class="quote" dir="auto">{}</blockquote>'
PROPOSAL = '<p class="proposal-label">Proposed wording{}</p><blockquote class="proposal" dir="auto">{}</blockquote>'
LINK = (
    '<a href="{}" rel="noopener noreferrer" target="_blank">{}'
    '<span class="visually-hidden"> of reference {}, in a new tab</span></a> '
)


class Printed(NamedTuple):
    """What stands beside a work wherever it is cited."""

    links: SafeString
    retraction: SafeString


class Writer:
    """Writes what stands on one desk. ``works`` says whether there is anything to do, or only to read."""

    def __init__(self, desk: Desk, *, chosen: int | None, works: bool, **ground: Any) -> None:
        self.desk, self.chosen, self.works = desk, chosen, works
        self.stencils = {part: _stencil(part, works=works, **ground) for part in PARTS}
        self.printed: dict[int, Printed] = {}

    def panels(self) -> SafeString:
        return _all(map(self._panel, self.desk.panels))

    def threads(self) -> SafeString:
        """Those on passages and on the whole."""
        return _all(map(self._thread, self.desk.threads))

    def earlier(self) -> SafeString:
        """Comments on the version before that have no claim to stand at."""
        return _all(map(self._earlier, self.desk.earlier))

    def _fill(self, part: str, **values: Any) -> SafeString:
        """As ``format_html``, but that numbers need no escaping: half of what is put in are ids."""
        put = {name: one if isinstance(one, SAFE) else escape(str(one)) for name, one in values.items()}
        return mark_safe(self.stencils[part].format_map(put))  # noqa: S308 - a template wrote the stencil, all is escaped

    # --- claims -----------------------------------------------------------------------------------------------------

    def _panel(self, panel: Panel) -> SafeString:
        claim, status = panel.item.claim, panel.status
        return self._fill(
            "claim",
            claim=claim.pk,
            number=panel.number,
            chosen=" chosen" if claim.pk == self.chosen else "",
            code=status.code,
            sign=status.sign,
            words=status.words,
            text=claim.text,
            audience=claim.rendition.audience,
            change=_change(panel) if self.desk.since and panel.is_new else NOTHING,
            works=_all(self._cited(one, panel) for one in panel.evidence),
            threads=_all([*map(self._thread, panel.threads), *map(self._earlier, panel.earlier)]),
        )

    def _cited(self, one: Evidence, panel: Panel) -> SafeString:
        cited, own = one.cited, one.cited.own
        voices = [voice for voice in cited.voices if voice.said.carried_at or not voice.is_own or not self.works]
        printed = self.printed.get(cited.number) or self.printed.setdefault(cited.number, _printed(one))
        return self._fill(
            "cited",
            work=cited.work.pk,
            number=cited.number,
            checked="yes" if own else "",
            title=one.work.words,
            links=printed.links,
            retraction=printed.retraction,
            voices=_all(map(_voice, voices)),
            form=self._verdict_form(one, own, panel) if self.works else NOTHING,
        )

    def _verdict_form(self, one: Evidence, own: ClaimCheck | None, panel: Panel) -> SafeString:
        given = own or UNCHECKED
        pressed = {f"is_{verdict}": PRESSED[verdict == given.verdict] for verdict in VERDICTS}
        return self._fill(
            "verdict_form",
            claim=panel.item.claim.pk,
            number=panel.number,
            work=one.cited.work.pk,
            reference=one.cited.number,
            seen=own.checked_at.isoformat() if own else "",
            open=mark_safe(" open") if given.locator or given.quote or given.note else NOTHING,
            locator=given.locator,
            quote=given.quote,
            note=given.note,
            **pressed,
        )

    # --- comments ---------------------------------------------------------------------------------------------------

    def _thread(self, thread: Thread) -> SafeString:
        comment = thread.comment
        return self._fill(
            "thread",
            comment=comment.pk,
            claim=comment.claim_id or "",
            author=comment.author,
            at=moment(comment.created_at),
            standing=_standing(comment),
            open="Open" if comment.resolved_at else "Open or resolve",
            quote=_quote(comment),
            text=_paragraphs(comment.text),
            proposal=_proposal(comment),
            answers=_all(map(self._answer, thread.answers)),
        )

    def _answer(self, answer: Comment) -> SafeString:
        return self._fill(
            "answer",
            author=answer.author,
            at=moment(answer.created_at),
            text=_paragraphs(answer.text),
            proposal=_proposal(answer),
        )

    def _earlier(self, one: Followed) -> SafeString:
        comment = one.comment
        stood = comment.claim.text if comment.claim and one.claim and one.claim.text != comment.claim.text else ""
        return self._fill(
            "earlier",
            author=comment.author,
            version=comment.version.number,
            day=day(comment.created_at),
            standing=_fate(one),
            claim=format_html(QUOTE, stood) if stood else NOTHING,
            quote=_quote(comment),
            text=_paragraphs(comment.text),
            proposal=_proposal(comment),
            answers=_all(map(self._answer, one.answers)),
        )


def _stencil(part: str, **ground: Any) -> str:
    return render_to_string(f"admin/reviews/desk/{part}.html", ground)


def _all(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - each part is safe


def _change(panel: Panel) -> SafeString:
    """How a claim differs from what it was when its reviewer signed."""
    label, difference = chip("changes-requested", "Changed since you signed"), panel.item.difference
    if panel.item.before == panel.item.claim.text:
        before = SafeString("The words are the same; a work cited here is another one.")
    elif difference:
        words = (("del" if words.changed else "span", words.text) for words in difference.before or ())
        before = format_html("Before: {}", format_html_join("", "<{0}>{1}</{0}>", words))
    else:
        return format_html("<p>{}</p>", label)
    return format_html('<p>{}</p><p class="quiet">{}</p>', label, before)


def _printed(one: Evidence) -> Printed:
    links = ((address, name, one.cited.number) for name, address in one.work.links)
    return Printed(format_html_join("", LINK, links), _retraction(one))


def _retraction(one: Evidence) -> SafeString:
    work = one.cited.work
    if work.retraction == RetractionStatus.RETRACTED:
        return chip("rejected", "Retracted")
    if work.retraction == RetractionStatus.CLEAR:
        return format_html('<span class="quiet">No retraction known on {}</span>', day(work.retraction_as_of))
    return SafeString('<span class="quiet">Not known whether it was retracted</span>')


def _voice(voice: Voice) -> SafeString:
    said, check = voice.said, voice.said.check
    where = f", {check.locator}" if check.locator else ""
    who = ", ".join(filter(None, [voice.name, voice.credentials, day(check.checked_at)]))
    carried = f", carried over from version {check.review.version.number}" if said.carried_at else ""
    lapsed = f"; no longer counts, since {said.get_lapse_display()}" if said.lapse else ""
    note = format_html("<br><bdi>{}</bdi>", check.note) if check.note else NOTHING
    return format_html(
        '<p class="voice"><strong>{}</strong>{}: {}{}{}{}</p>',
        capfirst(check.get_verdict_display()),
        where,
        who,
        carried,
        lapsed,
        note,
    )


def _standing(comment: Comment) -> SafeString:
    if comment.resolved_at:
        return chip("approved", "Resolved")
    return chip("rejected", "Blocking") if comment.is_blocking else NOTHING


def _fate(one: Followed) -> SafeString:
    """What became of a comment on the version before."""
    comment = one.comment
    said = [
        chip("suspended", "Its passage is gone") if one.is_orphaned else NOTHING,
        chip("draft", "Was blocking") if comment.is_blocking else NOTHING,
        chip("approved", f"Resolved by {comment.resolved_by}") if comment.resolved_at else NOTHING,
        link(comment, "Open" if comment.resolved_at else "Open or resolve"),
    ]
    return format_html_join(" ", "{}", ((part,) for part in said if part))


def _quote(comment: Comment) -> SafeString:
    return SafeString(QUOTE.format(_lines(comment.quote))) if comment.quote else NOTHING


def _proposal(comment: Comment) -> SafeString:
    if not comment.proposal:
        return NOTHING
    taken = f", taken over by {comment.taken_over_by}" if comment.taken_over_at else ""
    return SafeString(PROPOSAL.format(escape(taken), _lines(comment.proposal)))


def _paragraphs(text: str) -> SafeString:
    """What a person wrote, in paragraphs. Most comments are one line, which needs no parser."""
    return linebreaks_filter(text) if _has_lines(text) else SafeString(f"<p>{escape(text)}</p>")


def _lines(text: str) -> SafeString:
    return linebreaksbr(text) if _has_lines(text) else SafeString(escape(text))


def _has_lines(text: str) -> bool:
    return "\n" in text or "\r" in text
