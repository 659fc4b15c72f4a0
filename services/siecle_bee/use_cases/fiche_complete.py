"""Everything that the tabs of a fiche show (BEE-28, BEE-29)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import select

from services.siecle_bee.models import BaseEleves, LienGroupe, LienResponsable, OptionEleve, Personne
from services.siecle_bee.use_cases import fiches, remontee
from services.siecle_bee.use_cases.dossier_eple import adresse_msg, adresses_par_id, liens_de, options_de
from shared.contracts.echanges import AdresseMsg, OptionMsg
from shared.persistence.unite import Unite


class FicheComplete(Struct, frozen=True):
    """A fiche with what hangs on it."""

    jugee: remontee.FicheJugee
    adresse: AdresseMsg
    responsables: Sequence[tuple[LienResponsable, Personne]]
    options: Sequence[OptionEleve | OptionMsg]
    groupes: Sequence[LienGroupe]


def lire(u: Unite, b: BaseEleves, eleve_id: int) -> FicheComplete:
    """A fiche in full. Raises `Inconnu` (ELEVE_INCONNU)."""
    u.session.flush()
    e = fiches.eleve(u, b, eleve_id)
    jugee = remontee.juger(u, b, fiches.lire(u, b, [e]))[0]
    adresses = adresses_par_id(u, b, [e.adresse_id]) if e.adresse_id is not None else {}
    groupes = select(LienGroupe).where(
        LienGroupe.uai == b.uai, LienGroupe.millesime == b.millesime, LienGroupe.eleve_id == eleve_id
    )
    return FicheComplete(
        jugee,
        adresse_msg(adresses.get(e.adresse_id or 0)),
        liens_de(u, b, [eleve_id]),
        options_de(u, b, [eleve_id]).get(eleve_id, []),
        u.session.scalars(groupes.order_by(LienGroupe.groupe)).all(),
    )
