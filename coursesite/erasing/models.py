"""When an organisation has people's data erased by itself."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coursesite.db import Base


class ErasureTerms(Base):
    """So many years after they left, people are erased at night; without a row, nobody is."""

    __tablename__ = "erasure_terms"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisations.id"), primary_key=True
    )
    years: Mapped[int]
