"""Any number of realistic records of works, in each format."""

from typing import Any

from tests.benchmarks.work_files import FILE_KINDS, file_of

JOURNALS = (("The Journal of Clinical Immunology", "J Clin Immunol"), ("The Lancet", "Lancet"), ("Blood", "Blood"))


def item(number: int) -> dict[str, Any]:
    """Return the record of one article, different for each number."""
    journal, short = JOURNALS[number % len(JOURNALS)]
    return {
        "id": f"smith{1990 + number % 30}-{number}",
        "type": "article-journal",
        "title": f"Intravenous immunoglobulin in condition {number}: a randomised trial",
        "author": [
            {"family": f"Smith{number % 700}", "given": "John A."},
            {"family": "Müller", "given": "Jürgen"},
            {"literal": "The IVIG Study Group"},
        ],
        "container-title": journal,
        "container-title-short": short,
        "issued": {"date-parts": [[1990 + number % 30, number % 12 + 1]]},
        "volume": str(number % 90 + 1),
        "issue": str(number % 12 + 1),
        "page": f"{number + 100}-{number + 109}",
        "DOI": f"10.1000/ivig.{number}",
        "PMID": str(10_000_000 + number),
        "abstract": "Background: back pain is common after infusion. Methods: 120 patients were observed. " * 3,
    }


def items(count: int) -> list[dict[str, Any]]:
    return [item(number) for number in range(count)]


def file(form: str, count: int, *, every: int = 0) -> bytes:
    """Return a file with ``count`` records. Every ``every``-th one is broken in a realistic way."""
    kind = next(kind for kind in FILE_KINDS.values() if kind.form == form)
    content, _ = file_of(kind, items(count), every=every)
    return content
