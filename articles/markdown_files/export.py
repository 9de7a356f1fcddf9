"""Write articles as files, which ``import_articles`` reads back without loss."""

import json

from articles.markdown_files.front_matter import join
from articles.models import Article, Reference, Rendition, Version
from editorial.record.canonical_json import JSONDict

REFERENCES = "references.json"


def files_of(version: Version) -> dict[str, str]:
    """Return the files of one version by name: a Markdown file per audience, and the works as they were cited.

    Works that are listed with the version but not cited follow at the end.
    """
    files = {
        f"{text.audience.code}.md": join(_front(text, version), body=text.body)
        for text in version.renditions.in_order()
    }
    citations = version.citations.select_related("reference").order_by("number")
    items = [_item(citation.csl, kind=citation.reference.kind) for citation in citations]
    listed = {work.key: work for work in Reference.objects.filter(key__in=version.listed)}
    cited = {item["id"] for item in items}
    items += [_item(listed[key].csl, kind=listed[key].kind) for key in version.listed if key not in cited]
    return {**files, REFERENCES: json.dumps(items, ensure_ascii=False, indent=2) + "\n"}


def _front(text: Rendition, version: Version) -> JSONDict:
    named = {"slug": version.article.slug, "audience": text.audience.code, "summary": text.summary}
    if not text.is_primary:
        return named
    return {
        "slug": named["slug"],
        "question": version.question,
        "audience": named["audience"],
        "primary": True,
        "summary": named["summary"],
        **_classified(version.article),
        "references": REFERENCES,
    }


def _classified(article: Article) -> JSONDict:
    products = article.products.select_related("manufacturer").order_by("name", "pk")
    return {
        "specialties": list(article.specialties),
        "risk": str(article.risk),
        "products": [{"name": product.name, "manufacturer": product.manufacturer.name} for product in products],
        "authors": list(article.authors.order_by("authorships__position").values_list("username", flat=True)),
    }


def _item(csl: JSONDict, *, kind: str) -> JSONDict:
    """Return the CSL-JSON item with its kind. ``id``, ``type`` and ``title`` come first."""
    csl, custom = dict(csl), csl.get("custom")
    csl["custom"] = {**(custom if isinstance(custom, dict) else {}), "kind": kind}
    first = {name: csl.pop(name) for name in ("id", "type", "title")}
    return {**first, **dict(sorted(csl.items()))}
