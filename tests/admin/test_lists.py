"""What the lists of the admin show of a row, and what its page adds, for each noun."""

import re
from html import unescape

import pytest
from django.urls import reverse

from articles.models import (
    Article,
    Citation,
    Claim,
    DocumentFinding,
    Reference,
    Rendition,
    Report,
    RetractionList,
    RetractionRecord,
    Version,
)
from editorial.models import (
    AccountInvitation,
    BoardMember,
    EditorialPolicy,
    LedgerEntry,
    Notice,
    PolicyRule,
    SweepFailure,
    User,
)
from reviews.models import (
    ApprovalMark,
    ClaimCheck,
    Comment,
    Lowering,
    PastFinding,
    Recusal,
    Review,
    Signature,
    SignatureSetAside,
    SignatureWithdrawal,
)
from tests.support import admin_records, factories

pytestmark = pytest.mark.django_db

QUESTION, SLUG, ONE = "Can IVIG cause back pain?", "slug-1, version 1", "Member1 Example"
MORNING_EXACT = "2 Mar 2026, 09:00"
MORNING = "2 Mar 2026, 9 a.m."

LISTS = {
    AccountInvitation: ["Nora Newman", "invited1@example.org", "Writer", "Edith Example", MORNING_EXACT],
    ApprovalMark: [SLUG, "Under review", "an approval from neurology", "Stay valid, and are listed for the editors"],
    Article: ["slug-1", QUESTION, "Under review", "Moderate", MORNING],
    BoardMember: [ONE, "MD, PhD", "immunology", "In office", "until 31 Dec 2099", "3"],
    Citation: [SLUG, "2", "stiehm2013", "Orbach H. Title of stiehm2013. Clinical Reviews. 2005;29:173-84."],
    Claim: ["It is mild.", SLUG, "Professional", "2"],
    ClaimCheck: ["Intravenous immunoglobulin can cause back pain.", "Partly supports", "orbach2005", ONE, MORNING],
    Comment: ["Comment on slug-1", "Open", ONE, QUESTION, "1", MORNING],
    DocumentFinding: ["document for audience-1", "slug-1", "content", MORNING, MORNING],
    EditorialPolicy: ["Editorial policy", "101", "In force", "Edith Example"],
    LedgerEntry: [MORNING, "board", "1", "Root Example", "Webhook added"],
    Lowering: ["low risk instead of moderate", "slug-1", "Waiting for a second person", "Edith Example", MORNING],
    Notice: ["2 Mar 2026, 09:00", "Submitted", "Edith Example", "version:1", "Queued", "0"],
    PastFinding: [SLUG, "Under review", "fewer signatures than the round was opened under", "1 of 2."],
    PolicyRule: ["Editorial policy, version 101", "High", "2", "365"],
    Recusal: [MORNING, ONE, "the article “third-1”", "My shares.", "In force"],
    Reference: ["orbach2005", "Title of orbach2005", "research article", "2005", "Unknown"],
    Rendition: [SLUG, "Professional", "Yes, sometimes."],
    Report: ["2 Mar 2026, 09:00", "Report 1.", "slug-1", "1", "To be decided"],
    RetractionList: ["2 Mar 2026", "1", "0", "2 Mar 2026, 09:00", "Edith Example"],
    RetractionRecord: ["2", "Retraction", "10.1000/1"],
    Review: [QUESTION, "1", ONE, "Signed", "2 Mar 2026"],
    Signature: ["2 Mar 2026, 09:00", f"{ONE}, MD, PhD", "Approve", QUESTION, "1", "Stands"],
    SignatureSetAside: [MORNING, ONE, QUESTION, "Edith Example", "Paid by the maker."],
    SignatureWithdrawal: [MORNING, ONE, QUESTION, "Read on."],
    SweepFailure: ["invite members for empty seats", "articles.version", "Error", "1", MORNING],
    User: ["Edith Example", "edith", "edith@example.org", "Editor"],
    Version: [QUESTION, "slug-1", "1", "Under review", "Moderate", "2 Mar 2026"],
}
"""Texts that stand together in one row of the list."""

PAGES = {
    ApprovalMark: {"State now": "Under review", "Risk tier": "Moderate", "Missing": "an approval from neurology"},
    Citation: {"Version": SLUG, "Work": "stiehm2013: Title of stiehm2013"},
    Claim: {"Version": SLUG, "Works cited at it": "orbach2005 · stiehm2013"},
    ClaimCheck: {"Work": "orbach2005: Title of orbach2005", "Given on": SLUG, "Ruling": "-"},
    Comment: {"Standing": "Open", "Resolved": "Not yet", "About": SLUG},
    DocumentFinding: {"Article": "slug-1", "Difference": "content", "Found at": MORNING},
    Lowering: {"Reason": "Harmless 1.", "Decided": "-", "About": SLUG},
    PastFinding: {"State now": "Under review", "Words": "1 of 2."},
    Recusal: {"Covers": "the article “third-1”", "Review": f"{ONE} on third-1, version 1"},
    Rendition: {"Version": SLUG, "Audience": "Professional"},
    RetractionRecord: {"What happened": "Retraction", "DOI": "10.1000/1", "Title": "-"},
    Signature: {"Stands": "Stands", "Checklist": "What would you add? -", "Receipt": "Receipt", "About": SLUG},
    SignatureSetAside: {"Signature": f"{ONE}: approve", "Set aside at": MORNING},
    SignatureWithdrawal: {"Signature": f"{ONE}: approve", "Withdrawn at": MORNING},
    SweepFailure: {"Could not": "invite members for empty seats", "Error": "ValueError"},
}
"""Labels and texts of the page of one record."""

ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
CELL = re.compile(r'<t[hd] class="field-[^>]*>(.*?)</t[hd]>', re.DOTALL)
FIELD = re.compile(r'<label>([^<]*):</label>\s*<div class="readonly">(.*?)</div>', re.DOTALL)


@pytest.fixture
def rows(db):
    admin_records.add(1)


@pytest.fixture
def as_root(rows, client):
    client.force_login(factories.make_user("root", is_superuser=True))
    return client


def address(model, kind, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


def text(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize("model", LISTS)
def test_list_shows_a_row_as_people_know_it(model, as_root):
    page = as_root.get(address(model, "changelist")).content.decode()
    lines = [[text(cell) for cell in CELL.findall(row)] for row in ROW.findall(page)]
    assert [line for line in lines if set(LISTS[model]) <= set(line)], lines


@pytest.mark.parametrize("model", PAGES)
def test_page_of_a_record_shows_what_belongs_to_it(model, as_root):
    found = [
        {label: text(value) for label, value in FIELD.findall(page.content.decode())}
        for one in model.objects.order_by("-pk")
        for page in [as_root.get(address(model, "change", one.pk))]
    ]
    assert [fields for fields in found if PAGES[model].items() <= fields.items()], found
