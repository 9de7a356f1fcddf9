"""MkDocs hook: the files at the repository's root become pages of the site, and links to code become plain text."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security-policy.md",
    "LICENSE": "license.md",
}


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the root's files, as their addresses on the site are named in ``PAGES``."""
    for name, page in PAGES.items():
        content = _with_links_of_the_site((ROOT / name).read_text(encoding="utf-8"))
        if name == "LICENSE":
            content = f"# Licence\n\n{content}"
        files.append(File.generated(config, page, content=content))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Point links to the root's files at their pages. Keep only the label of links to source code."""
    for name, page in PAGES.items():
        markdown = markdown.replace(f"](../{name})", f"]({page})")
    return re.sub(r"\[([^\]]+)\]\(\.\./[^)]*\.py\)", r"\1", markdown)


def _with_links_of_the_site(markdown: str) -> str:
    markdown = re.sub(r"\]\(docs/", "](", markdown)
    return re.sub(r"\]\(([A-Z]+(?:\.md)?)\)", lambda link: f"]({PAGES.get(link[1], link[1])})", markdown)
