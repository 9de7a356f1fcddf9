"""Deciding whether a statement is clinical, so that it needs a citation.

The rule is our own and looks at words only. A statement is clinical if it

1. gives a dose or another measurement with a clinical unit ("0.5 g/kg", "140 mmHg"), or
2. names a drug, treatment, test, disease or symptom (a *subject*) and says something about it: an effect, a
   recommendation, a frequency or a figure (a *predicate*).

Questions, lead-ins that end with a colon, fragments of fewer than four words, and advice to ask a clinician are not
clinical. The rule prefers false alarms: writers check its list themselves.
"""

import re

SHORTEST = 4
"""Minimum number of words. Anything shorter is a name, not a statement."""

DOSE = re.compile(
    r"\d\s*(?:mg|g|kg|µg|μg|mcg|ng|mL|ml|dL|IU|units?|U|mmol|µmol|μmol|mEq|mm\s?Hg|Gy|kcal|mSv)(?![\w-])", re.ASCII
)
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d[\d.,]*%?")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SUBJECTS = frozenset(
    _words(
        "drug drugs medicine medicines medication dose doses dosing dosage tablet tablets infusion infusions"
        " medications injection injections insulin steroid steroids biopsy biopsies scan scans surgery surgical"
        " operation operations dialysis screening immunoglobulin immunoglobulins aspirin paracetamol ibuprofen"
        " metformin warfarin heparin colchicine morphine opioid opioids nsaid nsaids diuretic diuretics lithium"
        " disease diseases syndrome syndromes disorder disorders infection infections infected cancer cancers"
        " tumour tumours tumor tumors diabetes diabetic stroke strokes asthma depression gout epilepsy pain fever"
        " rash haemorrhage hemorrhage bleed bleeds bleeding nausea vomiting diarrhoea diarrhea headache headaches"
        " cough seizure seizures fracture fractures infarction symptom symptoms adverse reaction reactions"
        " complication complications death deaths mortality ivig"
    )
)
SUBJECT_BEGINS = _words(
    "treat therap chemotherap radiotherap psychotherap physiotherap immunotherap antibiotic antiviral antifungal"
    " anticoag antihyperten antihistam antidepress antipsych antiplatelet antipyretic antimicrob vaccin immunis"
    " immuniz corticosteroid transplant transfus allerg anaphyla thromb embol hypertens hypotens cardiovasc"
)
SUBJECT_ENDS = _words(
    # drugs, by the stems of their international names (WHO, "The use of stems in the selection of INN")
    "mab nib pril sartan statin statins olol cillin mycin azole gliptin gliflozin glutide tidine vir dipine oxacin"
    " cycline parin xaban gatran triptan triptans setron profen coxib caine azepam azolam oxetine ercept solone"
    # kinds of drugs
    " blocker blockers inhibitor inhibitors agonist agonists antagonist antagonists"
    # diseases, symptoms and operations, by their endings
    " itis itides osis oses aemia emia carcinoma lymphoma melanoma sarcoma opathy opathies algia ectomy uria penia"
    " toxicity virus viruses pnoea pnea"
)
SUBJECT_PHRASES = ("side effect", "blood pressure", "blood clot", "heart attack", "heart failure", "blood sugar")

PREDICATES = frozenset(
    _words(
        # recommendations
        "should must ought advise advised advisable indicated first-line second-line preferred offer offers offered"
        " consider considered stop stopped start started need needs needed require required safe unsafe effective"
        " ineffective licensed licenced approved"
        # effects
        " cause causes caused causing lower lowers lowered lowering raise raises raised cure cures cured lead leads led"
        " results resulted associated linked halve halved halves double doubled doubles help helps helped work works"
        # frequency and risk
        " risk risks odds hazard incidence prevalence rate rates likely unlikely common commonly uncommon rare rarely"
        " frequent frequently often usual usually affect affects develop develops developed most half third quarter"
        " more fewer less higher never always"
    )
)
PREDICATE_BEGINS = _words(
    "recommend avoid contraindicat reduc increas decreas prevent protect improv worsen reliev trigger induc shorten"
    " prolong occur"
)

ASK_A_CLINICIAN = re.compile(
    r"\b(?:ask|tell|talk (?:to|with)|speak (?:to|with)|call|contact|see|check with|discuss\w*(?: \w+){0,4} with)"
    r" (?:your|a|an|the|his|her|their) (?:\w+ )?"
    r"(?:doctors?|nurses?|pharmacists?|clinicians?|physicians?|specialists?|gp|midwife|(?:care |medical )?team)\b",
    re.IGNORECASE,
)


def is_clinical(text: str) -> bool:
    """Return whether ``text``, one statement in plain words, is clinical by the rule above."""
    words = WORD.findall(text.casefold())
    if len(words) < SHORTEST or text.endswith(("?", ":")) or ASK_A_CLINICIAN.search(text):
        return False
    return bool(DOSE.search(text)) or (_names_a_subject(text, words) and any(map(_says_something, words)))


def _names_a_subject(text: str, words: list[str]) -> bool:
    lower_case = text.casefold()
    return any(map(_is_subject, words)) or any(phrase in lower_case for phrase in SUBJECT_PHRASES)


def _is_subject(word: str) -> bool:
    return word in SUBJECTS or word.startswith(SUBJECT_BEGINS) or word.endswith(SUBJECT_ENDS)


def _says_something(word: str) -> bool:
    return word in PREDICATES or word.startswith(PREDICATE_BEGINS) or word[:1].isdigit()
