"""Bodies and answers of the routes, in JSON."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.siecle_bee.models import BaseEleves, Division, Eleve, Groupe, LienResponsable, Personne
from services.siecle_bee.rules.annees import EtatBase
from services.siecle_bee.use_cases.fiches import FicheLue
from shared.contracts.echanges import AdresseMsg, OptionMsg


class Corps(BaseModel):
    """A body: unknown fields are refused, so that a slip of the pen is seen."""

    model_config = ConfigDict(extra="forbid")


class CalendrierCorps(Corps):
    """Communs > Calendrier > Année scolaire."""

    rentree_eleves: date
    sortie_eleves: date
    rentree_professeurs: date
    sortie_professeurs: date


class SelectionCorps(Corps):
    """Nomenclatures to keep; `matieres` null: those of the programmes of these MEF."""

    mefs: list[str]
    matieres: list[str] | None = None


class DemandeAjoutCorps(Corps):
    """A nomenclature asked of the académie: its code, if known, and what the school really teaches."""

    genre: Literal["mef", "matiere"]
    code: str = ""
    texte: str


class MatiereLocaleCorps(Corps):
    """A matière that a lycée professionnel defines: code on 6 characters, code de gestion on 5, label on 20."""

    code: str
    code_gestion: str
    libelle: str


class ClesCorps(Corps):
    """Keys of waiting dossiers; null: all."""

    cles: list[str] | None = None


class ExportEpleCorps(Corps):
    """The exit of pupils and the export of their dossiers to another school."""

    eleve_ids: list[int]
    vers: str
    date_sortie: date
    motif: str = "10"
    millesime: int | None = None


class FicheCorps(Corps):
    """Changes of a fiche; absent fields stay as they are. `date_sortie` null: the pupil comes back."""

    nom: str | None = None
    nom_usage: str | None = None
    prenom: str | None = None
    prenom2: str | None = None
    prenom3: str | None = None
    sexe: Literal["1", "2"] | None = None
    date_naissance: date | None = None
    pays_naissance: str | None = None
    commune_naissance: str | None = None
    ville_naissance: str | None = None
    nationalite: str | None = None
    regime: str | None = None
    statut: str | None = None
    redoublant: bool | None = None
    boursier: bool | None = None
    transport: bool | None = None
    telephone_personnel: str | None = None
    telephone_portable: str | None = None
    telephone_professionnel: str | None = None
    accepte_sms: bool | None = None
    mel: str | None = None
    date_entree: date | None = None
    mef: str | None = None
    division: str | None = None
    options: list[OptionMsg] | None = None
    adresse: AdresseMsg | None = None
    date_sortie: date | None = None
    motif_sortie: str | None = None

    def changements(self) -> dict[str, Any]:
        """What was given; null stands for nothing, but for `date_sortie`."""
        donnes = {nom: getattr(self, nom) for nom in self.model_fields_set}
        return {nom: valeur for nom, valeur in donnes.items() if valeur is not None or nom == "date_sortie"}


class LigneSaisieCorps(Corps):
    """One line of Saisie en masse; absent or null fields stay as they are. `groupe`: one more group."""

    eleve_id: int
    mef: str | None = None
    division: str | None = None
    options: list[OptionMsg] | None = None
    regime: str | None = None
    groupe: str | None = None


class ResponsableCorps(Corps):
    """Changes of a responsable. `compte_ts`: the digit of a télé-services identifier in use, 0 for none."""

    civilite: str | None = None
    nom: str | None = None
    nom_usage: str | None = None
    prenom: str | None = None
    telephone_personnel: str | None = None
    telephone_portable: str | None = None
    telephone_professionnel: str | None = None
    accepte_sms: bool | None = None
    mel: str | None = None
    profession: str | None = None
    compte_ts: int | None = Field(None, ge=0, le=99)
    adresse: AdresseMsg | None = None


class FusionCorps(Corps):
    """A pair of Doublons responsables."""

    supprimer: int
    remplacer: int


class GroupeCorps(Corps):
    """A pupil put in a group by hand."""

    groupe: str


def base_json(b: BaseEleves, etat: EtatBase) -> dict[str, Any]:
    """A base as the API gives it."""
    return {
        "uai": b.uai,
        "millesime": b.millesime,
        "etat": etat,
        "origine": b.origine,
        "ouverte_le": b.ouverte_le,
        "nomenclatures": {
            "version_recue": b.version_recue,
            "version_profilee": b.version_profilee,
            "recues_le": b.recue_le,
            "profilees_le": b.profilee_le,
        },
        "structures_recues_le": b.structures_recues_le,
        "services_exportes_le": b.services_exportes_le,
    }


def calendrier_json(b: BaseEleves) -> dict[str, date]:
    """The calendar of a base."""
    return {
        "rentree_eleves": b.rentree_eleves,
        "sortie_eleves": b.sortie_eleves,
        "rentree_professeurs": b.rentree_professeurs,
        "sortie_professeurs": b.sortie_professeurs,
    }


def fiche_json(f: FicheLue) -> dict[str, Any]:
    """A line of Recherche et MAJ."""
    e: Eleve = f.eleve
    return {
        "eleve_id": e.eleve_id,
        "elenoet": e.elenoet,
        "ine": e.ine,
        "nom": e.nom,
        "nom_usage": e.nom_usage,
        "prenom": e.prenom,
        "prenoms": [p for p in (e.prenom, e.prenom2, e.prenom3) if p],
        "sexe": e.sexe,
        "date_naissance": e.date_naissance,
        "mef": e.mef,
        "mef_propose": e.mef_propose,
        "division": e.division,
        "regime": e.regime,
        "date_entree": e.date_entree,
        "date_sortie": e.date_sortie,
        "origine": e.origine,
        "scolarise": f.scolarise,
        "etat": f.etat,
        "manques": [{"code": m.code, "phrase": m.phrase, "onglet": m.onglet} for m in f.manques],
    }


COLONNES_DETAIL = (
    "pays_naissance",
    "commune_naissance",
    "ville_naissance",
    "nationalite",
    "statut",
    "redoublant",
    "boursier",
    "transport",
    "telephone_personnel",
    "telephone_portable",
    "telephone_professionnel",
    "accepte_sms",
    "mel",
    "motif_sortie",
    "an_dernier",
    "uai_origine",
    "ine_demande_le",
    "modifie_le",
)


def responsable_json(lien: LienResponsable, p: Personne) -> dict[str, Any]:
    """A responsable of a pupil."""
    return {
        "personne_id": p.personne_id,
        "civilite": p.civilite,
        "nom": p.nom,
        "nom_usage": p.nom_usage,
        "prenom": p.prenom,
        "niveau": lien.niveau,
        "parente": lien.parente,
        "paie_frais": lien.paie_frais,
        "percoit_aides": lien.percoit_aides,
        "heberge": lien.heberge,
        "prioritaire": lien.prioritaire,
        "compte_ts": p.compte_ts,
    }


def division_json(d: Division) -> dict[str, Any]:
    """A division received."""
    return {"code": d.code, "libelle": d.libelle, "mefs": d.mefs, "effectif_prevu": d.effectif_prevu}


def groupe_json(g: Groupe) -> dict[str, Any]:
    """A group received."""
    return {
        "code": g.code,
        "libelle": g.libelle,
        "mefs": g.mefs,
        "divisions": g.divisions,
        "effectif_prevu": g.effectif_prevu,
    }
