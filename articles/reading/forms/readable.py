"""The reader's document as a text to read: Markdown with all that its page says."""

from collections.abc import Iterator
from typing import Any

from articles.reading.forms.markdown import from_html, link, paragraphs, words
from articles.reading.forms.works import retraction
from articles.reading.wording import day_of, xml_text


def markdown(told: dict[str, Any]) -> str:
    """The document ``told`` as CommonMark."""
    parts = [
        f"# {words(told['question'])}",
        *_review(told["review"]),
        _facts(told),
        "## In short",
        paragraphs(told["summary"]),
        from_html(told["body"]["html"]),
        "## References",
        "\n".join(_reference(reference) for reference in told["references"]),
        "## Disclaimer",
        paragraphs(told["disclaimer"]),
        "## Addresses",
        _addresses(told),
    ]
    return xml_text("\n\n".join(part for part in parts if part)) + "\n"


def _review(review: dict[str, Any]) -> Iterator[str]:
    """The board's statement, the three steps, and the caution."""
    yield f"**{words(review['statement'])}**"
    yield "\n".join(f"- {step['label']}: {_reached(step, review=review)}" for step in review["steps"])
    if review["caution"]:
        quoted = f"**Caution.** {paragraphs(review['caution'])}"
        yield "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))


def _reached(step: dict[str, Any], *, review: dict[str, Any]) -> str:
    if step["at"]:
        return day_of(step["at"])
    return "not at present" if step["step"] == "approved" and review["last_reviewed"] else "not reached"


def _facts(told: dict[str, Any]) -> str:
    review, policy = told["review"], told["policy"]
    due = "Next review due" if review["status"] == "approved" else "Review was due"
    facts = {
        "Reviewed by": "; ".join(_person(person) for person in review["reviewed_by"]),
        "Last updated": day_of(told["updated_at"]),
        "Last reviewed": day_of(review["last_reviewed"]),
        due: day_of(review["next_review_due"]),
        "Policy": link(f"{words(policy['title'])}, version {policy['version']}", policy["url"]),
        "Written for": words(told["audience"]["name"]),
        "Note": words(told["audience_note"] or ""),
        "Version": f"{told['version']}, {told['digest']}",
    }
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items() if fact)


def _person(person: dict[str, Any]) -> str:
    name = words(person["name"])
    named = link(name, f"https://orcid.org/{person['orcid']}") if person["orcid"] else name
    return ", ".join(filter(None, [named, words(person["credentials"])]))


def _reference(reference: dict[str, Any]) -> str:
    label = f"- \\[{reference['number']}\\] {words(reference['text'])}"
    read = f" {link('Read the work', reference['url'])}." if reference["url"] else ""
    said = f"  {words(reference['kind_label'].capitalize())}. {retraction(reference)}.{read}"
    return "\n".join([label, said, *(f"  - {_notice(notice)}" for notice in reference["retraction"]["notices"])])


def _notice(notice: dict[str, Any]) -> str:
    named = words(notice["label"]) + (f" on {day_of(notice['date'])}" if notice["date"] else "")
    return f"{named}: {link('read the notice', notice['url'])}" if notice["url"] else named


def _addresses(told: dict[str, Any]) -> str:
    others = [(f"For “{one['name']}”", one["url"]) for one in told["audiences"] if not one["selected"]]
    named = [
        ("This article", told["html"]),
        ("For programs", told["self"]),
        ("Its history", told["history"]),
        ("To ask a follow-up question", told["follow_up"]["url"]),
        ("To report a problem", told["report"]["url"]),
        *others,
    ]
    return "\n".join(f"- {words(name)}: <{url}>" for name, url in named)
