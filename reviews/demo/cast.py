"""The people of the demo, and the site's data before the first article. Every person here is invented."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password

from articles import actions as articles
from articles.models import Synonym
from editorial import actions
from editorial.board.interests import ITEMS, NONE
from editorial.models import Absence, Audience, BoardMember, Company, Disclosure, Specialty, User
from editorial.models.policy import MedicalAudienceType

PASSWORD = "imprimatur-demo"  # noqa: S105 - known on purpose; demo accounts are refused unless DEBUG is on
SYNONYMS = Path(__file__).parent / "synonyms.txt"
BIOGRAPHY = "An invented person: this is a demonstration."


@dataclass(frozen=True)
class DemoAccount:
    """One account: user name, name, and what this person does."""

    username: str
    first_name: str
    last_name: str
    does: str
    flags: tuple[str, ...] = ()
    credentials: str = ""
    specialties: tuple[str, ...] = field(default=())


ADMINISTRATOR = DemoAccount("admin", "Alex", "Keyring", "administrator: accounts", ("is_superuser", "is_staff"))
STAFF = (
    DemoAccount("edith", "Edith", "Galley", "editor", ("is_editor",)),
    DemoAccount("wanda", "Wanda", "Quill", "writer", ("is_writer",)),
    DemoAccount("walter", "Walter", "Inkwell", "writer", ("is_writer",)),
)
BOARD = (
    DemoAccount(
        "ada", "Ada", "Specimen", "", credentials="MD, PhD", specialties=("immunology", "neurology", "rheumatology")
    ),
    DemoAccount("ben", "Ben", "Placebo", "", credentials="PharmD, PhD", specialties=("pharmacology", "nephrology")),
    DemoAccount("cleo", "Cleo", "Control", "", credentials="MD", specialties=("cardiology", "geriatrics")),
    DemoAccount("dov", "Dov", "Dosage", "", credentials="MD, MPH", specialties=("paediatrics", "infectious-disease")),
    DemoAccount("esi", "Esi", "Example", "", credentials="MBChB", specialties=("general-practice", "gynaecology")),
    DemoAccount("finn", "Finn", "Fable", "", credentials="MD", specialties=("endocrinology", "pharmacology")),
    DemoAccount("gita", "Gita", "Grant", "", credentials="MD, PhD", specialties=("immunology",)),
)

SPECIALTIES = (
    "cardiology",
    "endocrinology",
    "general-practice",
    "geriatrics",
    "gynaecology",
    "immunology",
    "infectious-disease",
    "nephrology",
    "neurology",
    "paediatrics",
    "pharmacology",
    "rheumatology",
)

AUDIENCES = (
    Audience(
        code="professional",
        name="Health professional",
        medical_audience_type=MedicalAudienceType.CLINICIAN,
        disclaimer="Written for health professionals. It supports clinical judgement and does not replace it; check "
        "doses and contraindications in the current product information.",
        position=1,
    ),
    Audience(
        code="patient",
        name="Patient",
        target_grade=8,
        disclaimer="General information, not advice for you alone. Talk to your doctor or pharmacist before you "
        "start, change or stop a treatment. In an emergency, call your local emergency number.",
        position=2,
    ),
    Audience(
        code="caregiver",
        name="Family member or carer",
        target_grade=8,
        disclaimer="General information for people who care for someone. Ask the person's care team what applies "
        "to them.",
        position=3,
    ),
    Audience(
        code="student",
        name="Student",
        medical_audience_type=MedicalAudienceType.MEDICAL_RESEARCHER,
        target_grade=14,
        disclaimer="For learning. Do not use it to treat a patient.",
        position=4,
    ),
)


def create_accounts_and_terms(*, now: datetime) -> None:
    """Create accounts, terms and board as of ``now``. The system user creates the first administrator."""
    password = make_password(PASSWORD)  # once: hashing is slow on purpose
    admin = _account(ADMINISTRATOR, password=password).record(
        by=User.objects.system(), now=now, reason="first administrator"
    )
    for part in (*STAFF, *BOARD):
        actions.keep_account(account=_account(part, password=password), by=admin, now=now, reason="demo")
    editor = User.objects.get(username="edith")
    for code in SPECIALTIES:
        specialty = Specialty(code=code, name=code.replace("-", " ").capitalize())
        actions.keep_term(term=specialty, by=editor, now=now)
    for audience in AUDIENCES:
        actions.keep_term(term=deepcopy(audience), by=editor, now=now)
    for part in BOARD:
        actions.keep_board_record(record=_member(part, since=now.date()), by=editor, now=now, reason="appointed")
    keep_synonyms(now=now)


def keep_synonyms(*, now: datetime) -> None:
    """Add the search synonyms: groups separated by an empty line."""
    editor = User.objects.get(username="edith")
    for terms in SYNONYMS.read_text(encoding="utf-8").strip().split("\n\n"):
        articles.keep_synonym(synonym=Synonym(terms=terms), by=editor, now=now, reason="written")


def state_interests(*, now: datetime, but: tuple[str, ...] = ()) -> None:
    """Add each member's yearly statement of interests; Gita has an interest."""
    for part in BOARD:
        if part.username in but:
            continue
        member = BoardMember.objects.get(user__username=part.username)
        answers = dict.fromkeys(ITEMS, NONE)
        if part.username == "gita":
            answers["consulting"] = "CSL Behring: advice on an infusion programme, paid, since this year."
        actions.state_interests(member_id=member.pk, answers=answers, by=member.user, now=now)


def _account(part: DemoAccount, *, password: str) -> User:
    return User(
        username=part.username,
        first_name=part.first_name,
        last_name=part.last_name,
        email=f"{part.username}@example.org",
        password=password,
        is_demo=True,
        **dict.fromkeys(part.flags, True),
    )


def _member(part: DemoAccount, *, since: date) -> BoardMember:
    return BoardMember(
        user=User.objects.get(username=part.username),
        credentials=part.credentials,
        specialties=list(part.specialties),
        licence_expires_on=since + timedelta(days=5 * 365),
        term_from=since,
        bio=BIOGRAPHY,
    )


def declare_interest_and_absence(*, now: datetime) -> None:
    """Gita declares that she advises a maker of immunoglobulin. Finn will be absent around today."""
    gita = BoardMember.objects.get(user__username="gita")
    editor = User.objects.get(username="edith")
    company = Company.objects.get(name="CSL Behring")
    interest = Disclosure(member=gita, company=company, nature="Paid consulting", held_from=now.date())
    actions.keep_board_record(record=interest, by=gita.user, now=now, reason="yearly declaration")
    finn = BoardMember.objects.get(user__username="finn")
    first_day = now.date() + timedelta(days=5)
    absence = Absence(member=finn, first_day=first_day, last_day=first_day + timedelta(days=20), note="Conference")
    actions.keep_board_record(record=absence, by=editor, now=now, reason="told by mail")
