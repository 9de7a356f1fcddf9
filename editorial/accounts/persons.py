"""Which accounts belong to the same person.

The rule is a PostgreSQL function (``imprimatur_accounts``, migration ``0015_persons``), so it exists only once. One
person has the accounts with the same ORCID iD on the board, those with the same mailbox, and those that were merged.
"""

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, QuerySet

from editorial.models import User


class Person(Func):
    """The id of the person behind an account: the lowest id among the person's accounts."""

    function = "imprimatur_person"
    output_field = BigIntegerField()


class Accounts(Func):
    """The ids of all accounts of the person behind an account, that account included, the lowest first."""

    function = "imprimatur_accounts"
    output_field = ArrayField(BigIntegerField())


class EachAccount(Func):
    """``Accounts`` as one row for each id."""

    function = "unnest"
    output_field = BigIntegerField()
    set_returning = True


def same_person(account: int) -> QuerySet[User, dict[str, int]]:
    """Return the ids of all accounts of the person behind ``account``, for use as a subquery."""
    return User.objects.filter(pk=account).order_by().values(account=EachAccount(Accounts("pk")))


def accounts_of(ids: Collection[int]) -> set[int]:
    """Return the ids of all accounts of the persons behind these accounts. One query."""
    account_lists = User.objects.filter(pk__in=ids).order_by().values_list(Accounts("pk"), flat=True)
    return {account for accounts in account_lists for account in accounts}
