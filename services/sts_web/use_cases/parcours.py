"""The steps of a school's year in STS-Web, and which are done: Rentrée's own reading of the guides' order."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from services.sts_web.models import Annee
from services.sts_web.use_cases import alertes, etablissements, exports, lecture
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite

EtatEtape = Literal["fait", "a_faire", "a_refaire", "ensuite"]


class EtapeVue(Struct, frozen=True):
    """A step: its menu entry, why, its state, when it was done, and how many things it made."""

    titre: str
    chemin: str
    texte: str
    etat: EtatEtape
    le: datetime | None = None
    nb: int | None = None


def etapes(u: Unite, uai: str, annee: int) -> list[EtapeVue]:
    """The steps in the order of the guides. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    c = etablissements.ouvrir(u, uai, annee)
    vue = lecture.structure(u, uai, annee)
    derniers = {e.genre: e for e in exports.derniers(u, uai, annee)}
    codes = {a.code for a in alertes.alertes(u, uai, annee)}
    edt = derniers.get("emploi_du_temps")
    return [
        _bascule(u, c.annee, uai),
        EtapeVue(
            "Structure",
            "structure",
            "Supprimer les divisions qui disparaissent, créer les nouvelles.",
            "fait" if vue.divisions else "a_faire",
            nb=len(vue.divisions),
        ),
        EtapeVue(
            "Exports > Emploi du temps",
            "exports/emploi-du-temps",
            "Nomenclatures, structures et enseignants pour le logiciel d'emploi du temps.",
            "fait" if edt else "a_faire",
            edt.instant if edt else None,
        ),
        EtapeVue(
            "Imports > Emploi du temps",
            "imports/emploi-du-temps",
            "Groupes et services faits dans le logiciel d'emploi du temps.",
            "fait" if c.annee.edt_importe_le else "a_faire",
            c.annee.edt_importe_le,
        ),
        _export(derniers.get("structure"), "Structure", "exports/structure", "STRUCTURE_CHANGEE" in codes),
        _export(derniers.get("services"), "Services", "exports/services", "SERVICES_CHANGES" in codes),
        EtapeVue(
            "Campagne > Validation des V.S.",
            "campagne",
            "Déclarer au rectorat ce que chacun fait, avant la date butoir.",
            "fait" if c.annee.vs_valides_le else "a_faire",
            c.annee.vs_valides_le,
        ),
    ]


def _bascule(u: Unite, annee: Annee, uai: str) -> EtapeVue:
    suivante = annee.annee + 1
    faite = u.session.get(Annee, (uai, suivante))
    ouverte = u.profil.annee_sts_preparation(u.horloge.aujourd_hui()) == suivante
    return EtapeVue(
        f"Bascule vers {libelle_annee(suivante)}",
        "bascule",
        "Ouvrir l'année en préparation, avant le profilage des nomenclatures.",
        "fait" if faite else "a_faire" if ouverte else "ensuite",
        faite.ouverte_le if faite else None,
    )


def _export(export: exports.ExportVue | None, quoi: str, chemin: str, change: bool) -> EtapeVue:
    etat: EtatEtape = "a_faire" if export is None else "a_refaire" if change or export.etat == "refuse" else "fait"
    return EtapeVue(
        f"Exports > {quoi}",
        chemin,
        "Envoyer à la base élèves : ce qui compte pour l'annuaire et l'ENT est le dernier export.",
        etat,
        export.instant if export else None,
        export.nb if export else None,
    )
