"""The format of stored documents: which code wrote a row, and which code may write it again."""

import re
import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from django.conf import settings
from packaging.version import InvalidVersion, Version

DOCUMENT_FORMAT = 5
"""The number of the format of documents, list entries, histories and passages.

Raise it by one in every change after which the same record gives other stored rows: other keys, words, markup or order,
another split into passages, another library in ``LIBRARIES``. Never lower it. Workers then write all rows again. A test
(``tests/articles/published/test_document_snapshot.py``) compares the rows of a fixed record with a snapshot, and fails
if they changed and the number did not.
"""

LIBRARIES = ("nh3", "markdown-it-py", "mdit-py-plugins", "mdurl", "django", "djangorestframework")
"""The libraries that decide which bytes are stored: sanitiser, Markdown, links in it, escaping and slugs, JSON.

Another version of one may let other markup through, without any change of ours. The first one has the greatest weight
when versions are compared.
"""

CODE = re.compile(r"(?P<format>\d{1,9})/[0-9a-f]{8}/(?P<versions>.+)")
"""A key as ``code`` returns it. Keys from before there were formats do not match."""

Versions = tuple[Version, ...]


def code() -> str:
    """Return the key of rows that this code writes: format, name and URL of the site, versions.

    For example ``4/5f0c27a1/0.3.8/4.3.0/0.7.0/0.1.2/5.2.19/3.18.3/3.11``. Only rows with this key are given to readers.
    """
    return f"{DOCUMENT_FORMAT}/{_site(settings.SITE_URL, settings.SITE_NAME)}/{_versions()}"


@cache
def _site(url: str, name: str) -> str:
    return sha256(f"{url} {name}".encode()).hexdigest()[:8]


@cache
def _versions() -> str:
    """Return the versions of the libraries, and of Python: its Unicode tables decide what a letter is."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return "/".join([*map(version, LIBRARIES), python])


def is_newer(key: str) -> bool:
    """Whether rows with this ``key`` were written by newer code than this. They are never overwritten.

    A greater format is newer. In the same format, the versions decide, the first that differs. Unreadable keys are not
    newer.
    """
    found = CODE.fullmatch(key)
    if found is None:
        return False
    number = int(found["format"])
    if number != DOCUMENT_FORMAT:
        return number > DOCUMENT_FORMAT
    try:
        return _parsed(found["versions"]) > _parsed(_versions())
    except InvalidVersion:
        return False


def _parsed(versions: str) -> Versions:
    return tuple(Version(one) for one in versions.split("/"))


def code_of(ground: str) -> str:
    """Return the key in the ``ground`` of a row (see the function ``imprimatur_ground`` of the database)."""
    return ground.split(":", 2)[-1]
