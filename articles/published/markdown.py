"""The reader's document as a text that can be read without a browser, and says all that a page says of the review."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from articles.reading.plain import escaped, link_target, markdown
from articles.reading.wording import address, day

Told = dict[str, Any]


def as_markdown(told: Told) -> str:
    """``told`` (see ``reading.document``) as Markdown."""
    return "\n\n".join(filter(None, _parts(told))) + "\n"


def _parts(told: Told) -> Iterator[str]:
    review = told["review"]
    yield f"# {escaped(told['question'])}"
    yield f"**{escaped(review['statement'])}.**"
    if review["caution"]:
        yield "\n>\n".join(f"> {line}" for line in ["**Caution**", *_paragraphs(review["caution"])])
    yield "\n".join(f"- {line}" for line in _facts(told))
    if told["audience_note"]:
        yield f"*{escaped(told['audience_note'])}*"
    yield f"## In short\n\n{escaped(told['summary'])}"
    yield markdown(told["body"]["html"])
    if told["references"]:
        yield "\n\n".join(["## References", *map(_reference, told["references"])])
    yield "\n\n".join(["## Disclaimer", *_paragraphs(told["disclaimer"])])
    yield "\n".join(["## Addresses", "", *_addresses(told)])


def _paragraphs(text: str) -> list[str]:
    return [escaped(part) for part in text.split("\n\n") if part.strip()]


def _day(moment: str | None) -> str:
    return day(datetime.fromisoformat(moment)) if moment else ""


def _facts(told: Told) -> Iterator[str]:
    review, policy = told["review"], told["policy"]
    (label,) = [step["label"] for step in review["steps"] if step["step"] == review["status"]]
    yield f"Status: {label}"
    for step in review["steps"]:
        yield f"{step['label']}: {_reached(step, review)}"
    if review["reviewed_by"]:
        yield f"Reviewed by: {'; '.join(map(_person, review['reviewed_by']))}"
    yield f"Last updated: {_day(told['updated_at'])}"
    if review["last_reviewed"]:
        yield f"Last reviewed: {_day(review['last_reviewed'])}"
    if review["next_review_due"]:
        due = "Next review due" if review["status"] == "approved" else "Review was due"
        yield f"{due}: {_day(review['next_review_due'])}"
    named = f"{policy['title']}, version {policy['version']}"
    yield f"Policy: {_link(named, policy['url'])}"
    yield f"Written for: {escaped(told['audience']['name'])}"
    others = [_also(audience, slug=told["slug"]) for audience in told["audiences"] if not audience["selected"]]
    if others:
        yield f"Also written for: {', '.join(others)}"
    yield f"Version: {told['version']}, SHA-256 {told['digest']}"


def _also(audience: Told, *, slug: str) -> str:
    """Leads people to the page; the audience's own ``url`` is for programs."""
    return _link(audience["name"], address("pages:article", slug, audience=audience["code"]))


def _reached(step: Told, review: Told) -> str:
    if step["at"]:
        return _day(step["at"])
    return "not at present" if step["step"] == "approved" and review["last_reviewed"] else "not reached"


def _person(person: Told) -> str:
    name = escaped(", ".join(filter(None, [person["name"], person["credentials"]])))
    orcid = person["orcid"]
    return f"{name} ({_link('ORCID', f'https://orcid.org/{orcid}')})" if orcid else name


def _link(words: str, url: str) -> str:
    return f"[{escaped(words)}]({link_target(url)})"


def _reference(reference: Told) -> str:
    """Not as an item of a list: those are counted anew, and a number may be missing here."""
    retraction = reference["retraction"]
    kind = f"*{escaped(reference['kind_label']).capitalize()}.*"
    flag = "**RETRACTED.** " if retraction["status"] == "retracted" else ""
    lines = [f"[{reference['number']}] {kind} {flag}{escaped(reference['text'])}"]
    lines += [f"**{escaped(notice['label'])}**{_noticed(notice)}" for notice in retraction["notices"]]
    where = f"{_link('Read the work', reference['url'])}. " if reference["url"] else ""
    return "\\\n".join([*lines, f"{where}{_known(retraction)}."])


def _noticed(notice: Told) -> str:
    when = f" on {_day(notice['date'])}" if notice["date"] else ""
    return f"{when}: {_link('read the notice', notice['url'])}" if notice["url"] else when


def _known(retraction: Told) -> str:
    """Whether the work was retracted, in the words of the page."""
    if retraction["status"] == "unknown":
        return "Not known whether it was retracted"
    if retraction["status"] == "retracted":
        return f"Retracted as of {_day(retraction['as_of'])}"
    words = "Not retracted as of" if retraction["notices"] else "No retraction known on"
    return f"{words} {_day(retraction['as_of'])}"


def _addresses(told: Told) -> Iterator[str]:
    page = told["html"]
    yield f"- This answer, as its review stands when you open it: {_link(page, page)}"
    yield f"- For programs: {_link(told['self'], told['self'])}"
    yield f"- History: {_link('on its page', address('pages:history', told['slug']))}"
    yield f"- Ask a follow-up question: {_link('on the page', f'{page}#question')}"
    yield f"- Report a problem: {_link('on the page', f'{page}#report')}"
