"""Writing the rows of a base out of the documents of SIECLE's exports.

Source: SIECLE reference, sections 2 to 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from services.siecle_bee.models import (
    Adresse,
    BaseEleves,
    Eleve,
    LienGroupe,
    LienResponsable,
    MatiereBase,
    MefBase,
    OptionEleve,
    Personne,
    ProgrammeBase,
    Traitement,
)
from services.siecle_bee.rules.civilites import civilite_courte
from services.siecle_bee.use_cases import identifiants
from services.siecle_bee.use_cases.masse import copier
from services.siecle_bee.use_cases.nomenclatures import NOMENCLATURES_PROFILEES, remplacer
from services.siecle_bee.use_cases.receptions import STRUCTURES_RECUES, remplacer_structure
from shared import nomenclatures as national
from shared.contracts.echanges import DivisionMsg, GroupeMsg
from shared.formats.siecle.adresses import Adresse as AdresseXml
from shared.formats.siecle.eleves import DocumentEleves, ScolariteAnDernier
from shared.formats.siecle.eleves import Eleve as EleveXml
from shared.formats.siecle.nomenclature import DocumentNomenclature
from shared.formats.siecle.responsables import DocumentResponsables
from shared.formats.siecle.structures import DocumentStructures
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

_CHAMPS_AN_DERNIER = ScolariteAnDernier.__struct_fields__


def ecrire(
    u: Unite,
    b: BaseEleves,
    eleves: DocumentEleves,
    responsables: DocumentResponsables | None,
    structures: DocumentStructures | None,
    nomenclature: DocumentNomenclature | None,
) -> dict[str, int]:
    """Write everything; counts by kind."""
    comptes = {
        "eleves": _eleves(u, b, eleves),
        "adresses": _adresses(u, b, [*eleves.adresses, *(responsables.adresses if responsables else ())]),
        "personnes": 0,
        "liens": 0,
    }
    if responsables is not None:
        connus = {e.eleve_id for e in eleves.eleves}
        comptes["personnes"], comptes["liens"] = _responsables(u, b, responsables, connus)
    _nomenclature(u, b, eleves, nomenclature)
    comptes["divisions"], comptes["groupes"] = _structures(u, b, eleves, structures)
    comptes["liens_groupe"] = _liens_groupe(u, b, eleves)
    _numeros_atteints(u, b, eleves, responsables)
    return comptes


def _ici(b: BaseEleves) -> dict[str, Any]:
    return {"uai": b.uai, "millesime": b.millesime}


def _eleves(u: Unite, b: BaseEleves, document: DocumentEleves) -> int:
    elenoets = {e.elenoet for e in document.eleves if e.elenoet is not None}
    suivant = max(elenoets, default=identifiants.PLANCHER_ELENOET) + 1
    adresses = {a.adresse_id for a in document.adresses}
    lignes, options = [], []
    for e in sorted(document.eleves, key=lambda e: e.eleve_id):
        elenoet = e.elenoet
        if elenoet is None:
            elenoet, suivant = suivant, suivant + 1
        lignes.append({**_ici(b), **_eleve(u, b, e), "elenoet": elenoet, "adresse_id": _connue(e.adresse_id, adresses)})
        rangs = {o.num_option: o for o in e.options}
        options += [
            {
                **_ici(b),
                "eleve_id": e.eleve_id,
                "rang": rang,
                "matiere": rangs[rang].code_matiere,
                "modalite": rangs[rang].code_modalite_elect or "O",
            }
            for rang in sorted(rangs)
        ]
    copier(u, Eleve, lignes)
    copier(u, OptionEleve, options)
    return len(lignes)


def _connue(adresse_id: int | None, connues: set[int]) -> int | None:
    return adresse_id if adresse_id in connues else None


def _eleve(u: Unite, b: BaseEleves, e: EleveXml) -> dict[str, Any]:
    passee = e.scolarite_an_dernier
    an_dernier = {nom: getattr(passee, nom) for nom in _CHAMPS_AN_DERNIER} if passee else {}
    return {
        "eleve_id": e.eleve_id,
        "ine": e.id_national or e.ine_rnie or None,
        "ine_bea": e.ine_bea or "",
        "id_prv_ele": e.id_prv_ele,
        "nom": e.nom_de_famille,
        "nom_usage": e.nom_usage or "",
        "prenom": e.prenom,
        "prenom2": e.prenom2 or "",
        "prenom3": e.prenom3 or "",
        "cle_tri": cle_tri(f"{e.nom_de_famille} {e.prenom}"),
        "cle_usage": cle_tri(e.nom_usage or ""),
        "sexe": e.code_sexe or "",
        "date_naissance": e.date_naiss,
        "pays_naissance": e.code_pays or "",
        "commune_naissance": e.code_commune_insee_naiss or "",
        "ville_naissance": e.ville_naiss or "",
        "nationalite": e.code_pays_nat or "",
        "mef": e.code_mef or "",
        "division": e.division or "",
        "regime": e.code_regime or "",
        "statut": e.code_statut or "ST",
        "redoublant": bool(e.doublement),
        "boursier": bool(e.bourses),
        "transport": bool(e.adhesion_transport),
        "telephone_personnel": e.tel_personnel or "",
        "telephone_portable": e.tel_portable or "",
        "telephone_professionnel": e.tel_professionnel or "",
        "accepte_sms": bool(e.accepte_sms),
        "mel": e.mel or "",
        "provenance": e.code_provenance or "",
        "date_entree": e.date_entree or b.rentree_eleves,
        "date_sortie": e.date_sortie,
        "motif_sortie": e.code_motif_sortie or "",
        "an_dernier": {nom: valeur for nom, valeur in an_dernier.items() if valeur},
        "origine": "reprise",
        "modifie_le": u.maintenant,
    }


def _adresses(u: Unite, b: BaseEleves, adresses: Iterable[AdresseXml]) -> int:
    lignes = {
        a.adresse_id: {
            **_ici(b),
            "adresse_id": a.adresse_id,
            "ligne1": a.ligne1 or "",
            "ligne2": a.ligne2 or "",
            "ligne3": a.ligne3 or "",
            "ligne4": a.ligne4 or "",
            "code_postal": a.code_postal or "",
            "commune": a.libelle_postal or "",
            "commune_etrangere": a.commune_etrangere or "",
            "code_commune": a.code_commune_insee or "",
            "pays": a.code_pays or "100",
        }
        for a in adresses
    }
    if lignes:
        copier(u, Adresse, [lignes[cle] for cle in sorted(lignes)])
        identifiants.atteindre(u, identifiants.ADRESSE, max(lignes))
    return len(lignes)


def _responsables(u: Unite, b: BaseEleves, document: DocumentResponsables, connus: set[int]) -> tuple[int, int]:
    adresses = {a.adresse_id for a in document.adresses}
    personnes = [
        {
            **_ici(b),
            "personne_id": p.personne_id,
            "id_prv_per": p.id_prv_per,
            "civilite": civilite_courte(p.lc_civilite or ""),
            "nom": p.nom_de_famille,
            "nom_usage": p.nom_usage or "",
            "prenom": p.prenom,
            "cle_tri": cle_tri(f"{p.nom_de_famille} {p.prenom}"),
            "adresse_id": _connue(p.adresse_id, adresses),
            "telephone_personnel": p.tel_personnel or "",
            "telephone_portable": p.tel_portable or "",
            "telephone_professionnel": p.tel_professionnel or "",
            "accepte_sms": bool(p.accepte_sms),
            "communication_adresse": bool(p.communication_adresse),
            "mel": p.mel or "",
            "profession": p.code_profession or "",
        }
        for p in sorted(document.personnes, key=lambda p: p.personne_id)
    ]
    liens = {
        (lien.eleve_id, lien.personne_id): {
            **_ici(b),
            "eleve_id": lien.eleve_id,
            "personne_id": lien.personne_id,
            "parente": lien.code_parente,
            "niveau": lien.niveau,
            "paie_frais": bool(lien.paie_frais),
            "percoit_aides": bool(lien.percoit_aides),
            "heberge": bool(lien.heberge),
            "prioritaire": bool(lien.a_contacter_en_priorite),
        }
        for lien in document.liens
        if lien.eleve_id in connus
    }
    copier(u, Personne, personnes)
    copier(u, LienResponsable, [liens[cle] for cle in sorted(liens)])
    return len(personnes), len(liens)


def _nomenclature(u: Unite, b: BaseEleves, eleves: DocumentEleves, document: DocumentNomenclature | None) -> None:
    mefs: list[dict[str, Any]] = []
    matieres: dict[str, dict[str, Any]] = {}
    programmes: dict[tuple[str, str, str], dict[str, Any]] = {}
    if document is not None:
        listes = document.nomenclatures
        mefs = [_mef(m.code, m) for m in listes.mefs]
        matieres = {m.code: _matiere(m.code, m.code_gestion or m.code, m) for m in listes.matieres if m.code}
        for p in listes.programmes:
            cle = (p.code_mef, p.code_matiere or "", p.code_modalite_elect)
            programmes[cle] = dict(zip(("mef", "matiere", "modalite"), cle, strict=True)) | {
                "horaire": p.horaire or Decimal(0)
            }
    else:
        codes = sorted({e.code_mef for e in eleves.eleves if e.code_mef})
        mefs = [_mef(code, national.mef(code) if national.mef_existe(code) else None) for code in codes]
        utiles = {o.code_matiere for e in eleves.eleves for o in e.options}
        for code in codes:
            for ligne in national.programmes(code) if national.mef_existe(code) else ():
                utiles.add(ligne.matiere)
                programmes[code, ligne.matiere, ligne.modalite] = {
                    "mef": code,
                    "matiere": ligne.matiere,
                    "modalite": ligne.modalite,
                    "horaire": ligne.horaire,
                }
        for code in sorted(utiles):
            connue = national.matiere(code) if national.matiere_existe(code) else None
            matieres[code] = _matiere(code, connue.code_gestion if connue else code, connue)
    remplacer(u, b, MefBase, [{**_ici(b), **m, "profile": True} for m in mefs])
    remplacer(u, b, MatiereBase, [{**_ici(b), **matieres[c], "profile": True} for c in sorted(matieres)])
    remplacer(u, b, ProgrammeBase, [{**_ici(b), **programmes[cle]} for cle in sorted(programmes)])
    b.recue_le = b.selectionnee_le = b.profilee_le = u.maintenant
    b.version_profilee = 0
    if mefs:
        _traitement(u, b, NOMENCLATURES_PROFILEES, "Nomenclature", len(mefs))


def _mef(code: str, connu: Any) -> dict[str, Any]:
    return {
        "code": code,
        "formation": getattr(connu, "formation", None) or code[:6],
        "specialite": getattr(connu, "specialite", None) or "",
        "libelle_long": getattr(connu, "libelle_long", None) or code,
        "libelle_edition": getattr(connu, "libelle_edition", None) or "",
        "mefstat11": getattr(connu, "code_mefstat", None) or getattr(connu, "mefstat11", None) or "",
    }


def _matiere(code: str, code_gestion: str, connue: Any) -> dict[str, Any]:
    return {
        "code": code,
        "code_gestion": code_gestion,
        "libelle_court": getattr(connue, "libelle_court", None) or code_gestion,
        "libelle_long": getattr(connue, "libelle_long", None) or code_gestion,
        "libelle_edition": getattr(connue, "libelle_edition", None) or "",
    }


def _structures(
    u: Unite, b: BaseEleves, eleves: DocumentEleves, document: DocumentStructures | None
) -> tuple[int, int]:
    if document is not None:
        divisions = [
            DivisionMsg(code=d.code, libelle=d.libelle_long or d.code, mefs=d.mefs) for d in document.divisions
        ]
        groupes = [
            GroupeMsg(code=g.code, libelle=g.libelle_long or g.code, mefs=g.mefs, divisions=g.divisions)
            for g in document.groupes
        ]
    else:
        divisions, groupes = _structures_deduites(eleves)
    remplacer_structure(u, b, divisions, groupes)
    if divisions:
        b.structures_recues_le = b.structures_exportees_le = u.maintenant
        _traitement(u, b, STRUCTURES_RECUES, "Structures", len(divisions) + len(groupes))
    return len(divisions), len(groupes)


def _structures_deduites(eleves: DocumentEleves) -> tuple[list[DivisionMsg], list[GroupeMsg]]:
    divisions: dict[str, set[str]] = {}
    groupes: dict[str, tuple[set[str], set[str]]] = {}
    for e in eleves.eleves:
        mefs = {e.code_mef} if e.code_mef else set()
        if e.division:
            divisions.setdefault(e.division, set()).update(mefs)
        for code in e.groupes:
            connus = groupes.setdefault(code, (set(), set()))
            connus[0].update(mefs)
            connus[1].update({e.division} if e.division else ())
    return (
        [DivisionMsg(code=c, libelle=c, mefs=tuple(sorted(divisions[c]))) for c in sorted(divisions)],
        [
            GroupeMsg(code=c, libelle=c, mefs=tuple(sorted(groupes[c][0])), divisions=tuple(sorted(groupes[c][1])))
            for c in sorted(groupes)
        ],
    )


def _liens_groupe(u: Unite, b: BaseEleves, eleves: DocumentEleves) -> int:
    """Group links of the file, dated from the pupil's entry: the exports carry no dates."""
    lignes = [
        {
            **_ici(b),
            "eleve_id": e.eleve_id,
            "groupe": code,
            "debut": max(b.rentree_eleves, e.date_entree or b.rentree_eleves),
            "fin": e.date_sortie,
        }
        for e in sorted(eleves.eleves, key=lambda e: e.eleve_id)
        for code in sorted(set(e.groupes))
    ]
    copier(u, LienGroupe, lignes)
    return len(lignes)


def _numeros_atteints(
    u: Unite, b: BaseEleves, eleves: DocumentEleves, responsables: DocumentResponsables | None
) -> None:
    identifiants.atteindre(u, identifiants.ELEVE, max(e.eleve_id for e in eleves.eleves))
    numeros = [e.elenoet or 0 for e in eleves.eleves]
    identifiants.atteindre(u, identifiants.elenoet(b.uai), max(numeros) + numeros.count(0))
    if responsables is not None and responsables.personnes:
        identifiants.atteindre(u, identifiants.PERSONNE, max(p.personne_id for p in responsables.personnes))


def _traitement(u: Unite, b: BaseEleves, genre: int, nom: str, taille: int) -> None:
    u.session.add(Traitement(**_ici(b), type=genre, nom=nom, instant=u.maintenant, taille=taille))
