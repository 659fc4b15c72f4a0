"""What the ENT has not taken in, its last import having been refused whole. Source: DIAG-01, DIAG-23."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from services.ent import models
from shared.contracts.traces import Blocage, Etape, ObjetTrace, Trace
from shared.persistence.unite import Unite

REFUS_DE_L_AAF = "PROJET_INCONNU"
FAMILLES: Mapping[str, tuple[ObjetTrace, ...]] = {
    "aaf_id": ("eleve", "responsable", "agent"),
    "groupe": ("groupe",),
    "division": ("division",),
}
"""Key by which the AAF knows a thing → what it may be: the ENT, which does not hold it, cannot tell."""


def dernier_refus(u: Unite, projet: str) -> models.Import | None:
    """The import of the night that was refused, when none has been applied since."""
    table = models.Import
    dernier = u.session.scalars(
        select(table).where(table.projet == projet).order_by(table.instant.desc(), table.id.desc()).limit(1)
    ).first()
    return dernier if dernier is not None and dernier.etat == "refuse" and dernier.origine == "nuit" else None


def blocage(refus: models.Import) -> Blocage:
    """Why what changed is not there, and where it is mended: the project's settings when the AAF does not know it."""
    mal_nomme = refus.code == REFUS_DE_L_AAF
    return Blocage(
        code="IMPORT_REFUSE",
        raison=f"Le dernier import de l'ENT a été refusé en entier : {refus.phrase}",
        regle="DIAG-01",
        remede="Corrigez le code du projet dans l'AAF : l'ENT lira la nuit suivante tout ce qu'il n'a pas lu."
        if mal_nomme
        else refus.remede,
        menu="Projets d'ENT" if mal_nomme else "Administration > Imports AAF",
        interlocuteur="L'administrateur de l'ENT",
    )


def inconnus(u: Unite, cles: Mapping[str, str]) -> list[Trace]:
    """What the AAF knows by these keys and the ENT does not hold: it may be in what was refused."""
    cle = next((c for c in FAMILLES if cles.get(c)), None)
    if cle is None:
        return []
    traces = []
    for projet in u.session.scalars(select(models.Projet).order_by(models.Projet.code)):
        refus = dernier_refus(u, projet.code)
        if refus is None or (cles.get("uai") and cles["uai"] not in projet.uais):
            continue
        etape = Etape(instant=refus.instant, libelle="Import refusé en entier")
        for objet in FAMILLES[cle]:
            traces.append(
                Trace(
                    service="ent",
                    objet=objet,
                    libelle="Pas encore dans l'ENT",
                    cles={n: v for n, v in cles.items() if n in (cle, "uai")},
                    etat="bloque",
                    etapes=[etape],
                    blocages=[blocage(refus)],
                    lien="/projets",
                )
            )
    return traces
