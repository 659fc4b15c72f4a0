"""« Dossiers depuis logiciel privé »: what is kept of each person and pupil of the file, and what is said of it.

The rule codes are those published (reference SIECLE, section 10.3); the codes below them and the sentences are not:
the sentences are ours. Sections of the report: the same reference, section 10.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from services.siecle_bee.rules.civilites import civilite_courte
from shared import nomenclatures as nat
from shared.contracts.echanges import AdresseMsg
from shared.formats.elegroupe.dossiers import AdresseDossier, AnDernier, EleveDossier, PersonneDossier
from shared.horloge.horloge import date_fr
from shared.identifiers import cle_tri, ine_valide, uai_valide

FRANCE = "100"
MOTIF_INCONNU = "99"
SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "PER_REJ": "Personnes rejetées",
        "PER_ANO": "Personnes acceptées avec anomalie",
        "ELE_REJ": "Élèves rejetés",
        "ELE_ANO": "Élèves acceptés avec anomalie",
        "ELE_MOD": "Élèves modifiés",
        "ELE_ABS": "Élèves absents du fichier",
    }
)
_TELEPHONE = re.compile(r"\+?[0-9][0-9 .]{5,18}")
_MEL = re.compile(r"[^@\s]+@[^@\s]+")

Anomalie = tuple[str, str]
"""Rule and sentence."""


class Contexte(Struct, frozen=True):
    """What the base knows: profiled MEF and matières, MEF of each division, the pupils' year."""

    mefs: Collection[str]
    divisions: Mapping[str, Collection[str]]
    matieres: Collection[str]
    debut: date
    fin: date


@dataclass(slots=True)
class Juge:
    """What is kept of a person or a pupil: columns, options (matière, modalité), anomalies."""

    valeurs: dict[str, Any]
    options: list[tuple[str, str]] = field(default_factory=list)
    anomalies: list[Anomalie] = field(default_factory=list)


def adresse_msg(a: AdresseDossier | None) -> AdresseMsg:
    """An address of the file, as the base writes addresses; empty when there is none."""
    if a is None:
        return AdresseMsg()
    lignes = tuple(ligne for ligne in (a.ligne1, a.ligne2, a.ligne3, a.ligne4) if ligne)
    commune = a.libelle_postal or a.commune_etrangere or ""
    return AdresseMsg(lignes=lignes, code_postal=a.code_postal or "", commune=commune, pays=a.code_pays)


@cache
def _codes(nomenclature: str) -> frozenset[str]:
    return frozenset(e.code for e in nat.liste(nomenclature))


def _code(nomenclature: str, code: str | None) -> bool:
    return (code or "") in _codes(nomenclature)


def parente_connue(code: str) -> bool:
    """Whether the nomenclature has that lien de parenté."""
    return code in {p.code for p in nat.parentes()}


def _contacts(source: Any, anomalies: list[Anomalie]) -> dict[str, Any]:
    valeurs: dict[str, Any] = {"accepte_sms": bool(source.accepte_sms)}
    for colonne, champ, quoi in (
        ("telephone_personnel", "tel_personnel", "téléphone personnel"),
        ("telephone_professionnel", "tel_professionnel", "téléphone professionnel"),
        ("telephone_portable", "tel_portable", "téléphone portable"),
        ("mel", "email", "courriel"),
    ):
        texte = getattr(source, champ) or ""
        if texte and not (_MEL if colonne == "mel" else _TELEPHONE).fullmatch(texte):
            anomalies.append(("TELEP", f"Le {quoi} n'a pas la forme attendue : il n'est pas repris."))
            texte = ""
        valeurs[colonne] = texte
    return valeurs


def juger_personne(p: PersonneDossier) -> Juge:
    """The columns of a person, her address apart, and what is wrong with her."""
    anomalies: list[Anomalie] = []
    if p.code_civilite not in ("1", "2", "3"):
        anomalies.append(("CIVIL", f'La civilité "{p.code_civilite}" n\'existe pas : elle est à compléter.'))
    profession = p.code_profession
    if profession not in {c.code for c in nat.pcs()}:
        anomalies.append(("PEPCS", f"La profession \"{profession}\" n'est pas reprise : le code n'est pas utilisable."))
        profession = ""
    nom = p.nom_de_famille.upper()
    return Juge(
        {
            "id_prv_per": p.id_prv_per,
            "civilite": civilite_courte(p.code_civilite) if p.code_civilite in ("1", "2", "3") else "",
            "nom": nom,
            "nom_usage": (p.nom_usage or "").upper(),
            "prenom": p.prenom,
            "cle_tri": cle_tri(f"{nom} {p.prenom}"),
            "communication_adresse": bool(p.communication_adresse),
            "profession": profession,
            **_contacts(p, anomalies),
        },
        anomalies=anomalies,
    )


def juger_sortie(e: EleveDossier, contexte: Contexte) -> Juge:
    """The exit of a leaver: nothing else of his fiche changes."""
    motif = e.code_motif_sortie or ""
    anomalies: list[Anomalie] = []
    if not motif or not _code("motifs_sortie", motif):
        anomalies.append(("SORTI", f'Le motif de sortie "{motif}" n\'existe pas : il devient « {MOTIF_INCONNU} ».'))
        motif = MOTIF_INCONNU
    sortie = e.date_sortie
    if sortie is not None and not contexte.debut <= sortie <= contexte.fin:
        anomalies.append(("SORTI", f"La date de sortie {date_fr(sortie)} n'est pas dans l'année scolaire."))
    return Juge({"date_sortie": sortie, "motif_sortie": motif}, anomalies=anomalies)


def juger_eleve(e: EleveDossier, contexte: Contexte, avant: Mapping[str, Any] | None) -> Juge:
    """The columns of a pupil who has not left.

    Arguments: `avant`, the columns of her fiche, None for a new one; what cannot be taken from the file stays as it
    was, or is left to complete.
    """
    j = Juge({})
    connu = avant or {}
    nom = e.nom_de_famille.upper()
    j.valeurs = {
        "id_prv_ele": e.id_prv_ele,
        "ine": _ine(e, connu, j.anomalies),
        "nom": nom,
        "nom_usage": (e.nom_usage or "").upper(),
        "prenom": e.prenom,
        "prenom2": e.prenom2 or "",
        "prenom3": e.prenom3 or "",
        "cle_tri": cle_tri(f"{nom} {e.prenom}"),
        "cle_usage": cle_tri(e.nom_usage or ""),
        "date_naissance": e.date_naiss,
        "redoublant": e.doublement,
        "transport": e.adhesion_transport,
        "boursier": _boursier(e, j.anomalies),
        "date_entree": e.date_entree or connu.get("date_entree") or contexte.debut,
        "date_sortie": None,
        "motif_sortie": "",
        **_naissance(e, j.anomalies),
        **_contacts(e, j.anomalies),
        **_an_dernier(e.an_dernier, connu, j.anomalies),
    }
    for colonne, regle, nomenclature, code, defaut, quoi in (
        ("sexe", "CSEXE", "sexes", e.code_sexe, "", "Le sexe"),
        ("nationalite", "ELNAT", "pays", e.code_pays_nat, "", "Le pays de nationalité"),
        ("regime", "REGIM", "regimes", e.code_regime, "", "Le régime"),
        ("statut", "STATU", "statuts", e.scolarite.code_statut if e.scolarite else "", "ST", "Le statut"),
    ):
        if code and _code(nomenclature, code):
            j.valeurs[colonne] = code
        else:
            j.valeurs[colonne] = connu.get(colonne) or defaut
            j.anomalies.append((regle, f'{quoi} "{code or ""}" n\'est pas dans la nomenclature.'))
    if avant is not None and (avant["nom"], avant["prenom"]) != (nom, e.prenom):
        j.anomalies.append(("ELNOM", "Le nom de famille ou le prénom de la fiche a été modifié."))
    if avant is not None and avant["date_naissance"] != e.date_naiss:
        j.anomalies.append(("DNAIS", "La date de naissance de la fiche a été modifiée."))
    for lien in e.responsables:
        if not parente_connue(lien.code_parente):
            j.anomalies.append(("PAREN", f'Le lien de parenté "{lien.code_parente}" est à compléter.'))
    _scolarite(e, contexte, connu, j)
    return j


def _ine(e: EleveDossier, connu: Mapping[str, Any], anomalies: list[Anomalie]) -> str | None:
    """The INE of the registry stays; that of the file fills a fiche that has none."""
    lu, garde = e.id_national or e.ine_rnie or None, connu.get("ine")
    if lu is not None and not ine_valide(lu):
        anomalies.append(("IDNAT", "L'identifiant national n'est pas valide : il n'est pas repris."))
        lu = None
    if garde and lu and lu != garde:
        anomalies.append(("IDNAT", "L'identifiant national du fichier n'est pas celui de la fiche, qui est conservé."))
    ine: str | None = garde or lu
    return ine


def _boursier(e: EleveDossier, anomalies: list[Anomalie]) -> bool:
    for bourse in e.bourses:
        if not _code("bourses", bourse.code):
            anomalies.append(("BOURS", f'La bourse "{bourse.code}" n\'est pas dans la nomenclature.'))
    return any(b.parts > 0 and b.code != "0" and _code("bourses", b.code) for b in e.bourses)


def _naissance(e: EleveDossier, anomalies: list[Anomalie]) -> dict[str, str]:
    en_france = e.code_pays == FRANCE
    if not (e.code_commune_insee_naiss if en_france else e.ville_naiss):
        quoi = "La commune" if en_france else "La ville"
        anomalies.append(("LNAIS", f"{quoi} de naissance manque : elle est à compléter."))
    return {
        "pays_naissance": e.code_pays,
        "commune_naissance": (e.code_commune_insee_naiss or "") if en_france else "",
        "ville_naissance": e.ville_naiss or "",
    }


def _an_dernier(passe: AnDernier | None, connu: Mapping[str, Any], anomalies: list[Anomalie]) -> dict[str, Any]:
    if passe is None:
        return {"an_dernier": connu.get("an_dernier") or {}, "provenance": connu.get("provenance") or ""}
    etablissement, mef, provenance = passe.code_rne or "", passe.code_mef or "", passe.code_provenance
    if etablissement and not uai_valide(etablissement):
        anomalies.append(("HETAB", f"L'établissement de l'an dernier \"{etablissement}\" n'existe pas."))
        etablissement = ""
    if mef and not nat.mef_existe(mef):
        anomalies.append(("MEFAD", f"Le MEF de l'an dernier \"{mef}\" n'est pas dans la nomenclature."))
        mef = ""
    if not _code("provenances", provenance):
        anomalies.append(("PROVE", f'La provenance "{provenance}" n\'est pas dans la nomenclature.'))
        provenance = ""
    lus = {"code_rne": etablissement, "code_mef": mef, "code_structure": passe.code_division or ""}
    return {"an_dernier": {nom: valeur for nom, valeur in lus.items() if valeur}, "provenance": provenance}


def _scolarite(e: EleveDossier, contexte: Contexte, connu: Mapping[str, Any], j: Juge) -> None:
    """MEF, division and options: what the base does not know is not taken."""
    s = e.scolarite
    mef, division = connu.get("mef") or "", connu.get("division") or ""
    if s is not None:
        if s.code_mef in contexte.mefs:
            mef = s.code_mef
        else:
            j.anomalies.append(("ACMEF", f"Le MEF \"{s.code_mef}\" n'est pas profilé dans l'établissement."))
        if s.code_division and mef in contexte.divisions.get(s.code_division, ()):
            division = s.code_division
        elif s.code_division:
            phrase = f"La division \"{s.code_division}\" n'est pas connue, ou n'est pas rattachée au MEF de l'élève."
            j.anomalies.append(("ACDIV", phrase))
        if not contexte.debut <= s.debut <= contexte.fin:
            j.anomalies.append(("SCOAC", f"La scolarité commence le {date_fr(s.debut)}, hors de l'année scolaire."))
        for option in s.options:
            modalite = option.code_modalite_elect
            if option.code_matiere not in contexte.matieres:
                phrase = f"L'option \"{option.code_matiere}\" n'est pas profilée : elle n'est pas reprise."
                j.anomalies.append(("INOPT", phrase))
                continue
            if not _code("modalites_election", modalite):
                phrase = f'La modalité "{modalite}" de l\'option "{option.code_matiere}" devient « O ».'
                j.anomalies.append(("MODCH", phrase))
                modalite = "O"
            j.options.append((option.code_matiere, modalite))
    j.valeurs |= {"mef": mef, "mef_propose": "", "division": division}
