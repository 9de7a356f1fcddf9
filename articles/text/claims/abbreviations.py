"""Abbreviations that end with a full stop without ending a sentence. Without the last full stop, mostly in lower case.

Words in capitals are acronyms, not abbreviations: MS, CF, MR, DR and ST are a disease, a valve or a part of an ECG.
"""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEVER = _words(
    "e.g i.e vs v cf dr drs prof mr mrs fig figs vol vols pp eq eqs ref refs tab tabs approx viz resp"
    " incl excl esp var subsp dept univ nos"
)
"""Abbreviations that never end a sentence: titles, references to figures or pages, and the like."""

NEVER_AS_WRITTEN = _words("Ms Mx St Mt ca")
"""As ``NEVER``, but only in this case: "500 ms." ends with a unit, "ionised Ca." with an element."""

ACRONYM = re.compile(r"[A-Z][A-Z0-9]+s?")
NUMBERED = _words("FIG FIGS TAB VOL EQ")
"""Abbreviations before a number also in capitals: FIG. 2."""

BEFORE_NUMBER = _words("no p c n ch art sect sec app para suppl ver jan feb mar apr jun jul aug sep sept oct nov dec")
"""Abbreviations if a number follows, otherwise ordinary words: "The answer is no."."""

SOMETIMES = _words(
    "al etc sp spp ssp ibid min mins max h hr hrs sec secs s ms mo mos wk wks yr yrs temp wt tbl tbsp tsp oz lb ed eds"
    " edn transl inj tabl caps sol susp"
)
"""Abbreviations that end a sentence if the next word has a capital: "and so on etc. The trial …"."""

BEFORE_NAMES = _words("inc ltd corp co cos llc plc bros jr sr esq")
"""Abbreviations that are often followed by a capital inside a sentence.

They end a sentence only before a word in ``OPENERS``.
"""

SMALL_DOTTED = re.compile(r"(?:[a-z]\.)+[a-z]")
"""b.i.d, p.o, i.v, a.m: treated like ``SOMETIMES``."""

CAPITAL_DOTTED = re.compile(r"(?:[A-Z][a-z]{0,2}\.)+[A-Z][A-Za-z]{0,3}")
"""U.S, Ph.D, J.B: treated like ``BEFORE_NAMES``."""

OPENERS = _words(
    "a about according accordingly across adults adverse after all also although among an and another any as asking at"
    " avoid because before being both but by can certain children clinicians combined compared consider data did do"
    " does doctors dosing during each early either even every evidence examples few finally first for from further"
    " give given guidelines has have he her here his how however i if in indeed infants instead is it its later less"
    " many men meta-analyses monitor more moreover most mothers much neither never nevertheless no none not nothing"
    " now of offer often on once one only or other others our out over overall parents participants patients people"
    " physicians rarely results several she side similarly since so some start stop studies such symptoms taking that"
    " the their then there therefore these they this those though three thus to treatment trials two under unless"
    " until use using was we were what when whenever where whereas whether which while who why with within without"
    " women yet you your"
)
"""Words that begin a sentence and do not follow an initial, "Inc." or "U.S."."""

LETTERED = _words(
    "hepatitis vitamin vitamins type types group groups grade class factor influenza appendix table figure stage arm"
    " cohort phase part section panel option plan step category haemophilia hemophilia immunoglobulin protein pugh"
    " schedule level serogroup serotype genotype clade ward unit box"
)
"""Nouns that are followed by a letter: "hepatitis B." ends a sentence, "Hans B." does not."""

LINKING = _words("by and with from of to for see per author authors or &")
"""Small words that may come before a name with an initial."""
