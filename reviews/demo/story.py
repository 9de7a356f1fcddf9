"""The history of each article in the demo: who did what how many days ago. Together they show every state."""

import heapq
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from articles.markdown_files.markdown_file import Sheet
from reviews.demo import cast, policies, portraits
from reviews.demo.stage import Change, Stage
from reviews.models import Decision, Verdict

Days = Iterator[float]
"""A history yields, before each step, how many days before today it happens."""

OPENING = 720
IVIG, STATIN, ASPIRIN = "ivig-back-pain", "statin-muscle-symptoms", "aspirin-primary-prevention-older-adults"
METFORMIN, COLCHICINE = "metformin-reduced-kidney-function", "colchicine-acute-gout"
HPV, SGLT2, OTITIS = "hpv-vaccine-cervical-cancer", "sglt2-inhibitors-hfpef", "antibiotics-acute-otitis-media-children"


def play(*, now: datetime) -> None:
    """Run the steps of all histories in chronological order, up to ``now``."""
    stage, order = Stage(now), count()
    acts = [(-next(story), next(order), story) for story in (history(stage) for history in STORIES)]
    heapq.heapify(acts)
    while acts:
        ago, _, story = heapq.heappop(acts)
        stage.now = now + timedelta(days=ago)
        if (days := next(story, None)) is not None:
            heapq.heappush(acts, (-days, next(order), story))


def only(audience: str) -> Change:
    """Keep the text for one audience; the others were written later."""
    return lambda sheet: sheet if sheet.text.audience == audience else None


def without(heading: str) -> Change:
    """Return the primary text without the section under ``heading``, its last."""
    return lambda sheet: replace(sheet, body=sheet.body.partition(f"## {heading}")[0])


def reworded(before: str, after: str) -> Change:
    """Return the text with other words in its summary."""

    def change(sheet: Sheet) -> Sheet:
        summary = sheet.values["summary"].replace(before, after)
        return replace(sheet, values={**sheet.values, "summary": summary})

    return change


def restated(before: str, after: str) -> Change:
    """Return the text with other words in its body."""
    return lambda sheet: replace(sheet, body=sheet.body.replace(before, after))


def site(stage: Stage) -> Days:
    """People and policies."""
    yield OPENING
    cast.create_accounts_and_terms(now=stage.now)
    cast.state_interests(now=stage.now)
    portraits.upload_portraits(now=stage.now)
    policies.publish_next(1, now=stage.now)
    yield 380
    cast.state_interests(now=stage.now, but=("ada",))
    yield 358
    cast.state_interests(now=stage.now, but=tuple(part.username for part in cast.BOARD if part.username != "ada"))
    yield 240
    policies.publish_next(2, now=stage.now)
    yield 60
    policies.publish_next(3, now=stage.now)
    yield 30
    cast.state_interests(now=stage.now, but=("ada",))
    yield 8
    cast.declare_interest_and_absence(now=stage.now)


def aspirin(stage: Stage) -> Days:
    """Approved under the first policy; the approval has lapsed since."""
    yield 500
    stage.write(ASPIRIN)
    stage.submit(ASPIRIN)
    yield 498
    stage.invite(ASPIRIN, "cleo", "ben", message="High risk, so please look at the bleeding figures first.")
    yield 496
    stage.accept(ASPIRIN, "cleo")
    stage.accept(ASPIRIN, "ben")
    yield 490
    stage.sign(ASPIRIN, "ben", "Doses and interactions are right.")
    yield 485
    stage.sign(ASPIRIN, "cleo", "Agrees with current recommendations.")


def ivig(stage: Stage) -> Days:
    """Changes were asked for; the second version is approved; a draft of the third waits for its writer."""
    yield 210
    stage.write(IVIG, change=only("professional"))
    stage.submit(IVIG)
    yield 208
    stage.invite(IVIG, "ada", "esi")
    yield 206
    stage.accept(IVIG, "ada")
    stage.accept(IVIG, "esi")
    yield 199
    stage.sign(IVIG, "ada", "Clear and well supported.")
    yield 197
    stage.comment(IVIG, "esi", "Patients ask this question at every infusion. Please write for them, too.")
    stage.sign(IVIG, "esi", "Sound, but a text for patients is missing.", decision=Decision.REQUEST_CHANGES)
    yield 180
    stage.write(IVIG)
    stage.submit(IVIG)
    yield 179
    stage.invite(IVIG, "ada", "esi", message="Now with a text for patients.")
    yield 177
    stage.accept(IVIG, "ada")
    stage.accept(IVIG, "esi")
    yield 170
    stage.check_claims(IVIG, "ada", first=4)
    stage.sign(IVIG, "ada", "Both texts are right.")
    yield 168
    stage.sign(IVIG, "esi", "Thank you, this is what my patients need.")
    yield 20
    stage.ask(IVIG, "Does it help to drink more water the day before an infusion?")
    yield 4
    stage.revise(IVIG)
    stage.write(
        IVIG, change=reworded("recognised and usually mild, rate-related", "recognised, mostly mild, rate-related")
    )


def statin(stage: Stage) -> Days:
    """A first version for professionals, superseded by one for patients, too; a third is under review."""
    yield 330
    stage.write(STATIN, change=only("professional"))
    stage.submit(STATIN)
    yield 328
    stage.invite(STATIN, "cleo", "ben")
    yield 326
    stage.accept(STATIN, "cleo")
    stage.accept(STATIN, "ben")
    yield 318
    stage.sign(STATIN, "cleo", "Fair summary of the trials.")
    stage.sign(STATIN, "ben")
    yield 130
    stage.write(STATIN)
    stage.submit(STATIN)
    yield 129
    stage.invite(STATIN, "finn", "cleo", "ben")
    yield 128
    stage.decline(STATIN, "finn", reason="I cannot do it properly this month.")
    stage.accept(STATIN, "cleo")
    stage.accept(STATIN, "ben")
    yield 120
    stage.check_claims(STATIN, "ben")
    stage.sign(STATIN, "ben")
    stage.sign(STATIN, "cleo", "The patient text is plain and right.")
    yield 7
    stage.write(STATIN, change=restated("add to the risk [@newman2019", "add to that risk [@newman2019"))
    stage.submit(STATIN)
    yield 6
    stage.invite(STATIN, "cleo", "ben", message="One sentence on risk has changed.")
    yield 3
    stage.accept(STATIN, "ben")


def otitis(stage: Stage) -> Days:
    """Rejected, submitted again, approved before one member had answered, and retracted."""
    yield 200
    stage.write(OTITIS, change=without("Outside this guidance"))
    stage.submit(OTITIS)
    yield 199
    stage.reject(OTITIS, reason="Please say which children this does not apply to, and hand it in again.")
    yield 190
    stage.write(OTITIS)
    stage.submit(OTITIS)
    yield 189
    stage.invite(OTITIS, "dov", "esi", "finn")
    yield 187
    stage.accept(OTITIS, "dov")
    stage.accept(OTITIS, "esi")
    yield 175
    stage.sign(OTITIS, "dov")
    stage.sign(OTITIS, "esi")
    yield 30
    reason = "We retracted this answer because separate answers by age group will take its place."
    stage.retract(OTITIS, reason=f"{reason} Please do not rely on copies of it.")


def sglt2(stage: Stage) -> Days:
    """Approved, and suspended after a reader's report."""
    yield 160
    stage.write(SGLT2)
    stage.submit(SGLT2)
    yield 158
    stage.invite(SGLT2, "cleo", "finn")
    yield 157
    stage.accept(SGLT2, "cleo")
    stage.accept(SGLT2, "finn")
    yield 150
    stage.sign(SGLT2, "cleo")
    stage.sign(SGLT2, "finn", "Please revisit when new trials report.")
    yield 10
    stage.report(SGLT2, "The page does not tell me whether I may use it in type 1 diabetes.")
    yield 9
    reason = "A reader asked a safety question that this answer leaves open."
    stage.uphold(SGLT2, reason=f"{reason} The board is looking at it.")


def colchicine(stage: Stage) -> Days:
    """A reviewer asks for changes; the writer has not revised yet."""
    yield 40
    stage.write(COLCHICINE)
    stage.submit(COLCHICINE)
    yield 39
    stage.invite(COLCHICINE, "ben", "ada")
    yield 37
    stage.accept(COLCHICINE, "ada")
    stage.accept(COLCHICINE, "ben")
    yield 30
    stage.sign(COLCHICINE, "ada", "The rheumatology is sound.")
    yield 26
    text = "A table of interacting drugs with what to do about each would be safer than prose."
    stage.comment(COLCHICINE, "ben", text, is_blocking=True, quote="strong CYP3A4 inhibitors")
    stage.sign(COLCHICINE, "ben", "Please see my comment.", decision=Decision.REQUEST_CHANGES)


def metformin(stage: Stage) -> Days:
    """Under review: one member has signed, another has accepted and begun."""
    yield 16
    stage.write(METFORMIN)
    stage.submit(METFORMIN)
    yield 15
    stage.invite(METFORMIN, "ben", "esi", message="High risk: one of you has to cover pharmacology.")
    yield 13
    stage.accept(METFORMIN, "ben")
    yield 11
    stage.accept(METFORMIN, "esi")
    yield 5
    stage.check_claims(METFORMIN, "ben")
    note = "Right, but please give the page: the passage took me a while to find."
    stage.doubt(METFORMIN, "ben", "Check vitamin B12", verdict=Verdict.PARTLY, note=note)
    stage.comment(METFORMIN, "ben", "Consider repeating the advice on acute illness in the short answer.")
    stage.sign(METFORMIN, "ben", "Dosing by eGFR is right as it stands.")
    yield 2
    stage.comment(METFORMIN, "esi", "Good table. I still want to compare it with the guideline.")


def hpv(stage: Stage) -> Days:
    """Withdrawn by its writer, submitted again, and waiting for an editor to invite reviewers."""
    yield 14
    stage.write(HPV, change=without("What vaccination does not do"))
    stage.submit(HPV)
    yield 13
    stage.withdraw(HPV, reason="I want to add what vaccination does not do.")
    yield 1.5
    stage.write(HPV)
    stage.submit(HPV)


STORIES = (site, aspirin, statin, ivig, otitis, sglt2, colchicine, metformin, hpv)
