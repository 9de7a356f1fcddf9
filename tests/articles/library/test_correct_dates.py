"""Dates that earlier imports stored as words are read, and no approval ends by it."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from articles.models import Reference
from articles.text.digest import digest
from editorial.models import LedgerEntry
from editorial.record import ledger, seals
from tests.support import factories


def correct(capsys, **options) -> str:
    call_command("correct_dates", by="wanda", **options)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("issued", "year", "corrected"),
    [
        ({"literal": "Aug 2022"}, 2022, {"date-parts": [[2022, 8]]}),
        ({"literal": "2012-August-08"}, 2012, {"date-parts": [[2012, 8, 8]]}),
        ({"raw": "2022/13/01"}, 2022, {"date-parts": [[2022, 1, 13]]}),
        ({"literal": "Spring 2000"}, 2000, {"date-parts": [[2000]], "season": 1}),
    ],
)
def test_date_in_words_is_read(wanda, capsys, issued, year, corrected):
    work = factories.make_reference("a2022", issued=issued)
    assert "1 corrected, 0 left as they are." in correct(capsys)
    work.refresh_from_db()
    assert (work.year, work.csl["issued"]) == (year, corrected)
    assert correct(capsys) == "0 corrected, 0 left as they are.\n"
    assert LedgerEntry.objects.filter(action="correct_reference").count() == 1
    assert list(seals.breaks_in_history_of(Reference)) == list(ledger.chain_breaks()) == []


@pytest.mark.parametrize(
    "issued",
    [{"literal": "AUG 11"}, {"literal": "in press"}, {"literal": 7}, {"raw": ""}, "2022", {"date-parts": [["x"]]}],
)
def test_date_without_a_year_stays_and_is_named(wanda, capsys, issued):
    work = factories.make_reference("a2022", issued=issued)
    assert correct(capsys) == f"a2022: its date cannot be read: {issued}\n0 corrected, 1 left as they are.\n"
    work.refresh_from_db()
    assert work.csl["issued"] == issued


@pytest.mark.parametrize("custom", [{"nct": "NCT01234567"}, {"told": {"ISSN": "1"}}, {"told": 7}, None, 7])
def test_words_that_are_not_wholly_read_are_kept(wanda, capsys, custom):
    work = factories.make_reference("a2022", issued={"literal": "2022/02/30"}, custom=custom)
    correct(capsys)
    work.refresh_from_db()
    kept = custom if isinstance(custom, dict) else {}
    told = kept["told"] if isinstance(kept.get("told"), dict) else {}
    assert work.csl["issued"] == {"date-parts": [[2022, 2]]}
    assert work.csl["custom"] == {**kept, "told": {**told, "issued": "2022/02/30"}}


def test_trial_run_changes_nothing(wanda, capsys):
    work = factories.make_reference("a2022", issued={"literal": "Aug 2022"})
    assert "1 would be corrected, 0 left as they are." in correct(capsys, dry_run=True)
    work.refresh_from_db()
    assert work.csl["issued"] == {"literal": "Aug 2022"}


def test_work_that_cannot_be_corrected_is_named(wanda, capsys):
    work = factories.make_reference("a2022", issued={"literal": "Aug 2022"})
    work.csl["DOI"] = "none"
    work.record(by=wanda, now=factories.NOW, reason="An older release stored it.")
    assert correct(capsys) == "a2022: The work has invalid fields.\n0 corrected, 1 left as they are.\n"


def test_command_of_no_account_is_refused(wanda):
    with pytest.raises(CommandError, match="no active account “nobody”"):
        call_command("correct_dates", by="nobody")


def test_approved_version_keeps_its_record_and_digest(policy, wanda, capsys):
    work = factories.make_reference("orbach2005", issued={"literal": "Dec 2005"})
    version = factories.make_approved()
    before = digest(version)
    assert "1 corrected" in correct(capsys)
    work.refresh_from_db()
    version.refresh_from_db()
    assert work.year == 2005
    assert (version.state, version.digest, digest(version)) == ("approved", before, before)
    assert version.citations.get(reference=work).csl["issued"] == {"literal": "Dec 2005"}
