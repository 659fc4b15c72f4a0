"""« Récupérer les données » of STS-Web: the `sts_emp` file."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from sqlalchemy import select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, codifications, controles, correspondances, professeurs
from services.edt.use_cases.lignes import ajouter, verifier
from shared.formats.sts.enregistrements import Division, DivisionAppartenance, Groupe, IndividuSts, StsEmp
from shared.formats.sts.sts_emp import lire_sts_emp
from shared.persistence.unite import Unite


def importer_sts(
    u: Unite, uai: str, annee: int, nom: str, contenu: bytes, *, structures: bool | None = None
) -> dict[str, Any]:
    """Import `sts_emp` (EDT-11 to EDT-13): nomenclatures and teachers; classes and services too when `structures`.

    `structures` None: yes into an empty base (« Construire une base »), then as the profile says
    (`edt.import_structure`). What EDT already has keeps its groups and services; what has the same name finds its
    counterpart, what STS-Web holds no more loses it (EDT-16, EDT-19).
    Raises `FichierRefuse` AUTRE_ETABLISSEMENT, AUTRE_ANNEE, and what `lire_sts_emp` raises.
    """
    base = bases.trouver(u, uai, annee)
    doc = lire_sts_emp(io.BytesIO(contenu), nom)
    verifier(nom, rules.etablissement(uai), annee, doc.parametres.uaj.code, doc.parametres.annee_scolaire.annee)
    correspondances.retenir(u, uai, annee, doc)
    correspondances.rapprocher(u, uai, annee)
    nb = _importer_ressources(u, uai, annee, doc)
    avertissements = _ecarts_avec_la_base(u, uai, annee, doc)
    if par_defaut(u, uai, annee) if structures is None else structures:
        nb |= _importer_structures(u, uai, annee, doc)
    base.nom = f"{doc.parametres.uaj.denom_princ} {doc.parametres.uaj.denom_compl}".strip()
    digest = hashlib.sha256(contenu).hexdigest()
    if digest != base.sts_digest:
        base.sts_digest, base.sts_importe_le = digest, u.maintenant
    u.journaliser("import_sts", "Données STSWEB importées", uai=uai, annee=annee, nb=sum(nb.values()), resume=nb)
    return {**nb, "remarques": [r.phrase for r in doc.remarques], "avertissements": avertissements}


def _ecarts_avec_la_base(u: Unite, uai: str, annee: int, doc: StsEmp) -> list[str]:
    """What the base would send and STS-Web does not hold: its last remontée is older than the base (EDT-14)."""
    etat = controles.lire_etat(u, uai, annee)
    connus = {
        (s.code, x.code_matiere, x.code_mod_cours)
        for structures in (doc.divisions, doc.groupes)
        for s in structures
        for x in s.services
    }
    codes = {s.code: s.sts_code or s.code for s in etat.structures.values()}
    services = sum((codes[s.structure], etat.matieres[s.matiere], s.modalite) not in connus for s in etat.exportes)
    groupes = sum(s.type == "G" and s.sts_code is None for s in etat.structures.values())
    if not services and not groupes:
        return []
    return [
        f"STSWEB ne connaît pas {groupes} groupe(s) et {services} service(s) de la base : les correspondances "
        "comparent la base à des données anciennes. Exportez l'emploi du temps vers STSWEB, importez-le dans STS-Web, "
        "puis récupérez à nouveau ses données."
    ]


def par_defaut(u: Unite, uai: str, annee: int) -> bool:
    """Whether classes and services come in when nobody says: into an empty base, or as the profile says."""
    vide = u.session.scalar(select(m.Structure.code).where(m.Structure.uai == uai, m.Structure.annee == annee).limit(1))
    return vide is None or u.profil.edt_import_structure == "complet"


def _importer_ressources(u: Unite, uai: str, annee: int, doc: StsEmp) -> dict[str, int]:
    ici = {"uai": uai, "annee": annee}
    table = m.Professeur
    numeros = dict(
        u.session.execute(
            select(table.sts_id, table.numero).where(table.uai == uai, table.annee == annee, table.sts_id.is_not(None))
        ).all()
    )
    pris = set(u.session.scalars(select(table.numero).where(table.uai == uai, table.annee == annee)))
    suivant = professeurs.prochain_numero(u, uai, annee)
    lignes = []
    gens: dict[str, IndividuSts] = {}
    for i in (*doc.individus, *doc.suppleants):
        gens.setdefault(i.id, i)
    for ident, i in gens.items():
        numero = numeros.get(ident)
        if numero is None:
            numero = (
                int(ident) if ident.isascii() and ident.isdigit() and int(ident) < professeurs.PREMIER_NUMERO else 0
            )
            if not numero or numero in pris:
                numero, suivant = suivant, suivant + 1
        pris.add(numero)
        lignes.append(
            ici
            | {
                "numero": numero,
                "nom": i.nom_usage,
                "prenom": i.prenom,
                "fonction": i.fonction or "",
                "sts_id": i.id,
                "sts_type": i.type or "epp",
                "exportable": True,
            }
        )
    ajouter(u, table, lignes, ("uai", "annee", "numero"), ("nom", "prenom", "fonction", "sts_id", "sts_type"))
    deja = set(u.session.scalars(select(m.Matiere.sts_code).filter_by(uai=uai, annee=annee)))
    matieres = [
        ici | {"code": x.code, "libelle": x.libelle_edition or x.libelle_long, "sts_code": x.code}
        for x in doc.nomenclatures.matieres
    ]
    ajouter(
        u,
        m.Matiere,
        [x for x in matieres if x["code"] not in deja],
        ("uai", "annee", "code"),
        ("libelle", "sts_code"),
    )
    codifications.retenir_mefs(
        u, uai, annee, {x.code: x.libelle_edition or x.libelle_long or x.code for x in doc.nomenclatures.mefs}
    )
    return {"professeurs": len(lignes), "matieres": len(matieres)}


def _importer_structures(u: Unite, uai: str, annee: int, doc: StsEmp) -> dict[str, int]:
    """Classes, groups and services. Codes of STS-Web become those of the base where a counterpart was set by hand."""
    ici = {"uai": uai, "annee": annee}
    toutes: list[tuple[str, Division | Groupe, tuple[DivisionAppartenance, ...]]] = [
        *(("D", d, ()) for d in doc.divisions),
        *(("G", g, g.divisions) for g in doc.groupes),
    ]
    codes = {s.sts_code: s.code for s in _avec_contrepartie(u, m.Structure, uai, annee)}
    matieres = {x.sts_code: x.code for x in _avec_contrepartie(u, m.Matiere, uai, annee)}
    numeros = {
        p.sts_id: p.numero for p in u.session.scalars(select(m.Professeur).filter_by(**ici)) if p.sts_id is not None
    }
    lignes = [
        ici
        | {
            "code": codes.get(s.code, s.code),
            "type": genre,
            "libelle": s.libelle_long,
            "mefs": [x.code for x in s.mefs],
            "divisions": [codes.get(d.code, d.code) for d in appartenance],
            "barrette": None,
            "sts_code": s.code,
            "effectif": s.effectif_prevu or 0,
        }
        for genre, s, appartenance in toutes
    ]
    ajouter(u, m.Structure, lignes, ("uai", "annee", "code"), ("libelle", "mefs", "sts_code"))
    services = [
        ici
        | {
            "structure": codes.get(s.code, s.code),
            "matiere": matieres.get(x.code_matiere, x.code_matiere),
            "modalite": x.code_mod_cours,
            "heures": x.heures_structure or 0,
            "co_ens": bool(x.co_ens),
            "enseignants": [
                {"numero": numeros[e.id], "heures": float(e.heures_agent or 0)}
                for e in x.enseignants
                if e.id in numeros
            ],
            "exportable": True,
        }
        for _, s, _ in toutes
        for x in s.services
    ]
    ajouter(u, m.Service, services, ("uai", "annee", "structure", "matiere", "modalite"), ("heures", "enseignants"))
    return {"structures": len(lignes), "services": len(services)}


def _avec_contrepartie(u: Unite, table: Any, uai: str, annee: int) -> list[Any]:
    return list(u.session.scalars(select(table).filter_by(uai=uai, annee=annee).where(table.sts_code.is_not(None))))
