"""The products that articles are about, and their manufacturers."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from editorial.models import Company, Product, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import is_editor, is_writer, require
from editorial.record import ledger
from editorial.record.field_values import values

Named = TypeVar("Named", Company, Product)


@transaction.atomic
def keep_product(*, name: str, manufacturer: str, by: User, now: datetime) -> Product:
    """Return the product with this name and manufacturer. Adds either one if it is new.

    Raises NotPermitted unless ``by`` is a writer or an editor.
    """
    require(is_writer(by) or is_editor(by), "Only writers and editors name products.")
    company = Company.objects.filter(name=manufacturer).first() or _add(Company(name=manufacturer), by=by, now=now)
    present = Product.objects.filter(name=name, manufacturer=company).first()
    return present or _add(Product(name=name, manufacturer=company), by=by, now=now)


def _add(named: Named, *, by: User, now: datetime) -> Named:
    named.record(by=by, now=now, reason="named in an article")
    kind = named._meta.model_name
    payload = {"record": f"{kind}:{named.pk}", "values": values(named), "reason": "named in an article"}
    ledger.append(chain=BOARD_CHAIN, action=f"{kind}_added", by=by, now=now, payload=payload)
    return named
