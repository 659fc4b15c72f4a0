"""What an ENT keeps of a person of a feed, and what a record of the second degree gives of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from services.ent import rules
from shared.formats.aaf import EleveAaf, PersEducNatAaf, PersEducNatAaf1d, PersRelEleveAaf, PersRelEleveAaf1d
from shared.formats.aaf.valeurs import DansStructure, MatiereDansStructure

Rattachement = tuple[int, str]
"""A structure, the functions there (JSON)."""
Membre = tuple[int, str, str, str, str]
"""A structure, `division` or `groupe`, its name, the role, the matière."""
Lien = tuple[Any, ...]
"""The number of the other, the type, legal, financier, contact, paiement."""


class Personne(NamedTuple):
    """A row of the waiting people, without project, rank and sort keys."""

    profil: str | None = None
    nom: str | None = None
    prenom: str | None = None
    nom_famille: str | None = None
    civilite: str | None = None
    naissance: Any = None
    ine: str | None = None
    eleve_id: int | None = None
    mel: str | None = None
    mef: str | None = None
    libelle_mef: str | None = None
    structure_id: int | None = None
    code_postal: str | None = None
    enseignements: str | None = None


class Attributs(NamedTuple):
    """What the attributes of a degree give, for modifications that do not name everything.

    `champs`: of a person; `listes`: what is replaced as a whole.
    """

    champs: Mapping[str, tuple[str, ...]]
    listes: Mapping[str, tuple[str, ...]]


ATTRIBUTS = Attributs(
    champs={
        "sn": ("nom",),
        "givenName": ("prenom",),
        "ENTPersonNomPatro": ("nom_famille",),
        "personalTitle": ("civilite",),
        "ENTPersonDateNaissance": ("naissance",),
        "ENTEleveINE": ("ine",),
        "ENTEleveStructRattachId": ("eleve_id",),
        "mail": ("mel",),
        "ENTEleveMEF": ("mef",),
        "ENTEleveLibelleMEF": ("libelle_mef",),
        "ENTPersonStructRattach": ("structure_id",),
        "ENTPersonCodePostal": ("code_postal",),
        "ENTEleveCodeEnseignements": ("enseignements",),
        "ENTPersonCategorieEnseignant": ("profil",),
    },
    listes={
        "ENTElevePersRelEleve": ("liens",),
        "ENTPersonStructRattach": ("rattachements",),
        "ENTPersonFonctions": ("rattachements",),
        "ENTEleveClasses": ("division:eleve",),
        "ENTEleveGroupes": ("groupe:eleve",),
        "ENTAuxEnsClasses": ("division:enseignant",),
        "ENTAuxEnsClassesMatieres": ("division:enseignant",),
        "ENTAuxEnsGroupes": ("groupe:enseignant",),
        "ENTAuxEnsGroupesMatieres": ("groupe:enseignant",),
        "ENTAuxEnsClassesPrincipal": ("division:principal",),
    },
)
"""Those of the second degree."""

_ANNULABLES = ("naissance", "eleve_id", "structure_id")
TOUT = (*_ANNULABLES, *sorted({liste for listes in ATTRIBUTS.listes.values() for liste in listes}))
"""What the record of a person who is not modified in part names; the lists of the first degree are among them."""


def seulement(personne: Personne, noms: Collection[str], attributs: Attributs) -> tuple[Personne, tuple[str, ...]]:
    """What a modification names, the rest unknown; and the lists that it replaces."""
    champs = {champ for nom in noms for champ in attributs.champs.get(nom, ())}
    listes = {liste for nom in noms for liste in attributs.listes.get(nom, ())}
    gardes = {champ: valeur for champ, valeur in personne._asdict().items() if champ in champs}
    if personne.profil in ("eleve", "responsable"):
        gardes["profil"] = personne.profil
    return Personne(**gardes), tuple(nom for nom in TOUT if nom in listes or nom in champs)


def eleve(fiche: EleveAaf) -> tuple[Personne, list[Rattachement], list[Membre], list[Lien]]:
    """A pupil: who she is, where, in what, of whom."""
    personne = Personne(
        "eleve",
        fiche.nom_usage or fiche.nom_famille,
        fiche.prenom,
        fiche.nom_famille,
        fiche.civilite,
        fiche.naissance,
        fiche.ine,
        fiche.eleve_id,
        "",
        fiche.mef,
        fiche.libelle_mef,
        fiche.structure,
        fiche.code_postal,
        " ".join([code for code, _ in fiche.enseignements if code]),
    )
    rattachements = [] if fiche.structure is None else [(fiche.structure, "[]")]
    membres = [(c.structure, "division", c.nom, "eleve", "") for c in fiche.classes]
    membres += [(g.structure, "groupe", g.nom, "eleve", "") for g in fiche.groupes]
    return personne, rattachements, membres, [tuple(lien) for lien in _liens(fiche)]


def _liens(fiche: EleveAaf) -> Iterable[Lien]:
    for li in fiche.liens:
        yield li.personne, li.type_lien, li.legal, li.financier, li.contact, li.paiement


def responsable(fiche: PersRelEleveAaf | PersRelEleveAaf1d) -> Personne:
    """A responsable, of either degree; the first has no date of birth."""
    return Personne(
        "responsable",
        fiche.nom_usage or fiche.nom_famille,
        fiche.prenom,
        fiche.nom_famille,
        fiche.civilite,
        fiche.naissance if isinstance(fiche, PersRelEleveAaf) else None,
        "",
        None,
        fiche.mels[0] if fiche.mels else "",
        "",
        "",
        None,
        fiche.code_postal,
        "",
    )


def agent(fiche: PersEducNatAaf | PersEducNatAaf1d, profil: str) -> Personne:
    """Who a member of staff is, of either degree."""
    return Personne(
        profil,
        fiche.nom_usage or fiche.nom_famille,
        fiche.prenom,
        fiche.nom_famille,
        fiche.civilite,
        fiche.naissance,
        "",
        None,
        fiche.mel,
        "",
        "",
        fiche.structure,
        "",
        "",
    )


Fonctions = dict[int, list[tuple[str, ...]]]
"""By structure, what a person does there."""


def fonctions_de(fiche: PersEducNatAaf | PersEducNatAaf1d) -> Fonctions:
    """The functions of a member of staff, none where she is only attached."""
    fonctions: Fonctions = {}
    for f in fiche.fonctions:
        fonctions.setdefault(f.structure, []).append(tuple(f[1:]))
    if fiche.structure is not None:
        fonctions.setdefault(fiche.structure, [])
    return fonctions


def rattachements_de(fonctions: Fonctions) -> list[Rattachement]:
    """Where functions attach a person, in order."""
    return [(s, json.dumps(fonctions[s], ensure_ascii=False)) for s in sorted(fonctions)]


def personnel(fiche: PersEducNatAaf) -> tuple[Personne, list[Rattachement], list[Membre]]:
    """A member of staff: who she is, where, whom she teaches."""
    fonctions = fonctions_de(fiche)
    membres: dict[Membre, None] = {}
    _enseignements(membres, "division", fiche.matieres_classes, fiche.classes)
    _enseignements(membres, "groupe", fiche.matieres_groupes, fiche.groupes)
    for p in fiche.principal:
        membres[(p.structure, "division", p.nom, "principal", "")] = None
    for structure, *_ in membres:
        fonctions.setdefault(structure, [])
    codes = [f.code for f in fiche.fonctions]
    profil = rules.profil_personnel(fiche.enseignant, fiche.devant_eleves, codes)
    return agent(fiche, profil), rattachements_de(fonctions), list(membres)


def _enseignements(
    membres: dict[Membre, None],
    genre: str,
    matieres: Iterable[MatiereDansStructure],
    simples: Iterable[DansStructure],
) -> None:
    """A class or group taught, once per matière; without matière when the feed only names it."""
    vus = set()
    for m in matieres:
        membres[(m.structure, genre, m.nom, "enseignant", m.matiere)] = None
        vus.add((m.structure, m.nom))
    for s in simples:
        if (s.structure, s.nom) not in vus:
            membres[(s.structure, genre, s.nom, "enseignant", "")] = None
