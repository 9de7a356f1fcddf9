"""Words that show that the meaning of a sentence depends on another one. English, in lower case.

The lists prefer false alarms: a false match costs a reviewer one key, a missed one may harm a patient.
"""

import re

PRONOUNS = (
    "it|its|itself|this|that|these|those|they|them|their|theirs|he|she|him|her|his|hers|such|both|either|neither|each"
    "|another|others|none|which|same"
)
"""At the beginning of a sentence, they refer to something named before: "It is mild.", "These are rare."."""

PREPOSITIONS = (
    "in|at|for|with|by|to|of|from|on|after|before|during|under|among|unlike|like|despite|without|within|over|against"
    "|because|as"
)
"""Before a pronoun they make no difference: "In these patients …", "Because of this, …"."""

CONNECTIVES = (
    "however|but|yet|nevertheless|nonetheless|still|though|although|instead|rather|otherwise|conversely|so|thus|hence"
    "|therefore|consequently|accordingly|thereby|thereafter|moreover|furthermore|also|additionally|besides|likewise"
    "|similarly|then|and|or|nor|indeed|only|even|except|unlike|here|there"
)
"""At the beginning of a sentence, they continue the one before: "However, it is rare."."""

PHRASES = (
    "in contrast|by contrast|on the other hand|on the contrary|as a result|as a consequence|for this reason|for example"
    "|for instance|in addition|in particular|in other words|in that case|at the same time|the same|the latter"
    "|the former|the others?|the above|the rest|one of|no longer"
    "|(?:all|most|some|many|few|several)(?: of| (?:is|are|was|were|has|have|had|can|could|may|might|will|would|should))"
)
"""Connectives of several words."""

JOINED = re.compile(
    rf"[\W_]*(?:{PHRASES}|{CONNECTIVES}|(?:(?:{PREPOSITIONS}) )*(?:{PRONOUNS}))\b",
    re.IGNORECASE,
)
"""Matches the beginning of a sentence whose meaning depends on the one before it."""

FORWARD = re.compile(
    r"\bfollowing\b(?! (?:day|night|morning|week|month|year)s?\b)|\bfollows\b|\bhere(?:after|inafter)\b"
    r"|\bbelow\b(?! *[\d<>≤≥~])|\b(?:next|coming) (?:few |two |three )?"
    r"(?:sections?|paragraphs?|sentences?|statements?|claims?|points?|items?|tables?|lists?|lines?|advice)\b",
    re.IGNORECASE,
)
"""Words that refer forward: "The following was later shown to be wrong." is about all that comes after it."""

BACK = re.compile(
    r"\b(?:above|preceding|foregoing|aforementioned)\b(?! *[\d<>≤≥~])"
    r"|\b(?:previous|last) (?:sections?|paragraphs?|sentences?|statements?|claims?|points?|items?|tables?|lists?)\b",
    re.IGNORECASE,
)
"""Words that refer back: "The claims above were withdrawn."."""
