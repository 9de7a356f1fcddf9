"""Initials of given names, as Citing Medicine prints them."""

import pytest

from articles.library.authors import initials
from articles.library.vancouver import reference


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        # initials already
        ("SM", "SM"),
        ("KH", "KH"),
        ("JHC", "JHC"),
        ("JHMC", "JHMC"),
        ("ÉM", "ÉM"),
        ("ИП", "ИП"),
        ("S", "S"),
        # with points, blanks and hyphens
        ("S.M.", "SM"),
        ("S. M.", "SM"),
        ("S M", "SM"),
        ("S.-M.", "SM"),
        ("J-P", "JP"),
        ("J\u2010P", "JP"),
        ("SM.", "SM"),
        # names
        ("Hedi", "H"),
        ("hedi", "H"),
        ("ANNA", "A"),
        ("Uriel J.", "UJ"),
        ("J Robert", "JR"),
        ("Jean-Paul M", "JPM"),
        ("D'Arcy", "D"),
        ("'Abd al-Rahman", "AR"),
        ("Иван Петрович", "ИП"),
        ("Mª José", "MJ"),
        # particles
        ("Jan van der", "J"),
        ("Maria de la", "M"),
        ("Ludwig van", "L"),
        ("de", "D"),
        # two letters that stand for one
        ("Yu. A.", "YuA"),
        ("G. Th.", "GTh"),
        ("Ch.", "Ch"),
        ("Yu", "Y"),
        # scripts without capitals
        ("小明", "小明"),
        ("はな 子", "はな 子"),
        ("محمد", "محمد"),
        ("민수", "민수"),
        # nothing
        ("", ""),
        ("- .", ""),
    ],
)
def test_initials_of_given_names(given, printed):
    assert initials(given) == printed


@pytest.mark.parametrize(
    ("person", "printed"),
    [
        ({"family": "Wiggins", "given": "SM"}, "Wiggins SM"),
        ({"family": "O'Brien", "given": "KH"}, "O'Brien KH"),
        ({"family": "van der Berg", "given": "JH"}, "van der Berg JH"),
        ({"family": "Berg", "given": "JH", "dropping-particle": "van der"}, "van der Berg JH"),
        ({"family": "Roe-Poe", "given": "A.-B."}, "Roe-Poe AB"),
        ({"family": "王", "given": "小明"}, "王 小明"),
    ],
)
def test_name_is_printed_with_all_initials(person, printed):
    assert reference({"author": [person], "title": "T"}).startswith(f"{printed}. T.")
