"""Run the example of the TypeScript client against the demo. Only `make client`, which builds it, runs this."""

import subprocess
from pathlib import Path

from articles.lifecycle import State
from articles.models import Question, Version

CLIENT = Path(__file__).parents[2] / "docs/client"


def run(site: str) -> str:
    done = subprocess.run(
        ["node", "dist/example.js", site], cwd=CLIENT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_example_does_what_a_front_end_does(demo_site, own_counts):
    said = run(demo_site)
    assert "For Patient: approved." in said
    assert "What we have is still so." in said
    assert "There is no text for “Family member or carer” yet; this one is for “Patient”." in said
    assert said.count("last reviewed") == 7, "three pages of the list"
    assert "404 not_found" in said
    assert Question.objects.filter(text__startswith="Does it help to walk about").exists()
    assert "- revise: yes" in said
    assert "- retract: Only editors may do this: retract." in said
    assert Version.objects.get(question__endswith="In adults?").state == State.DRAFT


def test_example_can_be_run_again(demo_site, own_counts):
    run(demo_site)
    assert "The next draft asks" not in run(demo_site)
