"""PRONOTE's identities and the ENT's accounts: which are matched, which cannot be (EDT-47).

The base holds pupils and teachers; responsables are read from the file that SIECLE exported. Source: guide 002,
« Gestion des doublons ».
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases
from services.edt.use_cases.import_siecle import documents
from shared.contracts.refus import FichierRefuse, Lieu, Refus
from shared.persistence.unite import Unite

Personne = dict[str, Any]


def rapprocher(u: Unite, uai: str, annee: int, responsables: tuple[str, bytes] | None = None) -> dict[str, Any]:
    """Ask the ENT for the account of each person; what it answers: `rapproches`, and `echecs` with their reasons.

    Arguments: `responsables`, name and bytes of SIECLE's export of responsables (zip or XML), to match them too.
    Raises `Inconnu` BASE_INCONNUE, UAI_INCONNU (said by the ENT), `Refus` SANS_PERSONNE, `FichierRefuse`
    AUTRE_ETABLISSEMENT and those of the reader.
    """
    bases.trouver(u, uai, annee)
    ecole = rules.etablissement(uai)
    personnes = [*_eleves(u, uai, annee), *_professeurs(u, uai, annee)]
    if responsables is not None:
        personnes += _responsables(ecole, *responsables)
    if not personnes:
        raise Refus(
            "La base n'a personne à rapprocher des comptes de l'ENT.",
            code="SANS_PERSONNE",
            remede="Récupérez d'abord les données de STS-Web et de SIECLE.",
        )
    lus: list[dict[str, Any]] = u.clients["ent"].poster(f"/api/etablissements/{ecole}/rapprochement", personnes)
    echecs = [x for x in lus if x["login"] is None]
    u.journaliser(
        "identites_ent",
        "Identités rapprochées des comptes de l'ENT",
        uai=ecole,
        annee=annee,
        nb=len(lus) - len(echecs),
        nb_refus=len(echecs),
    )
    return {
        "rapproches": len(lus) - len(echecs),
        "echecs": [{c: x[c] for c in ("genre", "nom", "prenom", "code", "phrase", "remede")} for x in echecs],
    }


def _eleves(u: Unite, uai: str, annee: int) -> Iterator[Personne]:
    requete = select(m.Eleve).filter_by(uai=uai, annee=annee).order_by(m.Eleve.cle_tri, m.Eleve.eleve_id)
    for e in u.session.scalars(requete):
        yield {
            "genre": "eleve",
            "nom": e.nom_usage or e.nom,
            "prenom": e.prenom,
            "naissance": e.date_naissance.isoformat(),
            "ine": e.ine or "",
            "eleve_id": e.eleve_id,
        }


def _professeurs(u: Unite, uai: str, annee: int) -> Iterator[Personne]:
    requete = select(m.Professeur).filter_by(uai=uai, annee=annee).order_by(m.Professeur.numero)
    for p in u.session.scalars(requete):
        yield {"genre": "enseignant", "nom": p.nom, "prenom": p.prenom}


def _responsables(uai: str, nom: str, contenu: bytes) -> Iterator[Personne]:
    """Each identity of the file once: two fiches of one person are one person for PRONOTE."""
    from shared.formats.siecle.enveloppe import EnTete
    from shared.formats.siecle.responsables import Personne as Fiche
    from shared.formats.siecle.responsables import lire_evenements

    vus: dict[tuple[str, str], None] = {}
    for interne, flux in documents(nom, contenu):
        for fiche in lire_evenements(flux, interne):
            if isinstance(fiche, EnTete) and fiche.enveloppe.uai != uai:
                raise FichierRefuse(
                    f"Le fichier « {nom} » est celui de l'établissement {fiche.enveloppe.uai}, la base est celle de "
                    f"{uai}.",
                    code="AUTRE_ETABLISSEMENT",
                    lieu=Lieu(nom),
                    remede="Exportez les responsables depuis la base élèves de cet établissement.",
                )
            if isinstance(fiche, Fiche):
                vus[fiche.nom_usage or fiche.nom_de_famille, fiche.prenom] = None
    for famille, prenom in vus:
        yield {"genre": "responsable", "nom": famille, "prenom": prenom}
