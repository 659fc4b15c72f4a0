"""Typed records with nasty values, of every category, generation and degree: what the format can carry."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from shared.formats.aaf import (
    EleveAaf,
    EleveAaf1d,
    EtabEducNatAaf,
    EtabEducNatAaf1d,
    Fiche,
    Grammaire,
    MatiereEducNatAaf,
    MefEducNatAaf,
    PersEducNatAaf,
    PersEducNatAaf1d,
    PersRelEleveAaf,
    PersRelEleveAaf1d,
)
from shared.formats.aaf.valeurs import (
    Autorite,
    ClasseEcole,
    CodeLibelle,
    Commune,
    DansStructure,
    DateDeClasse,
    DivisionDeclaree,
    Fonction,
    GroupeDeclare,
    LienResponsable,
    Lignes,
    MatiereDansStructure,
    MefDansStructure,
    NomCourant,
)

MECHANTS = (
    "œuvre à 3 € de Ÿvonne",
    "d'Artagnan l’aîné",
    'guillemet " double',
    "&amp; &#38; <b>]]></b> &#233;",
    "X" * 100,
    "é" * 100,
    "ŁÓDŹ ſtraße 中文 \U0001f600",
    " espaces  partout ",
    "tab\tfin\nde\rligne\r\n",
    "value",
    "</value></attr>",
)
CARACTERES = st.characters(exclude_categories=("Cs",), exclude_characters="".join(map(chr, range(32))) + "\ufffe\uffff")
TEXTE = st.sampled_from(MECHANTS) | st.text(CARACTERES | st.sampled_from("\t\n\r"), max_size=12)
"""Whatever XML carries, "$" included: outside composite values it is an ordinary character."""

PLEIN = TEXTE.filter(bool)
CHAMP = TEXTE.map(lambda texte: texte.replace("$", "S"))
DERNIER = CHAMP.filter(bool)
NOMBRE = st.integers(0, 2**31 - 1)
JOUR = st.dates(date(1, 1, 1), date(9999, 12, 31))
OUI = st.sampled_from([True, False, None])
CODE = st.text("0123456789", min_size=1, max_size=11)
LIGNES = st.builds(Lignes, CHAMP, CHAMP, CHAMP, CHAMP)
DANS = st.builds(DansStructure, NOMBRE, DERNIER)
ENTREE = st.builds(DateDeClasse, NOMBRE, JOUR, DERNIER)
MATIERE_DANS = st.builds(MatiereDansStructure, NOMBRE, CHAMP, DERNIER)
COUPLE = st.builds(CodeLibelle, DERNIER, DERNIER)
FONCTION = st.builds(Fonction, NOMBRE, CHAMP, CHAMP, CHAMP, DERNIER)
CLASSE_ECOLE = st.builds(ClasseEcole, NOMBRE, st.builds(CodeLibelle, CHAMP, CHAMP), CHAMP, DERNIER)
COMMUNE = st.builds(Commune, CHAMP, CHAMP, DERNIER)
ANCIENS_LIENS = st.sampled_from([10, 20, 39, 50, 51, 70, 90])
NOM = st.builds(NomCourant, CHAMP, CHAMP, CHAMP)
SANS_TIRET = DERNIER.map(lambda texte: texte.replace("-", " ").strip() or "A")


def suite(elements: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """From nothing to three of them."""
    return st.lists(elements, max_size=3).map(tuple)


def optionnel(elements: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One of them, or None."""
    return st.none() | elements


def _divisions(noms: list[str]) -> tuple[str, ...]:
    return tuple(noms)


GROUPE = st.one_of(
    st.builds(GroupeDeclare, CHAMP, CHAMP, st.lists(DERNIER, min_size=1, max_size=3).map(_divisions)),
    st.builds(GroupeDeclare, CHAMP, DERNIER, st.just(())),
)
DIVISION = st.builds(DivisionDeclaree, CHAMP, DERNIER, suite(DERNIER))
ETAT_CIVIL = {"nom_famille": TEXTE, "nom_usage": TEXTE, "prenom": TEXTE, "civilite": TEXTE}


def eleves(grammaire: Grammaire) -> st.SearchStrategy[Fiche]:
    ancien = grammaire is Grammaire.SDET_4
    lien = st.builds(
        LienResponsable,
        NOMBRE,
        ANCIENS_LIENS if ancien else st.integers(0, 99),
        st.booleans(),
        st.integers(0, 1 if ancien else 2),
        st.booleans(),
        st.just(False) if ancien else st.booleans(),
    )
    champs: dict[str, Any] = ETAT_CIVIL | {
        "jointure": NOMBRE,
        "eleve_id": optionnel(NOMBRE),
        "naissance": optionnel(JOUR),
        "prenoms": suite(PLEIN),
        "liens": suite(lien),
        "boursier": OUI,
        "regime": TEXTE,
        "transport": OUI,
        "statut": TEXTE,
        "mef": TEXTE,
        "libelle_mef": TEXTE,
        "niveau": TEXTE,
        "filiere": TEXTE,
        "enseignements": suite(st.tuples(PLEIN, PLEIN)),
        "structure": optionnel(NOMBRE),
        "classes": suite(DANS),
        "groupes": suite(DANS),
    }
    if not ancien:
        champs |= {
            "ine": TEXTE,
            "adresse": LIGNES,
            "code_postal": TEXTE,
            "ville": TEXTE,
            "pays": TEXTE,
            "adresse_de": optionnel(NOMBRE),
        }
    if grammaire in (Grammaire.V6_3, Grammaire.V6_4):
        champs |= {"entrees": suite(ENTREE), "sorties": suite(ENTREE)}
    return st.builds(EleveAaf, **champs)


def responsables(grammaire: Grammaire) -> st.SearchStrategy[Fiche]:
    champs: dict[str, Any] = ETAT_CIVIL | {
        "jointure": NOMBRE,
        "naissance": optionnel(JOUR),
        "telephone_domicile": TEXTE,
        "telephone_travail": TEXTE,
        "code_postal": TEXTE,
        "ville": TEXTE,
        "pays": TEXTE,
    }
    if grammaire is Grammaire.SDET_4:
        champs |= {"adresse": CHAMP.map(Lignes), "diffusion_adresse": st.none()}
    else:
        champs |= {
            "eleves": suite(NOMBRE),
            "adresse": LIGNES,
            "diffusion_adresse": OUI,
            "mobiles": suite(PLEIN),
            "mels": suite(PLEIN),
            "mobile_sms": TEXTE,
        }
    return st.builds(PersRelEleveAaf, **champs)


def personnels(grammaire: Grammaire) -> st.SearchStrategy[Fiche]:
    champs: dict[str, Any] = ETAT_CIVIL | {
        "jointure": NOMBRE,
        "naissance": optionnel(JOUR),
        "mel": TEXTE,
        "structure": optionnel(NOMBRE),
        "disciplines": suite(COUPLE),
        "discipline_poste": optionnel(COUPLE),
        "mefs": suite(st.builds(MefDansStructure, NOMBRE, CHAMP, DERNIER)),
        "matieres": suite(DANS),
        "classes": suite(DANS),
        "groupes": suite(DANS),
        "matieres_classes": suite(MATIERE_DANS),
        "matieres_groupes": suite(MATIERE_DANS),
        "principal": suite(DANS),
        "fonctions": suite(FONCTION),
        "enseignant": st.none() if grammaire is Grammaire.SDET_4 else OUI,
        "devant_eleves": OUI,
    }
    if grammaire is Grammaire.V6_4:
        champs |= {"prenoms": suite(PLEIN)}
    return st.builds(PersEducNatAaf, **champs)


def etablissements(grammaire: Grammaire) -> st.SearchStrategy[Fiche]:
    ancien = grammaire is Grammaire.SDET_4
    nom = st.builds(NomCourant, SANS_TIRET | st.just(""), SANS_TIRET, st.just("")) if ancien else NOM
    textes = "uai siren type_structure tutelle contrat boite_postale rue code_postal commune telephone telecopie"
    champs: dict[str, Any] = dict.fromkeys(textes.split(), TEXTE) | {
        "jointure": NOMBRE,
        "nom": nom,
        "rattachement": optionnel(NOMBRE),
        "bassin": optionnel(COUPLE),
        "academie": SANS_TIRET if ancien else TEXTE,
        "divisions": suite(DIVISION),
        "groupes": suite(GROUPE),
    }
    if not ancien:
        champs |= {"mel": TEXTE}
    if grammaire is Grammaire.V6_4:
        champs |= {"code_type_structure": TEXTE, "code_tutelle": TEXTE, "code_academie": TEXTE}
    return st.builds(EtabEducNatAaf, **champs)


MEFS = st.builds(MefEducNatAaf, code=CODE, libelle=TEXTE, rattachement=TEXTE, mefstat11=TEXTE)
MATIERES = st.builds(MatiereEducNatAaf, code=CODE, libelle=TEXTE)

_DEUX: dict[str, Any] = ETAT_CIVIL | {"jointure": NOMBRE}
ELEVES_1D = st.builds(
    EleveAaf1d,
    **_DEUX,
    ine=TEXTE,
    naissance=optionnel(JOUR),
    structure=optionnel(NOMBRE),
    autorites=suite(st.builds(Autorite, NOMBRE, st.integers(0, 99))),
    restaurant=OUI,
    transport=OUI,
    garderie_matin=OUI,
    garderie_soir=OUI,
    etudes=OUI,
    niveau=optionnel(COUPLE),
    cycle=optionnel(COUPLE),
    type_classe=optionnel(COUPLE),
    entrees=suite(ENTREE),
    sorties=suite(ENTREE),
    classes=suite(CLASSE_ECOLE),
    groupes=suite(CLASSE_ECOLE),
    prenoms=suite(PLEIN),
)
RESPONSABLES_1D = st.builds(
    PersRelEleveAaf1d,
    **_DEUX,
    eleves=suite(NOMBRE),
    adresse=LIGNES,
    code_postal=TEXTE,
    ville=TEXTE,
    pays=TEXTE,
    diffusion_adresse=OUI,
    telephone_domicile=TEXTE,
    mobiles=suite(PLEIN),
    mels=suite(PLEIN),
    telephone_travail=TEXTE,
    prenoms=suite(PLEIN),
)
PERSONNELS_1D = st.builds(
    PersEducNatAaf1d,
    **_DEUX,
    naissance=optionnel(JOUR),
    prenoms=suite(PLEIN),
    structure=optionnel(NOMBRE),
    fonctions=suite(FONCTION),
    enseignant=OUI,
    directions=suite(NOMBRE),
    specialites=suite(COUPLE),
    mel=TEXTE,
)
_TEXTES_ECOLE = "uai siren type_structure tutelle secteur academie rue boite_postale code_postal ville telephone mel"
ECOLES = st.builds(
    EtabEducNatAaf1d,
    **dict.fromkeys(_TEXTES_ECOLE.split(), TEXTE),
    jointure=NOMBRE,
    nom=NOM,
    circonscription=optionnel(NOMBRE),
    commune=optionnel(COMMUNE),
    rpi=optionnel(COMMUNE),
    telecopie=TEXTE,
)


def fiches(grammaire: Grammaire) -> st.SearchStrategy[Fiche]:
    """A record of any category, with all that `grammaire` carries and nothing more."""
    if grammaire is Grammaire.V6_3_1D:
        return st.one_of(ELEVES_1D, RESPONSABLES_1D, PERSONNELS_1D, ECOLES)
    return st.one_of(
        eleves(grammaire),
        responsables(grammaire),
        personnels(grammaire),
        etablissements(grammaire),
        MEFS,
        MATIERES,
    )
