"""The verbs of the library: works kept, merged, and brought in by the file."""

from articles.actions.library.completing import complete_reference
from articles.actions.library.importing import request_import, work_through
from articles.actions.library.keeping import LIBRARY_CHAIN, keep_reference
from articles.actions.library.merging import merge_references

__all__ = [
    "LIBRARY_CHAIN",
    "complete_reference",
    "keep_reference",
    "merge_references",
    "request_import",
    "work_through",
]
