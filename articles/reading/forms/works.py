"""The reference list of a document as a file for a library of works."""

from typing import Any

from articles.interchange.formats import WRITERS
from articles.models import Citation
from articles.models.importing import Format
from articles.reading.wording import day_of


def csl_json(told: dict[str, Any]) -> str:
    return _written(told, Format.CSL_JSON)


def ris(told: dict[str, Any]) -> str:
    return _written(told, Format.RIS)


def bibtex(told: dict[str, Any]) -> str:
    return _written(told, Format.BIBTEX)


def _written(told: dict[str, Any], form: str) -> str:
    return "".join(WRITERS[form](items(told)))


def items(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The works of the document as CSL-JSON, as they were when cited, in the order of their numbers. One query.

    Kind and retraction are those of the document.
    """
    rows = Citation.objects.filter(version__article__slug=told["slug"], version__number=told["version"])
    cited = dict(rows.values_list("number", "csl"))
    return [_item(cited[reference["number"]], reference) for reference in told["references"]]


def _item(csl: dict[str, Any], reference: dict[str, Any]) -> dict[str, Any]:
    custom, note = csl.get("custom"), csl.get("note")
    return {
        **csl,
        "note": " ".join([f"{retraction(reference)}.", *([note] if isinstance(note, str) else [])]),
        "custom": {**(custom if isinstance(custom, dict) else {}), "kind": reference["kind"]},
    }


def retraction(reference: dict[str, Any]) -> str:
    """What is known of the retraction of a work, as the page words it."""
    found = reference["retraction"]
    as_of = day_of(found["as_of"])
    if found["status"] == "retracted":
        return f"Retracted as of {as_of}" if as_of else "Retracted"
    if found["status"] == "unknown":
        return "Not known whether it was retracted"
    return f"Not retracted as of {as_of}" if found["notices"] else f"No retraction known on {as_of}"
