"""Write the reader's document as Markdown, to read without a browser. It says all that the page says of the review."""

from collections.abc import Iterator
from datetime import datetime

from articles.published.dates_and_urls import address, day
from articles.published.numbered_markdown import escaped, link_target
from articles.published.works import checked_on_of, retraction_note
from editorial.record.canonical_json import JSONDict


def as_markdown(document: JSONDict, *, body: str) -> str:
    """Return ``document`` (see ``articles.published.document``) as Markdown.

    ``body`` is its text from ``numbered_markdown``.
    """
    return "\n\n".join(filter(None, _parts(document, body))) + "\n"


def _parts(document: JSONDict, body: str) -> Iterator[str]:
    review = document["review"]
    yield f"# {escaped(document['question'])}"
    yield f"**{escaped(review['statement'])}.**"
    if review["caution"]:
        yield "\n>\n".join(f"> {line}" for line in ["**Caution**", *_paragraphs(review["caution"])])
    yield "\n".join(f"- {line}" for line in _facts(document))
    if document["audience_note"]:
        yield f"*{escaped(document['audience_note'])}*"
    yield f"## In short\n\n{escaped(document['summary'])}"
    yield body
    if document["references"]:
        checked = checked_on_of(document["references"])
        listed = [_reference(reference, checked=checked) for reference in document["references"]]
        yield "\n\n".join(["## References", _checked(checked), *listed])
    yield "\n\n".join(["## Disclaimer", *_paragraphs(document["disclaimer"])])
    yield "\n".join(["## Addresses", "", *_addresses(document)])


def _paragraphs(text: str) -> list[str]:
    return [escaped(part) for part in text.split("\n\n") if part.strip()]


def _day(moment: str | None) -> str:
    return day(datetime.fromisoformat(moment)) if moment else ""


def _facts(document: JSONDict) -> Iterator[str]:
    review, policy = document["review"], document["policy"]
    (label,) = [step["label"] for step in review["steps"] if step["step"] == review["status"]]
    yield f"Status: {label}"
    for step in review["steps"]:
        yield f"{step['label']}: {_reached(step, review)}"
    if review["reviewed_by"]:
        yield f"Reviewed by: {'; '.join(map(_person, review['reviewed_by']))}"
    yield f"Last updated: {_day(document['updated_at'])}"
    if review["last_reviewed"]:
        yield f"Last reviewed: {_day(review['last_reviewed'])}"
    if review["next_review_due"]:
        due = "Next review due" if review["status"] == "approved" else "Review was due"
        yield f"{due}: {_day(review['next_review_due'])}"
    named = f"{policy['title']}, version {policy['version']}"
    yield f"Policy: {_link(named, policy['url'])}"
    yield f"Written for: {escaped(document['audience']['name'])}"
    others = [_also(audience, slug=document["slug"]) for audience in document["audiences"] if not audience["selected"]]
    if others:
        yield f"Also written for: {', '.join(others)}"
    yield f"Version: {document['version']}, SHA-256 {document['digest']}"


def _also(audience: JSONDict, *, slug: str) -> str:
    """Return a link to the page for people. The audience's own ``url`` is for programs."""
    return _link(audience["name"], address("pages:article", slug, audience=audience["code"]))


def _reached(step: JSONDict, review: JSONDict) -> str:
    if step["at"]:
        return _day(step["at"])
    return "not at present" if step["step"] == "approved" and review["last_reviewed"] else "not reached"


def _person(person: JSONDict) -> str:
    name = escaped(", ".join(filter(None, [person["name"], person["credentials"]])))
    orcid = person["orcid"]
    return f"{name} ({_link('ORCID', f'https://orcid.org/{orcid}')})" if person["orcid_authenticated"] else name


def _link(words: str, url: str) -> str:
    return f"[{escaped(words)}]({link_target(url)})"


def _checked(day: str | None) -> str:
    if day:
        return f"Checked for retractions as of {_day(day)}."
    return "Not checked for retractions yet, so it is not known whether any of these works was retracted."


def _reference(reference: JSONDict, *, checked: str | None) -> str:
    """Return one work, not as a list item: Markdown renumbers list items, and here a number may be missing."""
    retraction = reference["retraction"]
    kind = f"*{escaped(reference['kind_label']).capitalize()}.*"
    flag = "**RETRACTED.** " if retraction["status"] == "retracted" else ""
    lines = [f"[{reference['number']}] {kind} {flag}{escaped(reference['text'])}"]
    lines += [f"**{escaped(notice['label'])}**{_noticed(notice)}" for notice in retraction["notices"]]
    where = _link("Read the work", reference["url"]) if reference["url"] else ""
    words, as_of = retraction_note(retraction, checked=checked)
    last = [f"{part}." for part in (where, f"{words} {_day(as_of)}".strip()) if part]
    return "\\\n".join([*lines, " ".join(last)] if last else lines)


def _noticed(notice: JSONDict) -> str:
    when = f" on {_day(notice['date'])}" if notice["date"] else ""
    return f"{when}: {_link('read the notice', notice['url'])}" if notice["url"] else when


def _addresses(document: JSONDict) -> Iterator[str]:
    page = document["html"]
    yield f"- This answer with its current review status: {_link(page, page)}"
    yield f"- For programs: {_link(document['self'], document['self'])}"
    yield f"- History: {_link('on its page', address('pages:history', document['slug']))}"
    yield f"- Ask a follow-up question: {_link('on the page', f'{page}#question')}"
    yield f"- Report a problem: {_link('on the page', f'{page}#report')}"
