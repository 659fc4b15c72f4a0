"""The account-matching files: what a product reads to link its people to the accounts of the ENT. Pure functions.

Source: connectors reference §5 (columns, separators, quoting, marks, from entcore). Lines end with a line feed
(inferred).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal

from lxml import etree
from msgspec import Struct

BOM = "\ufeff"
PROFILS_ENTCORE = {"eleve": "Student", "responsable": "Relative", "enseignant": "Teacher", "invite": "Guest"}


class Ligne(Struct, frozen=True):
    """An account as these files tell of it. `responsables`, `tuteurs`: external identifiers, legal ones apart."""

    interne: str
    externe: str
    siecle: str
    profil: str
    nom: str
    prenom: str
    login: str
    code: str
    naissance: date | None
    mel: str
    fonctions: tuple[str, ...]
    etablissements: tuple[str, ...]
    classes: tuple[str, ...]
    groupes: tuple[str, ...]
    enfants: tuple[str, ...]
    proches: tuple[str, ...]
    responsables: tuple[str, ...]
    tuteurs: tuple[str, ...]

    @property
    def type(self) -> str:
        """The profile as entcore calls it."""
        return PROFILS_ENTCORE.get(self.profil, "Personnel")

    @property
    def classe(self) -> str:
        """The first class."""
        return self.classes[0] if self.classes else ""


class Format(Struct, frozen=True):
    """A file: whom it holds, its name (fixed by some readers), columns, and how it is written."""

    libelle: str
    profils: tuple[str, ...]
    colonnes: tuple[str, ...]
    valeurs: Callable[[Ligne], Sequence[str]]
    separateur: str = ";"
    cite: bool = True
    entete: bool = True
    marque: bool = True
    nom: str | None = None


def _liste(valeurs: Iterable[str]) -> str:
    return ", ".join(valeurs)


def _deux(valeurs: Sequence[str]) -> tuple[str, str]:
    return (*valeurs[:2], *("",) * (2 - len(valeurs[:2])))  # type: ignore[return-value]


def _annee(ligne: Ligne) -> str:
    return str(ligne.naissance.year) if ligne.naissance else ""


def _jour(ligne: Ligne) -> str:
    return f"{ligne.naissance:%d/%m/%Y}" if ligne.naissance else ""


TOUS = ("eleve", "responsable", "enseignant", "autre")
FORMATS: dict[str, Format] = {
    "defaut": Format(
        "entcore, toutes les colonnes",
        TOUS,
        (
            *(
                "Id",
                "Id Siecle",
                "Type",
                "Nom",
                "Prénom",
                "Login",
                "Alias de login",
                "Code d'activation",
                "Fonction(s)",
            ),
            *("Établissement(s)", "Classe(s)", "Enfant(s)", "Responsable(s)", "Dernière connexion", "E-mail", "Mobile"),
        ),
        lambda x: (
            *(x.interne, x.siecle, x.type, x.nom, x.prenom, x.login, "", x.code, _liste(x.fonctions)),
            *(_liste(x.etablissements), _liste(x.classes), _liste(x.enfants), _liste(x.proches), "", x.mel, ""),
        ),
    ),
    "gepi": Format(
        "Gepi",
        TOUS,
        (
            *("RNE", "UID", "Classe", "Profil", "Prénom", "Nom", "Login", "Mot de passe", "Clé de jointure"),
            *("UID Responsable 1", "UID Responsable 2", "UID tuteur 1", "UID tuteur 2"),
        ),
        lambda x: (
            *("", x.externe, x.classe, x.type, x.prenom, x.nom, "", "", ""),
            *_deux(x.responsables),
            *_deux(x.tuteurs),
        ),
        nom="ENT-Identifiants.csv",
    ),
    "sacoche": Format(
        "SACoche",
        TOUS,
        ("Id", "Id Siecle", "Type", "Nom", "Prénom", "Login"),
        lambda x: (x.interne, x.siecle, x.type, x.nom, x.prenom, x.login),
    ),
    "cerise-eleves": Format(
        "Cerise, élèves",
        ("eleve",),
        ("Identifiant", "Sconet", "Nom", "Prénom", "Classe", "Groupe Enseignement"),
        lambda x: (x.externe, x.siecle, x.nom, x.prenom, x.classe, _liste(x.groupes)),
        cite=False,
    ),
    "cerise-enseignants": Format(
        "Cerise, enseignants",
        ("enseignant",),
        ("Identifiant", "Nom", "Prénom", "Classe"),
        lambda x: (x.externe, x.nom, x.prenom, _liste(x.classes)),
        cite=False,
    ),
    "proeps": Format(
        "ProEPS, élèves",
        ("eleve",),
        ("Identifiant ENT", "Profil", "nom", "prénom", "Date de naissance", "Sexe", "Classe", "id sconet"),
        lambda x: (x.externe, x.type, x.nom, x.prenom, _jour(x), "", x.classe, x.siecle),
        separateur=",",
        cite=False,
    ),
    "pmb-eleves": Format(
        "PMB, élèves",
        ("eleve",),
        (),
        lambda x: (
            *(x.externe, x.nom, x.prenom, "", "", "", "", "", _annee(x), x.classe, "", x.mel, x.login, "", "", ""),
        ),
        cite=False,
        entete=False,
        marque=False,
    ),
    "pmb-enseignants": Format(
        "PMB, enseignants",
        ("enseignant",),
        (),
        lambda x: (x.externe, x.nom, x.prenom, "", "", "", "", "", _annee(x), "", x.mel, x.login, ""),
        cite=False,
        entete=False,
        marque=False,
    ),
    "chamilo": Format(
        "Chamilo",
        ("eleve", "enseignant"),
        ("NOMMA", "PRENOM", "NOMLOGMI", "MDP", "MAIL", "SGR", "GR"),
        lambda x: (x.nom, x.prenom, x.login, "", x.mel, x.classe, _liste(x.groupes)),
        cite=False,
        marque=False,
    ),
}
ESIDOC = "esidoc"
LIBELLES = {**{code: f.libelle for code, f in FORMATS.items()}, ESIDOC: "e-sidoc"}


def ecrire_csv(code: str, lignes: Iterable[Ligne]) -> bytes:
    """One of `FORMATS`, of the accounts that it holds, in UTF-8."""
    f = FORMATS[code]
    sortie = io.StringIO(BOM if f.marque else "", newline="")
    sortie.seek(0, io.SEEK_END)
    citer: Literal[0, 1] = csv.QUOTE_ALL if f.cite else csv.QUOTE_MINIMAL
    ecrivain = csv.writer(sortie, delimiter=f.separateur, quoting=citer, lineterminator="\n")
    if f.entete:
        ecrivain.writerow(f.colonnes)
    for ligne in lignes:
        if ligne.profil in f.profils:
            ecrivain.writerow(f.valeurs(ligne))
    return sortie.getvalue().encode()


def ecrire_esidoc(lignes: Iterable[Ligne]) -> bytes:
    """The borrowers of e-sidoc."""
    racine = etree.Element("FICHES_XML")
    for x in lignes:
        if x.profil not in ("eleve", "enseignant"):
            continue
        fiche = etree.SubElement(racine, "EMPRUNTEURS")
        for balise, texte in (
            ("EMPRUNTEUR_M", f"{x.nom} {x.prenom}"),
            ("DATE_NAISSANCE_M", _jour(x)),
            ("ADRESSE_M", ""),
            ("CODE_POSTAL_M", ""),
            ("VILLE_M", ""),
            ("STATUT_M_M", "Élève" if x.profil == "eleve" else "Professeur"),
            ("CLASSE_M", x.classe),
            ("COMPTE_M", x.login),
            ("MOT_DE_PASSE_M", ""),
            ("IDENTITE_ENT_M", x.externe),
            ("TYPE_EMPRUNTEUR_M", x.type),
        ):
            etree.SubElement(fiche, balise).text = texte
    return etree.tostring(racine, encoding="UTF-8", xml_declaration=True, pretty_print=True)
