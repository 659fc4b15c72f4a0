"""What a record of the first degree gives of a person: the same as one of the second, under other names.

Source: reference aaf.md §5. The responsables of a pupil are those whom she names: ENTPersRelEleveEleve, the other end
of the same link, has neither type nor authority and adds nothing, as in the second degree.
"""

from __future__ import annotations

from collections.abc import Callable

from services.ent import rules
from services.ent.use_cases.chargement_personnes import (
    Attributs,
    Lien,
    Membre,
    Personne,
    Rattachement,
    agent,
    fonctions_de,
    rattachements_de,
)
from shared.formats.aaf import EleveAaf1d, PersEducNatAaf1d
from shared.formats.aaf.valeurs import ClasseEcole

Nommer = Callable[[str, ClasseEcole], str]
"""The name of a class or a group in this ENT; `division` or `groupe` first."""

ATTRIBUTS = Attributs(
    champs={
        "ENTPersonNom": ("nom",),
        "ENTPersonPrenom": ("prenom",),
        "ENTPersonNomPatro": ("nom_famille",),
        "ENTPersonCivilite": ("civilite",),
        "ENTPersonDateNaissance": ("naissance",),
        "ENTEleveINE": ("ine",),
        "ENTPersonMail": ("mel",),
        "ENTEleveNiveau": ("mef", "libelle_mef"),
        "ENTPersonStructRattach": ("structure_id",),
        "ENTPersonCodePostal": ("code_postal",),
        "ENTPersonCategorieEnseignant": ("profil",),
    },
    listes={
        "ENTEleveAutoriteParentale": ("liens",),
        "ENTPersonStructRattach": ("rattachements",),
        "ENTPersonFonctions": ("rattachements",),
        "ENTEnsFonctionDir": ("rattachements",),
        "ENTPersonClasses": ("division:eleve",),
        "ENTPersonGroupes": ("groupe:eleve",),
    },
)
"""Those of the first degree; what they replace has the names of the second."""

LEGAL = 1
DIRECTION = ("DIR", "DIRECTION", "-", "SANS OBJET")
"""The function of who directs an école: there it is a speciality of a teacher, told apart by ENTEnsFonctionDir."""


def eleve(fiche: EleveAaf1d, nommer: Nommer) -> tuple[Personne, list[Rattachement], list[Membre], list[Lien]]:
    """A pupil: her level stands where the second degree has the MEF."""
    niveau, libelle = fiche.niveau or ("", "")
    personne = Personne(
        "eleve",
        fiche.nom_usage or fiche.nom_famille,
        fiche.prenom,
        fiche.nom_famille,
        fiche.civilite,
        fiche.naissance,
        fiche.ine,
        None,
        "",
        niveau,
        libelle,
        fiche.structure,
        "",
        "",
    )
    rattachements = [] if fiche.structure is None else [(fiche.structure, "[]")]
    membres = [(c.structure, "division", nommer("division", c), "eleve", "") for c in fiche.classes]
    membres += [(g.structure, "groupe", nommer("groupe", g), "eleve", "") for g in fiche.groupes]
    liens: list[Lien] = [(a.personne, a.type_lien, LEGAL, False, False, False) for a in fiche.autorites]
    return personne, rattachements, membres, liens


def personnel(fiche: PersEducNatAaf1d) -> tuple[Personne, list[Rattachement]]:
    """A member of staff, in each école where she has a function; nothing says whom she teaches."""
    fonctions = fonctions_de(fiche)
    for ecole in fiche.directions:
        siennes = fonctions.setdefault(ecole, [])
        if not any(code == DIRECTION[0] for code, *_ in siennes):
            siennes.append(DIRECTION)
    profil = rules.profil_personnel(fiche.enseignant, None, [f.code for f in fiche.fonctions])
    return agent(fiche, profil), rattachements_de(fonctions)
