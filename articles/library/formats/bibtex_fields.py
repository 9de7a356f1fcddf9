"""The types and fields of BibTeX with their equivalents in CSL-JSON."""

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "proceedings": "book",
    "manual": "report",
    "mastersthesis": "thesis",
    "phdthesis": "thesis",
    "thesis": "thesis",
    "report": "report",
    "techreport": "report",
    "online": "webpage",
    "electronic": "webpage",
    "www": "webpage",
    "dataset": "dataset",
    "software": "software",
    "unpublished": "manuscript",
}
"""CSL types by entry type. Any other entry is a ``document``."""

TEXTS: Mapping[str, str] = {
    "title": "title",
    "journal": "container-title",
    "journaltitle": "container-title",
    "booktitle": "container-title",
    "shortjournal": "container-title-short",
    "shorttitle": "title-short",
    "series": "collection-title",
    "volume": "volume",
    "number": "issue",
    "issue": "issue",
    "edition": "edition",
    "publisher": "publisher",
    "institution": "publisher",
    "school": "publisher",
    "organization": "publisher",
    "address": "publisher-place",
    "location": "publisher-place",
    "language": "language",
    "note": "note",
    "abstract": "abstract",
}
"""Fields whose LaTeX is decoded. If several fill the same CSL variable, the first is used."""

VERBATIM: Mapping[str, str] = {
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "url": "URL",
    "isbn": "ISBN",
    "issn": "ISSN",
}
"""Identifiers, which are not decoded."""
