"""Files of works in every format that the library imports, with some broken records."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import Any

from articles.library.formats.registry import WRITERS
from articles.models.reference_imports import ImportFormat

Item = dict[str, Any]


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its name, the format as which it is sent, how a record is written, and how it is broken.

    ``begins`` and ``ends`` enclose the records, which ``between`` parts.
    """

    name: str
    form: ImportFormat
    write: Callable[[Item], str]
    broken: Callable[[str], str]
    begins: str = ""
    ends: str = ""
    between: str = ""


def _written_as(form: ImportFormat) -> Callable[[Item], str]:
    return lambda item: "".join(WRITERS[form]([item]))


def _without_lines(*beginnings: str) -> Callable[[str], str]:
    return lambda text: "\n".join(line for line in text.split("\n") if not line.startswith(beginnings))


def _pubmed_xml(item: Item) -> str:
    year, month = item["issued"]["date-parts"][0]
    people = "".join(
        f"<Author><LastName>{one['family']}</LastName><ForeName>{one['given']}</ForeName></Author>"
        for one in item["author"]
    )
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{item['PMID']}</PMID><Article>\n"
        f"<Journal><JournalIssue><Volume>{item['volume']}</Volume><PubDate><Year>{year}</Year><Month>{month}</Month>"
        f"</PubDate></JournalIssue><Title>{escape(item['container-title'])}</Title></Journal>\n"
        f"<ArticleTitle>{escape(item['title'])}</ArticleTitle>"
        f"<Pagination><MedlinePgn>{item['page']}</MedlinePgn></Pagination>\n"
        f'<ELocationID EIdType="doi">{item["DOI"]}</ELocationID>'
        f"<Abstract><AbstractText>{escape(item['abstract'])}</AbstractText></Abstract>\n"
        f"<AuthorList>{people}</AuthorList></Article></MedlineCitation></PubmedArticle>\n"
    )


def _web_of_science(item: Item) -> str:
    people = "\n   ".join(f"{one['family']}, {one['given']}" for one in item["author"])
    first, last = item["page"].split("-")
    fields = {"PT": "J", "AF": people, "TI": item["title"], "SO": item["container-title"], "AB": item["abstract"]}
    fields |= {"PY": str(item["issued"]["date-parts"][0][0]), "VL": item["volume"], "BP": first, "EP": last}
    fields |= {"DI": item["DOI"], "UT": f"WOS:{item['PMID']}", "PM": item["PMID"], "ER": ""}
    return "".join(f"{tag} {value}".rstrip() + "\n" for tag, value in fields.items()) + "\n"


def _ovid(item: Item) -> str:
    people = "".join(f"FA  - {one['family']}, {one['given']}\n" for one in item["author"])
    return (
        f"VN  - Ovid Technologies\nDB  - Ovid MEDLINE(R)\nUI  - {item['PMID']}\nTI  - {item['title']}\n{people}"
        f"JN  - {item['container-title']}\nVO  - {item['volume']}\nPG  - {item['page']}\n"
        f"YR  - {item['issued']['date-parts'][0][0]}\nDO  - {item['DOI']}\nAB  - {item['abstract']}\n"
    )


FILE_KINDS: Mapping[str, FileKind] = {
    kind.name: kind
    for kind in (
        FileKind(
            "CSL-JSON",
            ImportFormat.CSL_JSON,
            lambda item: json.dumps(item, ensure_ascii=False),
            lambda text: text.replace('"volume": ', '"volume" '),
            *("[\n", "\n]\n", ",\n"),
        ),
        FileKind(
            "BibTeX",
            ImportFormat.BIBTEX,
            _written_as(ImportFormat.BIBTEX),
            lambda text: text.replace("},\n  volume", ",\n  volume"),
        ),
        FileKind("RIS", ImportFormat.RIS, _written_as(ImportFormat.RIS), _without_lines("TI", "ER")),
        FileKind(
            "PubMed (NBIB)",
            ImportFormat.NBIB,
            _written_as(ImportFormat.NBIB),
            _without_lines("TI", "SO"),
        ),
        FileKind(
            "PubMed (XML)",
            ImportFormat.NBIB,
            _pubmed_xml,
            lambda text: text.replace("</AuthorList>", ""),
            *("<PubmedArticleSet>\n", "</PubmedArticleSet>\n"),
        ),
        FileKind(
            "Web of Science",
            ImportFormat.RIS,
            _web_of_science,
            _without_lines("TI", "ER"),
            "FN Web of Science\n",
            "EF\n",
        ),
        FileKind(
            "Ovid",
            ImportFormat.RIS,
            _ovid,
            _without_lines("TI"),
            *("<1>\n", "\n", "\n<2>\n"),
        ),
    )
}
"""Every kind of file by its name. A broken record lacks a colon, a brace, its title or its end."""


def file_of(kind: FileKind, items: Sequence[Item], *, every: int = 0) -> tuple[bytes, list[int]]:
    """Return a file of ``items``, of which each ``every``-th is broken, and their first lines."""
    broken = [bool(every) and place % every == every - 1 for place in range(len(items))]
    written = list(map(kind.write, items))
    parts = [kind.broken(text) if is_broken else text for text, is_broken in zip(written, broken, strict=True)]
    begin = 1 + kind.begins.count("\n")
    starts = accumulate((part.count("\n") + kind.between.count("\n") for part in parts), initial=begin)
    lines = [line for line, is_broken in zip(starts, broken, strict=False) if is_broken]
    return f"{kind.begins}{kind.between.join(parts)}{kind.ends}".encode(), lines


def work(number: int) -> Item:
    """Return a work like those of PubMed, with an abstract of 1,000 characters."""
    return {
        "id": f"bench-{number}",
        "type": "article-journal",
        "title": f"Intravenous immunoglobulin in condition {number}: a randomised trial",
        "author": [{"family": f"Author{number % 700}", "given": "John A."}, {"family": "Müller", "given": "J"}] * 3,
        "container-title": "The Journal of Clinical Immunology",
        "issued": {"date-parts": [[1990 + number % 30, number % 12 + 1]]},
        "volume": str(number % 90),
        "page": f"{number + 100}-{number + 109}",
        "DOI": f"10.1000/bench.{number}",
        "PMID": str(90_000_000 + number),
        "abstract": "Back pain is common after infusion; 120 patients were observed. " * 16,
    }
