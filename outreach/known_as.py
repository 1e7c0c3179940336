"""Which customer an external id leads to: its own, or the one that this turned out to be."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from outreach.tables import Customer


def known_as(external_id: str) -> sa.Select[Any]:
    """The id of the customer whom another system knows by this id, now or before two were merged."""
    leads_to = sa.func.coalesce(col(Customer.merged_into), col(Customer.id))
    return sa.select(leads_to).where(col(Customer.external_id) == external_id)
