"""What an ENT tells the GAR: the settings of its connector, who is exported under which profile, who is left out.

Source: connectors reference §7.2 (naming, delivery), §7.3 (selection); what no source says is marked « Déduit ».
"""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Casse = Literal["minuscules", "majuscules"]
Fonctions = Literal["entcore", "toutatice"]
Responsables = Literal["direction", "direction_documentation", "liste", "aucun"]
Depot = Literal["aucun", "dossier", "sftp"]


class ReglagesGar(BaseModel):
    """The settings of a GAR connector."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ident: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9.-][A-Za-z0-9_.-]{0,29})?$",
        title="idENT",
        description="Code du projet auprès du GAR, en tête du nom des fichiers. Vide : le code du projet d'ENT.",
    )
    casse: Casse = Field(
        default="minuscules",
        title="Codes des profils",
        json_schema_extra={
            "libelles": {
                "minuscules": "National_elv, National_ens… (entcore)",
                "majuscules": "National_ELV, National_ENS… (Toutatice)",
            }
        },
    )
    fonctions: Fonctions = Field(
        default="entcore",
        title="Profil d'un personnel selon sa fonction",
        description="Les deux exportateurs publics diffèrent sur ORI, ASE, MDS, BED, FIJ, FCA et ADE.",
        json_schema_extra={"libelles": {"entcore": "comme entcore", "toutatice": "comme Toutatice"}},
    )
    noeuds_par_fichier: int = Field(
        default=10_000,
        ge=1,
        le=1_000_000,
        title="Nœuds par fichier",
        description="Au-delà, un fichier de plus. Déduit : un nœud est une fiche (GAREleve, GARPersonMEF…).",
    )
    responsables: Responsables = Field(
        default="direction",
        title="Responsables d'affectation",
        description="Dans un ENT, un groupe tenu à la main. Déduit ici de la fonction ; 50 par établissement au plus, "
        "avec une adresse.",
        json_schema_extra={
            "libelles": {
                "direction": "la direction",
                "direction_documentation": "la direction et les documentalistes",
                "liste": "ceux de la liste",
                "aucun": "personne",
            }
        },
    )
    liste_responsables: list[str] = Field(
        default=[],
        max_length=500,
        title="Liste des responsables d'affectation",
        description="Clés de jointure (ENTPersonJointure), séparées par des espaces.",
    )
    conserves: int = Field(
        default=30,
        ge=1,
        le=1000,
        title="Exports conservés",
        description="Les derniers. Leurs archives quittent alors aussi le dossier de dépôt.",
    )
    depot: Depot = Field(
        default="aucun",
        title="Dépôt de l'archive, puis de son .md5",
        json_schema_extra={
            "libelles": {
                "aucun": "aucun : à télécharger",
                "dossier": "dans un dossier de l'installation",
                "sftp": "par SFTP",
            }
        },
    )
    hote: str = Field(default="", pattern=r"^[A-Za-z0-9.:-]{0,253}$", title="SFTP : serveur")
    port: int = Field(default=22, ge=1, le=65_535, title="SFTP : port")
    utilisateur: str = Field(default="", pattern=r"^[A-Za-z0-9._@-]{0,64}$", title="SFTP : utilisateur")
    dossier: str = Field(default="", max_length=200, title="SFTP : dossier", description="Vide : celui de l'arrivée.")
    cle_hote: str = Field(
        default="",
        max_length=2000,
        title="SFTP : clé publique du serveur",
        description="Une ligne de known_hosts sans le nom : « ssh-ed25519 AAAA… ». Toute autre clé est refusée.",
    )


MAX_RESPONSABLES = 50
MATIERE = re.compile(r"[0-9]{2}[0-9A-Z]{4}")
_PREFIXE = re.compile(r"^[A-Z0-9_]+-")
_EVS = frozenset(["EDU", "AED", "AES", "ASH", "ASE", "SUR", "CPE", "AVS", "BED", "EEI", "FIJ", "INJ", "ORI"])
_TOUTATICE = {"ORI": "ETA", "ASE": "ETA", "MDS": "ETA", "BED": "ENS", "FIJ": "ENS", "FCA": "ENS", "ADE": "EVS"}


def sigle(fonction: str, regle: Fonctions = "entcore") -> str:
    """DOC, DIR, COL, ENS, EVS or ETA: the profile of a function code of the AAF."""
    if regle == "toutatice" and fonction in _TOUTATICE:
        return _TOUTATICE[fonction]
    if fonction in ("DOC", "CIO", "DCT"):
        return "DOC"
    if fonction in ("DIR", "COL", "ENS"):
        return fonction
    return "EVS" if fonction in _EVS else "ETA"


def code_profil(sigle_: str, casse: Casse) -> str:
    """`National_ens` or `National_ENS`."""
    return f"National_{sigle_.lower() if casse == 'minuscules' else sigle_}"


def profils(profil: str, fonctions: Sequence[str], reglages: ReglagesGar) -> list[str]:
    """The profile codes of an account in one school, sorted.

    Arguments: `profil` of the account; `fonctions`, its function codes there (`-`: none). A teacher without function is
    ENS, other staff ETA.
    """
    if profil == "eleve":
        return [code_profil("ELV", reglages.casse)]
    sigles = {sigle(f, reglages.fonctions) for f in fonctions if f not in ("", "-")}
    return sorted(code_profil(s, reglages.casse) for s in sigles or {"ENS" if profil == "enseignant" else "ETA"})


def matiere(code: str) -> str | None:
    """A matière code without the prefix of an académie; None when it has not the form that the GAR takes."""
    propre = _PREFIXE.sub("", code)
    return propre if MATIERE.fullmatch(propre) else None


def libelle_matiere(code: str, libelle: str | None) -> str:
    """Its label; « MATIERE <code> » without one."""
    return libelle or f"MATIERE {code}"


CIVILITES = {"M.": "M.", "M": "M.", "MR": "M.", "MME": "Mme", "MLLE": "Mme"}


def civilite(texte: str) -> str:
    """`M.` or `Mme`, "" for anything else."""
    return CIVILITES.get(texte.strip().upper(), "")


EXCLUSIONS: dict[str, tuple[str, str]] = {
    "RESPONSABLE_LEGAL": ("Responsables : le GAR ne connaît jamais les parents.", "Rien n'est à faire."),
    "COMPTE_INVITE": (
        "Comptes invités : ils ne viennent pas de l'annuaire. (Déduit.)",
        "Rien n'est à faire.",
    ),
    "COMPTE_DESACTIVE": (
        "Comptes désactivés ou supprimés.",
        "Si la personne est revenue, attendez son retour dans l'alimentation de l'AAF.",
    ),
    "HORS_PERIMETRE": (
        "Personnes sans établissement dans le projet.",
        "Ajoutez l'établissement au projet d'ENT, ou vérifiez le rattachement de la personne.",
    ),
    "ELEVE_SANS_MEF": (
        "Élèves exportés sans MEF.",
        "Vérifiez le MEF de l'élève dans SIECLE ; l'élève est exporté, sans GARPersonMEF.",
    ),
    "ELEVE_SANS_NIVEAU": (
        "Élèves d'école exportés sans niveau.",
        "Vérifiez le niveau de l'élève dans ONDE ; l'élève est exporté, sans GARPersonMEFSTAT4.",
    ),
    "MATIERE_INVALIDE": (
        "Matières dont le code n'a pas la forme attendue : deux chiffres, quatre signes.",
        "Vérifiez le code de la matière dans STS-Web.",
    ),
    "GROUPE_HOMONYME": (
        "Groupes qui portent le nom d'une division.",
        "Renommez le groupe dans STS-Web (dans ONDE, pour une école).",
    ),
    "APPARTENANCE_INCONNUE": (
        "Groupes qui citent une division absente : l'appartenance est laissée de côté.",
        "Vérifiez les divisions du groupe dans STS-Web, puis refaites Exports > Structure.",
    ),
    "MEMBRE_AILLEURS": (
        "Appartenances à une division ou un groupe d'un établissement où la personne n'a pas de profil.",
        "Vérifiez le rattachement de la personne.",
    ),
    "RESPONSABLE_SANS_MEL": (
        "Responsables d'affectation sans adresse : le GAR ne pourrait pas leur écrire.",
        "Renseignez l'adresse professionnelle de la personne.",
    ),
    "RESPONSABLE_EN_TROP": (
        "Responsables d'affectation au-delà de 50 dans un établissement.",
        "Restreignez la liste.",
    ),
}
"""Code → who or what is left out and why, what to do."""


def identifiant_de_projet(code: str) -> str:
    """The idENT of a project that declares none."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", code)[:30]


# --- the resources -------------------------------------------------------------------------------------------------

_CAIRN, _BLEUS = "Éditions du Cairn", "Les Nombres bleus"
RESSOURCES: tuple[dict[str, Any], ...] = tuple(
    {
        "numero": numero,
        "nom": nom,
        "editeur": editeur,
        "presentation": presentation,
        "pedagogique": pedagogique,
        "niveau": niveau,
        "domaine": domaine,
        "public": public,
        "degres": degres,
    }
    for numero, nom, editeur, presentation, pedagogique, niveau, domaine, public, degres in (
        (1, "Atlas des mers imaginaires", _CAIRN, "REF", "référence", "cycle 4", "géographie", "tous", "2D"),
        (2, "Calcul mental, mille parties", _BLEUS, "MAN", "activité", "cycle 3", "mathématiques", "tous", "1D 2D"),
        (3, "Le carnet du professeur", _CAIRN, "LOG", "guide", "secondaire", "pédagogie", "personnels", "2D"),
        (4, "Presse d'hier, questions d'aujourd'hui", "Radio Vallon", "MED", "étude", "lycée", "médias", "tous", "2D"),
        (5, "Les contes du ruisseau", "Radio Vallon", "MED", "lecture", "cycle 2", "français", "tous", "1D"),
        (6, "Le cahier de la classe", _CAIRN, "LOG", "guide", "primaire", "pédagogie", "personnels", "1D"),
    )
)
"""Invented resources that every school of a project has. `public`: tous or personnels; `degres`: of the projects."""
TYPES = {"MAN": "manuels numériques", "REF": "dictionnaires et encyclopédies", "LOG": "logiciels", "MED": "médias"}


def ark(numero: int, manuel: bool = False) -> str:
    """An invented ark identifier; 99999 is the name space of tests."""
    return f"ark:/99999/{'m' if manuel else 'r'}{numero:05d}.p"


def adresse_acces(racine: str, ident: str, uai: str, identifiant: str) -> str:
    """`urlAccesRessource`: idENT and idEtab in base64, then the ark, all URL-encoded."""
    parametres = {"idENT": _base64(ident), "idEtab": _base64(uai), "idSrc": identifiant}
    return f"{racine}?{urllib.parse.urlencode(parametres)}"


def _base64(texte: str) -> str:
    return base64.b64encode(texte.encode()).decode()


def notice(
    numero: int,
    *,
    nom: str,
    editeur: str,
    presentation: str,
    pedagogique: str,
    niveau: str,
    domaine: str,
    adresse: str,
    manuel: bool = False,
) -> dict[str, Any]:
    """A resource as the list says it (§7.5)."""
    return {
        "idRessource": ark(numero, manuel),
        "idType": "ARK",
        "nomRessource": nom,
        "idEditeur": f"editeur-{_cle(editeur)}.invalid",
        "nomEditeur": editeur,
        "urlVignette": f"https://vignettes.gar.invalid/{'m' if manuel else 'r'}{numero:05d}.png",
        "typePresentation": {"code": presentation, "nom": TYPES[presentation]},
        "typePedagogique": [_terme("pedagogique", pedagogique)],
        "typologieDocument": [_terme("document", TYPES[presentation])],
        "niveauEducatif": [_terme("niveau", niveau)],
        "domaineEnseignement": [_terme("domaine", domaine)],
        "urlAccesRessource": adresse,
        "nomSourceEtiquetteGar": "Ressources inventées de Rentrée",
        "distributeurTech": "distributeur.invalid",
        "validateurTech": "validateur.invalid",
    }


def _terme(liste: str, nom: str) -> dict[str, str]:
    return {"uri": f"https://vocabulaires.gar.invalid/{liste}/{_cle(nom)}", "nom": nom}


def _cle(texte: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", texte.lower().encode("ascii", "ignore").decode()).strip("-")
