"""After how many years an organisation has people erased."""

from sqlalchemy.orm import Session

from coursesite.audit.services import Actor, record
from coursesite.erasing.models import ErasureTerms
from coursesite.erasing.rules import LONGEST_YEARS, SHORTEST_YEARS
from coursesite.errors import Invalid


def choose_terms(
    session: Session, organisation_id: int, years: int | None, actor: Actor, *, reason: str
) -> None:
    """From the next night on; None: nobody is erased by itself."""
    if years is not None and not SHORTEST_YEARS <= years <= LONGEST_YEARS:
        raise Invalid(
            "Choose from %(least)d to %(most)d years.", least=SHORTEST_YEARS, most=LONGEST_YEARS
        )
    known = session.get(ErasureTerms, organisation_id, with_for_update=True)
    before = {"years": known.years if known else None}
    if before["years"] == years:
        return
    if years is None:
        session.delete(known)
    elif known is None:
        session.add(ErasureTerms(organisation_id=organisation_id, years=years))
    else:
        known.years = years
    subject, after = ("organisation", organisation_id), {"years": years}
    record(session, "erasure-terms", actor, subject, before=before, after=after, reason=reason)
    session.flush()
