"""Reading grades and what they count."""

import pytest

from articles.text.readability import SMOG_SENTENCES, grades, sentence_words, syllables

SPOKEN = {
    1: "the tea dose caused used years blood breathe 500",
    2: "doses treated likely safely movement surgeon people equal frequent client patient being going rhythm tables"
    " handled controlled vaccine create headache capsules changes children kidney fever careful react first-line",
    3: "infection medicine management supplement biopsy period previous serious infectious video theory actual"
    " calcium sodium nausea area studying reaction aspirin",
    4: "pneumonia diabetes diabetic medication influenza experience diarrhoea anaemia hypertension ibuprofen",
    5: "antibiotic metabolism coagulation paracetamol",
    6: "cardiovascular osteoporosis immunoglobulin",
}


@pytest.mark.parametrize(("count", "spoken"), SPOKEN.items())
def test_syllables_are_counted_as_spoken(count, spoken):
    assert {word: syllables(word) for word in spoken.split()} == dict.fromkeys(spoken.split(), count)


ACRONYMS = {
    1: "NOT STOP AIDS PET NICE K A",
    2: "MS COVID NSAIDs CPAP CABG GABA NEVER pH T-cells",
    3: "HIV MRI MRIs ECG CT-scan IgG IMPORTANT ELISA",
    4: "COPD mRNA eGFR IVIG DNA-test",
    5: "WHO GLP-RAs",
    6: "HIV-positive",
}


@pytest.mark.parametrize(("count", "spoken"), ACRONYMS.items())
def test_acronyms_have_the_syllables_of_their_letters(count, spoken):
    assert {word: syllables(word) for word in spoken.split()} == dict.fromkeys(spoken.split(), count)


def test_sentence_in_capitals_has_no_acronyms():
    assert grades(["TAKE HALF A PILL."]) == grades(["Take half a pill."])
    assert grades(["MRI, CT."]).flesch_kincaid > grades(["Mri, ct."]).flesch_kincaid


def test_words_are_letters_and_numbers():
    assert sentence_words("Don't give 2.5 mg/kg of first-line G-CSF…") == (
        ["Don't", "give", "2.5", "mg", "kg", "of", "first-line", "G-CSF"]
    )


def test_grades_follow_their_formulas():
    found = grades(["The cat sat on the mat.", "Paracetamol", "…"])
    assert (found.sentences, found.words, found.smog) == (2, 7, None)
    assert found.flesch_kincaid == pytest.approx(0.39 * 7 / 2 + 11.8 * 11 / 7 - 15.59)
    assert found.highest == found.flesch_kincaid


def test_smog_counts_from_thirty_sentences_on():
    found = grades(["Take the medicine with water."] * SMOG_SENTENCES)
    assert found.smog == pytest.approx(3.1291 + 1.0430 * 30**0.5)
    assert found.highest == found.smog


def test_text_without_words_has_no_grade():
    assert grades([]) is grades(["…"]) is None


def test_list_items_are_sentences_and_joined_ones_are_not():
    items = ["Take one tablet in the morning with a glass of water"] * 12
    assert grades(items).flesch_kincaid < 6
    assert grades([" ".join(items)]).flesch_kincaid > 40
