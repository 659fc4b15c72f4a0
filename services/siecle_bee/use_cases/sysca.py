"""What goes up to SYSCA: complete fiches and their legal responsables, when something changed.

Source: procedures REC-14, BEE-26 (a complete fiche has its INE), REC-19 (EduConnect lives on the same fiches).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from services.siecle_bee.models import BaseEleves, Eleve
from services.siecle_bee.rules.fiche import FicheResponsable, manques_responsable
from services.siecle_bee.rules.remontee import Retenue
from services.siecle_bee.use_cases.dossier_eple import Parentes
from shared.contracts.echanges import ExclusionMsg
from shared.persistence.unite import Unite

if TYPE_CHECKING:
    from services.siecle_bee.use_cases.remontee import FicheJugee

GENRE = "remontee_sysca"
REPRESENTANT_LEGAL = 1
APRES_SYSCA = frozenset({"MULTI_INSCRIPTION"})
"""What keeps a fiche out of the AAF though SYSCA has it: the académie compares complete fiches."""


def remonter_sysca(u: Unite, b: BaseEleves, jugees: Sequence[FicheJugee], gens: Parentes, *, inchangee: bool) -> None:
    """Send `remontee_sysca` for a base, unless it would say again what it said last.

    Arguments: `jugees`, all its fiches, by ELEVE_ID; `gens`, its persons and links; `inchangee`: the AAF holds them so.
    """
    if inchangee and u.dernier_envoi(GENRE, b.uai, b.millesime) is not None:
        return
    message = composer(b, jugees, gens)
    u.envoyer_si_nouveau(
        GENRE, "rectorat", msgspec.json.encode(message), uai=b.uai, annee=b.millesime, nb=len(message["eleves"])
    )


class DansSysca(Struct, frozen=True):
    """Who the last remontée took to SYSCA, hence has an EduConnect account: ELEVE_ID, PERSONNE_ID."""

    eleves: frozenset[int] = frozenset()
    responsables: frozenset[int] = frozenset()


def derniere_remontee(u: Unite, b: BaseEleves) -> DansSysca:
    """What SYSCA holds of a base, as the last night sent it; nobody before the first one."""
    digest = u.dernier_envoi(GENRE, b.uai, b.millesime)
    if digest is None:
        return DansSysca()
    lu = json.loads(u.fichiers.lire(digest))
    return DansSysca(
        frozenset(e["eleve_id"] for e in lu["eleves"]), frozenset(r["personne_id"] for r in lu["responsables"])
    )


def monte(jugee: FicheJugee) -> bool:
    """Whether a fiche goes up to SYSCA as it is now."""
    return not jugee.lue.sorti and not _retenues(jugee)


def composer(b: BaseEleves, jugees: Sequence[FicheJugee], gens: Parentes) -> dict[str, Any]:
    """A base's `RemonteeSysca`, its fields in their order. `jugees`: by ELEVE_ID."""
    completes = [j.lue.eleve for j in jugees if not _retenues(j)]
    ids = {e.eleve_id for e in completes}
    personnes = gens.personnes
    eleves_de: dict[int, list[int]] = defaultdict(list)
    for lien in gens.liens:
        if lien.niveau == REPRESENTANT_LEGAL and lien.eleve_id in ids and lien.personne_id in personnes:
            p = personnes[lien.personne_id]
            if not manques_responsable(FicheResponsable(p.civilite, p.nom, p.prenom, lien.parente)):
                eleves_de[p.personne_id].append(lien.eleve_id)
    return {
        "uai": b.uai,
        "millesime": b.millesime,
        "eleves": [_fiche(e) for e in completes],
        "responsables": [
            {"personne_id": p.personne_id, "nom": p.nom_usage or p.nom, "prenom": p.prenom, "eleves": siens}
            for p, siens in ((personnes[i], eleves_de[i]) for i in sorted(eleves_de))
        ],
        "retenues": [_exclusion(j.lue.eleve, r) for j in jugees for r in _retenues(j)],
    }


def _retenues(jugee: FicheJugee) -> list[Retenue]:
    return [r for r in jugee.retenues if r.code not in APRES_SYSCA]


def _fiche(e: Eleve) -> dict[str, Any]:
    champs = {"eleve_id": e.eleve_id, "ine": e.ine or "", "nom": e.nom, "prenom": e.prenom}
    return champs | {"mef": e.mef, "division": e.division}


def _exclusion(e: Eleve, retenue: Retenue) -> ExclusionMsg:
    return ExclusionMsg(
        objet="eleve",
        id=str(e.eleve_id),
        code=retenue.code,
        raison=retenue.raison,
        remede=retenue.remede,
        menu=retenue.menu,
    )
