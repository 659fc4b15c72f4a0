"""What every trace needs: where it stands, why it stops, when it will arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services.siecle_bee.models import BaseEleves, Depot, Eleve, Personne
from services.siecle_bee.rules.remontee import Retenue
from services.siecle_bee.use_cases import remontee
from shared.contracts.traces import Blocage, Etape, Trace
from shared.horloge.nuits import horaire
from shared.persistence.unite import Unite

SERVICE = "siecle_bee"
LIMITE = 25
LIBELLES_ETAPES = {
    "bee_depots": "Traitement des fichiers déposés dans SIECLE",
    "remontee_bee": "Remontée vers l'annuaire fédérateur",
    "aaf_integration": "Intégration dans l'annuaire fédérateur",
    "aaf_alimentation": "Alimentation pour l'ENT",
    "ent_alimentation": "Import dans l'ENT",
}


def entier(texte: str) -> int:
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 16 else -1


def bases_utiles(u: Unite, conditions: Sequence[Any], table: type[Eleve] | type[Personne]) -> list[BaseEleves]:
    """The bases that hold what is looked for: in each school the year collected, else the latest."""
    lignes = u.session.execute(select(table.uai, table.millesime).where(*conditions).distinct()).all()
    collecte = remontee.millesime_collecte(u)
    choisies: dict[str, int] = {}
    for uai, millesime in sorted(lignes):
        if choisies.get(uai) != collecte:
            choisies[uai] = millesime
    trouvees = (u.session.get(BaseEleves, (uai, millesime)) for uai, millesime in sorted(choisies.items()))
    return [b for b in trouvees if b is not None]


def page(b: BaseEleves, suite: str) -> str:
    return f"/{b.uai}/{b.millesime}/{suite}"


def blocage(r: Retenue) -> Blocage:
    """What holds a fiche back, in the words of *Suivre*."""
    return Blocage(
        code=r.code, raison=r.raison, regle=r.regle, remede=r.remede, menu=r.menu, interlocuteur=r.interlocuteur
    )


def depot_en_attente(u: Unite, b: BaseEleves) -> Depot | None:
    requete = select(Depot).where(Depot.uai == b.uai, Depot.millesime == b.millesime, Depot.etat == "attente")
    return u.session.scalars(requete.limit(1)).first()


def attendre_la_nuit(u: Unite, trace: Trace, depot: Depot) -> None:
    """A deposit waits: the links it holds are on their way."""
    trace.etapes.append(Etape(instant=depot.depose_le, libelle=f"Liens élève-groupe déposés ({depot.fichier})"))
    trace.etat = "attente"
    arrivee(u, trace, "bee_depots")


def arrivee(u: Unite, trace: Trace, depuis: str) -> None:
    """The stops to come, and the instant at which the ENT will have it."""
    trajet = horaire(u.profil).trajet(u.maintenant, u.horloge.fuseau, depuis=depuis)
    trace.etapes += [Etape(instant=s.instant, libelle=LIBELLES_ETAPES[s.nom], prevu=True, lot=s.nom) for s in trajet]
    trace.echeance = trajet[-1].instant
