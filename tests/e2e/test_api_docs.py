"""Run every command of docs/api.md, in order, against the demo."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/api.md"
ADDRESS = "http://127.0.0.1:8000"
LASTING = ("docs/examples/receive_webhooks.py", "-m http.server")
"""Commands that run until they are stopped.

tests/editorial/webhooks/test_delivery.py tests the first, tests/e2e/test_front_end.py the second.
"""

WORKS = "TY  - JOUR\nTI  - A work\nAU  - Doe, Jane\nPY  - 2020\nDO  - 10.1000/example\nER  - \n"
CURL = r"""#!/bin/sh
{real} --dump-header head "$@" || exit
status=$(sed -n '1s/[^ ]* \([0-9]*\).*/\1/p' head)
echo "$status $(echo "$*" | tr '\n' ' ')" >> asked
"""
"""A ``curl`` that records the status of each response with its arguments."""


@pytest.fixture
def place(tmp_path) -> Path:
    real = shutil.which("curl")
    assert real, "the examples are for curl"
    (tmp_path / "curl").write_text(CURL.format(real=real))
    (tmp_path / "curl").chmod(0o755)
    (tmp_path / "works.ris").write_text(WORKS)
    return tmp_path


def commands() -> str:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) > 5
    return "\n".join(block for block in blocks if not any(lasting in block for lasting in LASTING))


def test_every_command_is_answered_as_the_page_says(demo_site, own_counts, place):
    script = commands()
    assert ADDRESS in script
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(ADDRESS, demo_site)],
        cwd=place,
        env=os.environ | {"PATH": f"{place}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    asked = [line.split(" ", 1) for line in (place / "asked").read_text().splitlines()]
    assert len(asked) == len(re.findall(r"\bcurl\b", script))
    for status, sent in asked:
        assert status in (["304"] if "If-None-Match" in sent else ["200", "201", "202"]), sent
    assert "304" in [status for status, _sent in asked]
