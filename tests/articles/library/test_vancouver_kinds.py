"""Each kind of reference of ICMJE's samples and of Citing Medicine, as one line of ``tests/data/vancouver.yaml``."""

import pytest
import yaml

from articles.library.vancouver import reference, reference_html
from tests.support.paths import ROOT

KINDS = yaml.safe_load((ROOT / "tests" / "data" / "vancouver.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", KINDS, ids=[example["kind"] for example in KINDS])
def test_reference_of_this_kind_is_written_as_the_nlm_does(example):
    assert reference(example["csl"]) == example["text"]


@pytest.mark.parametrize("example", [example for example in KINDS if "html" in example])
def test_reference_with_markup_is_shown_with_elements(example):
    assert reference_html(example["csl"]) == example["html"]


def test_table_has_at_least_sixty_kinds_and_each_once():
    assert len({example["kind"] for example in KINDS}) == len(KINDS) >= 60
    assert len({example["text"] for example in KINDS}) == len(KINDS)
