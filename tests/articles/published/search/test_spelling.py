"""As which words a misspelt one is read, as which it never is, and what readers are told of it."""

from urllib.parse import urlencode

import pytest
import time_machine

from articles import actions
from articles.models import Question, Synonym, Version
from articles.published.search.medicines import looks_like_a_medicine
from articles.published.search.query_parser import read
from articles.published.search.spelling import Candidate, reads_as, slips
from articles.tasks import write_documents
from editorial.models import Company, Product
from tests.support import factories
from tests.support.api import refused
from tests.support.factories import NOW
from tests.support.readers import LATER, answers_to, publish

SEARCH, PAGE = "/api/v1/search/", "/search/"
ASK, ASK_PAGE = "/api/v1/articles/amlodipine/questions/", "/articles/amlodipine/question/"


@pytest.fixture(autouse=True)
def at_later():
    with time_machine.travel(LATER, tick=False):
        yield


# --- words alone ----------------------------------------------------------------------------------------------------


def as_read(typed: str, *shown: str, likeness: float = 1.0, medicines=()) -> tuple[str, ...]:
    return reads_as(typed, [Candidate(word, likeness) for word in shown], medicines=medicines)


LOOK_ALIKE = """
    hydroxyzine hydralazine, cefazolin ceftriaxone, cefazolin cefoxitin, clonidine clonazepam, prednisone prednisolone,
    vinblastine vincristine, nimodipine amlodipine, nimodipine nifedipine, nicardipine nifedipine,
    cycloserine cyclosporine, cyclophosphamide cyclosporine, chlorpromazine chlorpropamide, sitagliptin saxagliptin,
    sitagliptin linagliptin, dopamine dobutamine, glipizide glyburide, daunorubicin doxorubicin, digitoxin digoxin,
    quinine quinidine, penicillamine penicillin, tramadol trazodone, bupropion buspirone, lamotrigine lamivudine,
    carboplatin cisplatin, oxycodone hydrocodone, morphine hydromorphone, epinephrine norepinephrine,
    epinephrine ephedrine, methotrexate metolazone, sulfadiazine sulfasalazine, losartan valsartan,
    atorvastatin rosuvastatin, omeprazole esomeprazole, citalopram escitalopram, fluoxetine paroxetine,
    fluoxetine duloxetine, tretinoin isotretinoin, amphetamine methamphetamine, pentobarbital phenobarbital,
    cefixime cefepime, dapagliflozin canagliflozin, oxacillin cloxacillin, ofloxacin norfloxacin, lorazepam alprazolam,
    levothyroxine liothyronine, clobetasol clobetasone, ranitidine rimantadine, azathioprine azacitidine
"""
PAIRS = [tuple(pair.split()) for pair in LOOK_ALIKE.split(",")]


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_medicine_is_never_read_as_one_that_looks_alike(pair):
    one, other = pair
    assert as_read(one, other) == as_read(other, one) == ()


SLIPS = """
    amlodpine amlodipine, amlodipin amlodipine, amoldipine amlodipine, ammlodipine amlodipine, metfromin metformin,
    metphormin metformin, cyclosporin cyclosporine, ciclosporine cyclosporine, cephalexin cefalexin,
    amitryptiline amitriptyline, ibuprophen ibuprofen, atorvastatine atorvastatin, levothyroxin levothyroxine,
    sulphasalazine sulfasalazine, asprin aspirin, colchisine colchicine, prednisolon prednisolone,
    simvastatn simvastatin, omeprazol omeprazole, hydroxizine hydroxyzine, allopurinal allopurinol, warfrin warfarin
"""


@pytest.mark.parametrize("pair", [tuple(pair.split()) for pair in SLIPS.split(",")], ids=" ".join)
def test_medicine_with_one_slip_is_read_as_itself(pair):
    typed, meant = pair
    assert as_read(typed, meant, likeness=0.4) == as_read(typed, meant, medicines={meant}) == (meant,)


OPPOSITE = """
    unrefrigerated refrigerated, unusual usual, incompatible compatible, irregular regular, asymptomatic symptomatic,
    hypotension hypertension, hypoglycaemia hyperglycaemia, homozygous heterozygous, macrocytic microcytic,
    intravascular intervascular, prenatal postnatal, tachycardia bradycardia, antihypotensive antihypertensive,
    nonsteroidal steroidal, antidepressant depressant, prescribe proscribe, monotherapy polytherapy,
    endogenous exogenous, disconnected connected, unrefridgerated refrigerated, abduct adduct
"""


@pytest.mark.parametrize("pair", [tuple(pair.split()) for pair in OPPOSITE.split(",")], ids=" ".join)
def test_word_is_never_read_as_its_opposite(pair):
    one, other = pair
    assert as_read(one, other) == as_read(other, one) == ()


@pytest.mark.parametrize(
    ("typed", "shown", "read_as"),
    [
        ("infection", "infaction", ("infaction",)),
        ("imunoglobulin", "immunoglobulin", ("immunoglobulin",)),
        ("inmunoglobulin", "immunoglobulin", ("immunoglobulin",)),
        ("artritis", "arthritis", ("arthritis",)),
        ("diarrhea", "diarrhoea", ("diarrhoea",)),
        ("1000mg", "100mg", ()),
        ("sglt1", "sglt2", ()),
        ("sglt", "sglt2", ("sglt2",)),
        ("spirin", "aspirin", ()),
    ],
)
def test_slip_is_read_and_a_figure_or_a_first_sound_is_not_changed(typed, shown, read_as):
    assert as_read(typed, shown) == read_as


def test_word_two_slips_away_is_read_only_if_it_is_much_alike_and_no_medicine():
    assert as_read("myocardeel", "myocardial") == ("myocardial",)
    assert as_read("myocardeel", "myocardial", likeness=0.49) == ()
    assert as_read("myocardeel", "myocardial", medicines={"myocardial"}) == ()


def test_nearest_word_is_read_and_three_at_most():
    assert as_read("mussle", "muscles", "muscle") == ("muscle",)
    assert as_read("harx", "hard", "hark", "harm", "hart") == ("hard", "hark", "harm")


def test_word_that_may_be_either_of_two_medicines_or_opposites_is_read_as_neither():
    assert as_read("cyclosorine", "cyclosporine", "cycloserine") == ()
    assert as_read("hypetension", "hypertension", "hypotension") == ()
    assert as_read("hypetension", "hypotension") == ()
    assert as_read("aciclovir", "acyclovir", "aciclovire") == ("acyclovir", "aciclovire")


def test_medicine_that_the_site_knows_is_read_as_nothing_else():
    assert as_read("zoltan", "zoltam") == ("zoltam",)
    assert as_read("zoltan", "zoltam", medicines={"zoltan"}) == ()


@pytest.mark.parametrize(
    ("word", "looks"),
    [
        ("nimodipine", True),
        ("cefuroxime", True),
        ("rosuvastatins", True),
        ("pain", False),
        ("medicine", False),
        ("cef", False),
    ],
)
def test_names_of_medicines_are_known_by_their_stems(word, looks):
    assert looks_like_a_medicine(word) is looks


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("", "abc", 3), ("abcd", "abdc", 1), ("ab", "ba", 1), ("phase", "faze", 0), ("kitten", "sitting", 3)],
)
def test_slips_are_counted_as_words_sound(one, other, count):
    assert slips(one, other) == slips(other, one) == count


# --- on the site ----------------------------------------------------------------------------------------------------

KNOWN = """
    cyclosporine atorvastatin metformin lisinopril prednisolone hydroxyzine morphine fluoxetine omeprazole
    clonazepam levothyroxine digoxin penicillin vincristine sitagliptin refrigerated
"""
UNKNOWN = """
    nimodipine cycloserine rosuvastatin metolazone fosinopril prednisone hydralazine hydromorphone paroxetine
    esomeprazole lorazepam liothyronine digitoxin penicillamine vinblastine linagliptin unrefrigerated
"""


def approve(name: str, *others: str) -> None:
    """An approved article with the dosage of a medicine, and of ``others``."""
    dosages = (f"The dosage of {one} in adults is given here [@orbach2005].\n" for one in (name, *others))
    publish("\n".join(dosages), slug=name, question=f"What is the dosage of {name} in adults?")
    factories.approve(Version.objects.get(article__slug=name))
    write_documents()


@pytest.fixture
def amlodipine(db, own_counts, policy):
    approve("amlodipine")


@pytest.fixture
def medicines(amlodipine):
    known = KNOWN.split()
    for name, others in zip(known[:4], (known[4:8], known[8:12], known[12:16], known[16:]), strict=True):
        approve(name, *others)


def test_question_on_an_unknown_medicine_is_not_answered_with_another_one(medicines):
    answered = {
        name: [answer["slug"] for answer in answers_to(text.format(name), at=LATER)]
        for name in UNKNOWN.split()
        for text in ("What is the dosage of {} in adults?", "{} dosage")
    }
    assert {name: slugs for name, slugs in answered.items() if slugs and name != "unrefrigerated"} == {}
    assert "refrigerated" not in answered["unrefrigerated"]


def test_search_for_an_unknown_medicine_says_that_no_text_has_it(api, client, medicines):
    told = {name: api.get(SEARCH, {"q": name}).json() for name in UNKNOWN.split()}
    assert {name for name, answer in told.items() if answer["results"] or answer["corrected"]} == set()
    assert {name: answer["unknown"] for name, answer in told.items()} == {name: [name] for name in told}
    answer = api.get(SEARCH, {"q": "nimodipine dosage"}).json()
    assert answer["note"] == "None of our texts has “nimodipine”. These results go by your other words."
    assert answer["results"]
    page = client.get(PAGE, {"q": "nimodipine"}).text
    assert ("None of our texts has “nimodipine”." in page, "Search instead" in page) == (True, False)


def test_search_with_a_slip_says_what_it_was_read_as_and_leads_back(api, client, amlodipine):
    answer = api.get(SEARCH, {"q": "amlodpine dosage"}).json()
    assert answer["corrected"] == [{"typed": "amlodpine", "read_as": ["amlodipine"]}]
    assert (answer["note"], answer["unknown"]) == ("Showing results for “amlodipine” instead of “amlodpine”.", [])
    assert answer["results"][0]["slug"] == "amlodipine"
    page = client.get(PAGE, {"q": "amlodpine dosage"}).text
    way_back = urlencode({"q": "amlodpine dosage", "exact": "1"}).replace("&", "&amp;")
    assert f'{answer["note"]} <a href="/search/?{way_back}">Search instead for “amlodpine dosage”</a>' in page
    exact = api.get(SEARCH, {"q": "amlodpine", "exact": "1"}).json()
    assert (exact["results"], exact["corrected"], exact["unknown"]) == ([], [], ["amlodpine"])
    assert "Search instead" not in client.get(PAGE, {"q": "amlodpine", "exact": "1"}).text


def test_fast_answer_to_a_search_says_the_same_as_its_view(api, client, amlodipine):
    sent = {"q": "amlodpine dosage"}
    assert client.get(SEARCH, sent).json() == api.get(SEARCH, sent, headers={"Authorization": "Token x"}).json()


@pytest.mark.parametrize("exact", ["0", "true", ""])
def test_exact_is_one_or_not_sent(api, client, amlodipine, exact):
    refused(api.get(SEARCH, {"q": "amlodipine", "exact": exact}), 422, pointer="/exact")
    assert client.get(PAGE, {"q": "amlodipine", "exact": exact}).status_code == 422


def test_cursor_of_a_search_is_not_taken_by_the_exact_one(api, amlodipine):
    approve("metformin")
    following = api.get(SEARCH, {"q": "dosage", "page_size": 1}).json()["next"]
    refused(api.get(f"{following}&exact=1"), 422, pointer="/cursor")


def test_beginning_of_a_word_is_not_gone_on_with_in_an_exact_search(api, amlodipine):
    assert [hit["slug"] for hit in api.get(SEARCH, {"q": "amlod"}).json()["results"]] == ["amlodipine"]
    assert api.get(SEARCH, {"q": "amlod", "exact": "1"}).json()["results"] == []


def test_question_with_a_slip_says_what_it_was_read_as_and_leads_back(api, client, medicines):
    asked = {"text": "What is the dosage of amlodpine in adults?"}
    answer = api.post(ASK, asked).json()
    assert answer["corrected"] == [{"typed": "amlodpine", "read_as": ["amlodipine"]}]
    assert answer["note"] == "Showing results for “amlodipine” instead of “amlodpine”."
    assert answer["answers"][0]["slug"] == "amlodipine"
    page = client.post(ASK_PAGE, asked).text
    assert answer["note"] in page
    assert "Search instead for “amlodpine”</button>" in page
    exact = api.post(ASK, {**asked, "exact": True}).json()
    assert (exact["answers"], exact["corrected"], exact["unknown"]) == ([], [], ["amlodpine"])
    page = client.post(ASK_PAGE, {**asked, "exact": "1"}).text
    assert ("None of our texts has “amlodpine”." in page, "Search instead" in page) == (True, False)
    assert not Question.objects.exists()


def test_question_that_was_corrected_and_not_answered_says_what_was_looked_for(api, amlodipine):
    answer = api.post(ASK, {"text": "Do zebras eat amlodpine from striped garden chairs?"}).json()
    assert answer["answers"] == []
    assert answer["note"].startswith(
        "We looked for “amlodipine” instead of “amlodpine”. None of our texts has “zebras”"
    )


def test_word_as_it_was_typed_weighs_more_than_one_that_was_read(api, amlodipine):
    approve("metformin")
    assert [[exact for *_, exact in unit.ways()] for unit in read("metformin amlodpine", at=LATER).units] == [
        [True],
        [True, False],
    ]
    for text in ("metformin amlodpine", "amlodpine metformin"):
        assert [hit["slug"] for hit in api.get(SEARCH, {"q": text}).json()["results"]] == ["metformin", "amlodipine"]
        assert [answer["slug"] for answer in answers_to(f"{text}?", at=LATER)] == ["metformin", "amlodipine"]
    hits = api.get(SEARCH, {"q": "metfromin amlodipine"}).json()["results"]
    assert [hit["slug"] for hit in hits] == ["amlodipine", "metformin"]


def test_product_that_editors_keep_is_known_as_a_medicine(amlodipine):
    publish("Zoltam eases pain [@orbach2005].\n", slug="zoltam")
    write_documents()
    (unit,) = read("zoltan", at=LATER).units
    assert unit.corrections[0].read_as == ("zoltam",)
    company = Company(name="Maker")
    company.record(by=factories.make_user("edith", is_editor=True), now=NOW)
    Product(name="Zoltan 20 mg", manufacturer=company).record(by=factories.make_user("edith"), now=NOW)
    (unit,) = read("zoltan", at=LATER).units
    assert (unit.corrections, unit.is_unknown, unit.is_needed) == ((), True, False)


def test_form_of_a_word_that_a_text_has_is_neither_corrected_nor_unknown(amlodipine):
    publish("Losing weight and one dose [@orbach2005].\n", slug="dose")
    (unit,) = read("dosing", at=LATER).units
    assert (unit.corrections, unit.is_unknown) == ((), False)
    assert read("weights", at=LATER).units[0].corrections == ()


def test_synonym_finds_what_is_spelt_quite_differently_and_nothing_is_called_corrected(api, amlodipine, edith):
    actions.keep_synonym(synonym=Synonym(terms="norvasc\namlodipine\nheart medicine"), by=edith, now=NOW)
    answer = api.get(SEARCH, {"q": "norvasc"}).json()
    assert ([hit["slug"] for hit in answer["results"]], answer["corrected"]) == (["amlodipine"], [])
    answer = api.get(SEARCH, {"q": "hart medicine"}).json()
    assert [hit["slug"] for hit in answer["results"]] == ["amlodipine"]
    assert answer["corrected"] == [{"typed": "hart", "read_as": ["heart"]}]


def test_question_that_editors_led_to_an_article_is_not_taken_for_one_on_another_medicine(api, amlodipine, edith):
    article = Version.objects.get(article__slug="amlodipine").article
    asked = actions.ask(
        article=article, version=article.versions.get(), text="Which calcium blocker, amlodipine?", email="", now=NOW
    )
    actions.link_question(question_id=asked.pk, slug="amlodipine", by=edith, now=LATER)
    assert [answer["slug"] for answer in answers_to("Which calcium blocker: amlodipine?", at=LATER)] == ["amlodipine"]
    assert answers_to("Which calcium blocker, nimodipine?", at=LATER) == []
    assert answers_to("Which calcium blocker, nifedipine?", at=LATER) == []
