"""The types and fields of RIS with their equivalents in CSL-JSON."""

from collections.abc import Mapping, Sequence

TYPES: Mapping[str, str] = {
    "JOUR": "article-journal",
    "BOOK": "book",
    "CHAP": "chapter",
    "CPAPER": "paper-conference",
    "RPRT": "report",
    "THES": "thesis",
    "WEB": "webpage",
    "DATA": "dataset",
    "NEWS": "article-newspaper",
    "MGZN": "article-magazine",
    "COMP": "software",
    "STAND": "standard",
    "UNPB": "manuscript",
    "PAMP": "pamphlet",
    "ENCYC": "entry-encyclopedia",
    "LEGAL": "legislation",
    "PAT": "patent",
    "GEN": "document",
}
"""Types that are used for reading and writing."""

ALSO: Mapping[str, str] = {
    **dict.fromkeys(("EJOUR", "ABST", "INPR", "JFULL"), "article-journal"),
    **dict.fromkeys(("ELEC", "ICOMM", "WEBPAGE"), "webpage"),
    **dict.fromkeys(("EBOOK", "EDBOOK", "SER", "CTLG"), "book"),
    **dict.fromkeys(("AGGR", "DBASE"), "dataset"),
    **dict.fromkeys(("STAT", "HEAR"), "legislation"),
    **dict.fromkeys(("VIDEO", "MPCT"), "motion_picture"),
    "BILL": "bill",
    "BLOG": "post-weblog",
    "CASE": "legal_case",
    "CONF": "paper-conference",
    "DICT": "entry-dictionary",
    "ECHAP": "chapter",
    "GOVDOC": "report",
    "MANSCPT": "manuscript",
    "PCOMM": "personal_communication",
}
"""Further types, used only for reading."""

TEXTS: Mapping[str, Sequence[str]] = {
    "id": ("ID",),
    "title": ("TI", "T1", "CT", "BT"),
    "container-title": ("T2", "JF", "JO", "BT"),
    "container-title-short": ("J2", "JA", "JI"),
    "title-short": ("ST",),
    "collection-title": ("T3",),
    "volume": ("VL",),
    "issue": ("IS",),
    "edition": ("ET",),
    "publisher": ("PB", "PU"),
    "publisher-place": ("CY", "PP", "PI"),
    "language": ("LA",),
    "note": ("N1",),
    "abstract": ("AB", "N2"),
    "DOI": ("DO",),
    "URL": ("UR", "L2"),
    "genre": ("M3",),
}
"""CSL variables with the tags that contain them. The first tag is used for writing."""
