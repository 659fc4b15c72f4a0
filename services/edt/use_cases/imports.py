"""Imports: `sts_emp` from STS-Web, the SIECLE files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.edt import models as m
from services.edt.use_cases import bases
from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.exports import ouvrir_export_zip
from shared.formats.sts.enregistrements import Division, DivisionAppartenance, Groupe, StsEmp
from shared.formats.sts.sts_emp import lire_sts_emp
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite
from shared.security.xml import root_of

RACINES_ELEVES = ("BEE_ELEVES", "BEE_EPHC_ELEVES")


def importer_sts(
    u: Unite, uai: str, annee: int, nom: str, contenu: bytes, *, structures: bool | None = None
) -> dict[str, Any]:
    """Import `sts_emp` (EDT-11 to EDT-13): nomenclatures and teachers; classes and services too when `structures`.

    `structures` None: yes into an empty base (« Construire une base »), then as the profile says
    (`edt.import_structure`). What EDT already has keeps its groups and services. Raises `FichierRefuse`
    AUTRE_ETABLISSEMENT, AUTRE_ANNEE.
    """
    base = bases.trouver(u, uai, annee)
    doc = lire_sts_emp(io.BytesIO(contenu), nom)
    _verifier(nom, uai, annee, doc.parametres.uaj.code, doc.parametres.annee_scolaire.annee)
    if structures is None:
        vide = u.session.scalar(
            select(m.Structure.code).where(m.Structure.uai == uai, m.Structure.annee == annee).limit(1)
        )
        structures = vide is None or u.profil.edt_import_structure == "complet"
    nb = _importer_ressources(u, uai, annee, doc)
    if structures:
        nb |= _importer_structures(u, uai, annee, doc)
    base.nom = f"{doc.parametres.uaj.denom_princ} {doc.parametres.uaj.denom_compl}".strip()
    base.sts_importe_le = u.maintenant
    u.journaliser("import_sts", "Données STSWEB importées", uai=uai, annee=annee, nb=sum(nb.values()), resume=nb)
    return {**nb, "remarques": [r.phrase for r in doc.remarques]}


def _importer_ressources(u: Unite, uai: str, annee: int, doc: StsEmp) -> dict[str, int]:
    ici = {"uai": uai, "annee": annee}
    professeurs = [
        ici
        | {
            "numero": int(i.id),
            "nom": i.nom_usage,
            "prenom": i.prenom,
            "fonction": i.fonction or "",
            "sts_id": i.id,
            "sts_type": i.type or "epp",
            "exportable": True,
        }
        for i in doc.individus
        if i.id.isdigit()
    ]
    matieres = [
        ici | {"code": x.code, "libelle": x.libelle_edition or x.libelle_long, "sts_code": x.code}
        for x in doc.nomenclatures.matieres
    ]
    _ajouter(u, m.Professeur, professeurs, ("uai", "annee", "numero"), ("nom", "prenom", "fonction", "sts_id"))
    _ajouter(u, m.Matiere, matieres, ("uai", "annee", "code"), ("libelle",))
    return {"professeurs": len(professeurs), "matieres": len(matieres)}


def _importer_structures(u: Unite, uai: str, annee: int, doc: StsEmp) -> dict[str, int]:
    ici = {"uai": uai, "annee": annee}
    lignes: list[dict[str, Any]] = []
    toutes: list[tuple[str, Division | Groupe, tuple[DivisionAppartenance, ...]]] = [
        *(("D", d, ()) for d in doc.divisions),
        *(("G", g, g.divisions) for g in doc.groupes),
    ]
    for genre, s, appartenance in toutes:
        lignes.append(
            ici
            | {
                "code": s.code,
                "type": genre,
                "libelle": s.libelle_long,
                "mefs": [x.code for x in s.mefs],
                "divisions": [d.code for d in appartenance],
                "barrette": None,
                "sts_code": s.code,
                "effectif": s.effectif_prevu or 0,
            }
        )
    _ajouter(u, m.Structure, lignes, ("uai", "annee", "code"), ("libelle", "mefs", "sts_code"))
    services = [
        ici
        | {
            "structure": s.code,
            "matiere": x.code_matiere,
            "modalite": x.code_mod_cours,
            "heures": x.heures_structure or 0,
            "co_ens": bool(x.co_ens),
            "enseignants": [{"numero": int(e.id), "heures": float(e.heures_agent or 0)} for e in x.enseignants],
            "exportable": True,
        }
        for _, s, _ in toutes
        for x in s.services
    ]
    _ajouter(u, m.Service, services, ("uai", "annee", "structure", "matiere", "modalite"), ("heures", "enseignants"))
    return {"structures": len(lignes), "services": len(services)}


def importer_siecle(u: Unite, uai: str, annee: int, fichiers: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    """« Récupérer les données des élèves » (EDT-21): every file of BEE, in any order; only the pupils' feeds the base.

    Files of another school or of another millésime are refused whole; the kinds that are missing are said.
    Raises `FichierRefuse` AUTRE_ETABLISSEMENT, AUTRE_ANNEE, SANS_ELEVES.
    """
    base = bases.trouver(u, uai, annee)
    millesime = u.profil.millesime_de_l_annee(annee)
    lus: dict[str, str] = {}
    nb: dict[str, int] | None = None
    for nom, contenu in fichiers:
        for interne, flux in _documents(nom, contenu):
            tete = root_of(flux, interne).tag
            lus[tete] = interne
            if tete in RACINES_ELEVES:
                doc = lire_eleves(flux, interne)
                _verifier_enveloppe(interne, uai, millesime, doc.entete.enveloppe)
                nb = _importer_eleves(u, uai, annee, doc.eleves)
    if nb is None:
        raise FichierRefuse(
            "Le fichier des élèves manque.",
            code="SANS_ELEVES",
            remede="Exportez « Élèves avec adresse » ou « sans adresse » de la base élèves, et ajoutez-le.",
        )
    base.siecle_importe_le = u.maintenant
    base.millesime = millesime
    u.journaliser("import_siecle", "Données SIECLE importées", uai=uai, annee=annee, nb=nb["eleves"], resume=nb)
    return {**nb, "fichiers": sorted(lus)}


def _documents(nom: str, contenu: bytes) -> Iterable[tuple[str, BinaryIO]]:
    if contenu[:2] == b"PK":
        with ouvrir_export_zip(contenu, nom) as (interne, flux):
            yield interne, io.BytesIO(flux.read())
    else:
        yield Path(nom).name, io.BytesIO(contenu)


def _importer_eleves(u: Unite, uai: str, annee: int, eleves: Sequence[Any]) -> dict[str, int]:
    """New pupils, changed ones; those who left on or before today do not come in (EDT-25)."""
    jour = u.horloge.aujourd_hui()
    presents = [e for e in eleves if e.date_sortie is None or e.date_sortie > jour]
    lignes = [
        {
            "uai": uai,
            "annee": annee,
            "eleve_id": e.eleve_id,
            "nom": e.nom_de_famille,
            "nom_usage": e.nom_usage,
            "prenom": e.prenom,
            "prenom2": e.prenom2,
            "prenom3": e.prenom3,
            "date_naissance": e.date_naiss,
            "ine": e.id_national,
            "division": e.division,
            "cle_tri": cle_tri(f"{e.nom_de_famille} {e.prenom}"),
        }
        for e in presents
    ]
    connus = set(u.session.scalars(select(m.Eleve.eleve_id).where(m.Eleve.uai == uai, m.Eleve.annee == annee)))
    vus = {x["eleve_id"] for x in lignes}
    partis = connus - vus
    if partis:
        for table in (m.Appartenance, m.Eleve):
            u.session.execute(
                delete(table).where(table.uai == uai, table.annee == annee, table.eleve_id.in_(sorted(partis)))
            )
    champs = ("nom", "nom_usage", "prenom", "prenom2", "prenom3", "date_naissance", "ine", "division", "cle_tri")
    _ajouter(u, m.Eleve, lignes, ("uai", "annee", "eleve_id"), champs)
    return {"eleves": len(lignes), "nouveaux": len(vus - connus), "partis": len(partis)}


def _ajouter(
    u: Unite, table: type[Any], lignes: Sequence[dict[str, Any]], cle: Sequence[str], modifies: Sequence[str]
) -> None:
    if not lignes:
        return
    requete = insert(table)
    u.session.execute(
        requete.on_conflict_do_update(index_elements=list(cle), set_={c: requete.excluded[c] for c in modifies}),
        list(lignes),
    )


def _verifier(nom: str, uai: str, annee: int, uai_lu: str, annee_lue: int) -> None:
    if uai_lu != uai:
        raise FichierRefuse(
            f"Ce fichier est celui de l'établissement {uai_lu}, la base est celle de {uai}.",
            code="AUTRE_ETABLISSEMENT",
            lieu=Lieu(nom),
            remede="Prenez le fichier exporté par cet établissement.",
        )
    if annee_lue != annee:
        raise FichierRefuse(
            f"Ce fichier est de l'année {annee_lue}-{annee_lue + 1}, la base de {annee}-{annee + 1}.",
            code="AUTRE_ANNEE",
            lieu=Lieu(nom),
            remede="Choisissez la bonne année dans STS-Web avant d'exporter, puis recommencez.",
        )


def _verifier_enveloppe(nom: str, uai: str, millesime: int, enveloppe: Enveloppe) -> None:
    _verifier(nom, uai, millesime, enveloppe.uai, enveloppe.annee)
