"""Profil académique: the settings on which the guides differ, and one preset per guide.

Source: procedures, "Profil académique" (table of settings, table of presets). The first value of each row
is the default. A dotted name of the table (`structure.longueur_code`) is a field here, with underscores.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from shared.contracts.refus import Inconnu, Refus
from shared.horloge import annees

Fuseau = Literal["Europe/Paris", "Pacific/Noumea"]
Habillage = Literal["2023", "2021", "2018", "2013"]

HEURE_DEBUT = time(8, 0)


class ProfilAcademique(BaseModel):
    """What an académie and its year fix; immutable, and the same in JSON (`model_dump_json`).

    Fields are the rows of the table, plus: `zone`, the holiday zone (north only); `aaf_bascule`, "MM-DD", the
    day on which the AAF collects the coming year (inferred; None = the calendar's own); `nuits`, the name of
    the night timetable (shared.horloge.nuits.HORAIRES); `jour_debut`, the day on which a new bac starts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    nom: str = "nice-2021"
    calendrier: annees.Calendrier = "nord"
    zone: Literal["A", "B", "C"] = "B"
    fuseau: Fuseau = "Europe/Paris"
    habillage: Habillage = "2023"
    structure_longueur_code: Literal[8, 20] = 8
    structure_caracteres: Literal["guides", "large"] = "guides"
    sts_nom_export_edt: Literal["avec_annee", "sans_annee"] = "avec_annee"
    sts_documentalistes: Literal["presents", "absents"] = "presents"
    sts_exports_apres_import: Literal["structure_puis_services", "services"] = "structure_puis_services"
    edt_import_structure: Literal["sans_classes_ni_services", "complet"] = "sans_classes_ni_services"
    edt_jeu_siecle: Literal[7, 6] = 7
    netsynchro: Literal["non", "oui"] = "non"
    bee_message_depot: Literal["fichier_depose", "aucun"] = "fichier_depose"
    bee_suivi_date: Literal["traitement", "soumission"] = "traitement"
    bee_liens_date_hors_annee: Literal["recalee", "vide"] = "recalee"
    bee_bascule: Literal["mai-juin", "mai"] = "mai-juin"
    bee_doublons_conseil: Literal["avant_bascule", "juin-juillet", "septembre"] = "avant_bascule"
    aaf_chemin_services: Literal["via_bee", "sts_direct"] = "via_bee"
    aaf_bascule: str | None = None
    delai_ent: Literal["48h", "48-72h", "1-2j_apres_traitement"] = "48h"
    ent_purge: int = Field(default=56, ge=1, le=3650)
    ent_login: Literal["prenom.nom"] = "prenom.nom"
    # The table gives no literal: VERDON is Nice's own desk, so the nameless « dossier d'assistance » is the
    # default. ACC-14 verdon, ACC-15 dossier, ACC-16 forum.
    assistance: Literal["dossier", "verdon", "forum"] = "dossier"
    nuits: Literal["jours_ouvres", "tous_les_jours"] = "jours_ouvres"
    jour_debut: date = date(2021, 8, 23)

    @field_validator("aaf_bascule")
    @classmethod
    def _jour_valide(cls, valeur: str | None) -> str | None:
        if valeur is not None:
            try:
                annees.jour_de_l_annee(valeur)
            except Refus as refus:
                raise ValueError(refus.phrase) from refus
        return valeur

    @property
    def zone_horaire(self) -> ZoneInfo:
        """The académie's time zone."""
        return ZoneInfo(self.fuseau)

    @property
    def debut(self) -> datetime:
        """The first instant of a new bac: `jour_debut` at 08:00 local, aware, in UTC."""
        return datetime.combine(self.jour_debut, HEURE_DEBUT, self.zone_horaire).astimezone(UTC)

    def annee_sts(self, jour: date) -> int:
        """The STS year in progress on local day `jour`."""
        return annees.annee_sts(jour, self.calendrier)

    def annee_sts_preparation(self, jour: date) -> int | None:
        """The STS year in preparation on `jour`, or None outside the period."""
        return annees.annee_sts_preparation(jour, self.calendrier)

    def millesime_bee(self, jour: date) -> int:
        """The SIECLE millésime in progress on `jour`."""
        return annees.millesime_bee(jour, self.calendrier)

    def millesime_bee_preparation(self, jour: date) -> int | None:
        """The SIECLE millésime in preparation on `jour`, or None outside the period."""
        return annees.millesime_bee_preparation(jour, self.calendrier)

    def millesime_de_l_annee(self, annee: int) -> int:
        """The SIECLE millésime of STS year `annee`."""
        return annees.millesime_de_l_annee(annee, self.calendrier)

    def annee_collectee(self, jour: date) -> int:
        """The STS year that the AAF collects on `jour`."""
        return annees.annee_collectee(jour, self.calendrier, self.aaf_bascule)

    def regle(self, nom: str) -> Any:
        """Return a setting by its dotted name. Raises `Inconnu` (REGLAGE_INCONNU)."""
        if nom not in CHAMPS:
            raise _reglage_inconnu(nom)
        return getattr(self, CHAMPS[nom])

    def en_reglages(self) -> dict[str, Any]:
        """Return every setting under its dotted name, as plain JSON values, in the order of the table."""
        valeurs = self.model_dump(mode="json")
        return {nom: valeurs[champ] for nom, champ in CHAMPS.items()}

    def avec_reglages(self, reglages: Mapping[str, Any]) -> ProfilAcademique:
        """Return a copy with some settings changed; keys are dotted names, values are JSON values.

        Raises `Inconnu` (REGLAGE_INCONNU) for an unknown name, `Refus` (REGLAGE_INVALIDE) for a bad value.
        """
        valeurs = self.model_dump(mode="json")
        for nom, valeur in reglages.items():
            if nom not in CHAMPS:
                raise _reglage_inconnu(nom)
            valeurs[CHAMPS[nom]] = valeur
        return depuis_json(valeurs)


# Dotted name of the table → field, in the order of the table.
CHAMPS: dict[str, str] = {
    "calendrier": "calendrier",
    "calendrier.zone": "zone",
    "fuseau": "fuseau",
    "habillage": "habillage",
    "structure.longueur_code": "structure_longueur_code",
    "structure.caracteres": "structure_caracteres",
    "sts.nom_export_edt": "sts_nom_export_edt",
    "sts.documentalistes": "sts_documentalistes",
    "sts.exports_apres_import": "sts_exports_apres_import",
    "edt.import_structure": "edt_import_structure",
    "edt.jeu_siecle": "edt_jeu_siecle",
    "netsynchro": "netsynchro",
    "bee.message_depot": "bee_message_depot",
    "bee.suivi.date": "bee_suivi_date",
    "bee.liens.date_hors_annee": "bee_liens_date_hors_annee",
    "bee.bascule": "bee_bascule",
    "bee.doublons.conseil": "bee_doublons_conseil",
    "aaf.chemin_services": "aaf_chemin_services",
    "aaf.bascule": "aaf_bascule",
    "delai.ent": "delai_ent",
    "ent.purge": "ent_purge",
    "ent.login": "ent_login",
    "assistance": "assistance",
    "nuits": "nuits",
    "jour_debut": "jour_debut",
}


def depuis_json(valeurs: str | bytes | Mapping[str, Any]) -> ProfilAcademique:
    """Read a profile from JSON text or from its decoded object (field names).

    Raises `Refus` (REGLAGE_INVALIDE) naming each bad setting by its dotted name.
    """
    try:
        if isinstance(valeurs, str | bytes):
            return ProfilAcademique.model_validate_json(valeurs)
        return ProfilAcademique.model_validate(dict(valeurs))
    except ValidationError as erreur:
        pointes = {champ: nom for nom, champ in CHAMPS.items()}
        fautifs = sorted({str(e["loc"][0]) if e["loc"] else "JSON" for e in erreur.errors()})
        noms = ", ".join(f"« {pointes.get(champ, champ)} »" for champ in fautifs)
        raise Refus(
            f"Le profil académique a des réglages qui ne conviennent pas : {noms}.",
            code="REGLAGE_INVALIDE",
            remede="Choisissez pour chacun une valeur de la liste affichée sur la page du profil.",
            details={"reglages": [pointes.get(champ, champ) for champ in fautifs]},
        ) from erreur


# What a guide does not say keeps the default. Zone: Nice is in zone B; Toulouse was in zone A until 2015, in
# zone C since. `jour_debut`: the Monday about ten days before the guide's rentrée.
PROFILS: dict[str, ProfilAcademique] = {
    p.nom: p
    for p in (
        ProfilAcademique(
            nom="nice-2021",
            habillage="2021",
            delai_ent="48-72h",
            bee_message_depot="aucun",
            bee_doublons_conseil="septembre",
            assistance="verdon",
            jour_debut=date(2021, 8, 23),
        ),
        ProfilAcademique(
            nom="fiche-2013",
            habillage="2013",
            bee_suivi_date="soumission",
            delai_ent="1-2j_apres_traitement",
            jour_debut=date(2013, 8, 26),
        ),
        ProfilAcademique(
            nom="toulouse-2013",
            zone="A",
            habillage="2013",
            sts_exports_apres_import="services",
            bee_bascule="mai-juin",
            bee_doublons_conseil="juin-juillet",
            ent_purge=56,  # ENTmip; 42 for eCollège31: a setting of the ENT project
            assistance="dossier",
            jour_debut=date(2013, 8, 26),
        ),
        ProfilAcademique(
            nom="toulouse-2023",
            zone="C",
            habillage="2023",
            delai_ent="48h",
            sts_nom_export_edt="sans_annee",
            edt_import_structure="sans_classes_ni_services",
            edt_jeu_siecle=6,
            netsynchro="oui",
            sts_documentalistes="absents",
            bee_bascule="mai",
            bee_doublons_conseil="avant_bascule",
            aaf_chemin_services="via_bee",
            jour_debut=date(2023, 8, 21),
        ),
        ProfilAcademique(
            nom="noumea-2018",
            calendrier="sud",
            fuseau="Pacific/Noumea",
            habillage="2018",
            structure_longueur_code=20,
            sts_nom_export_edt="avec_annee",
            edt_import_structure="complet",
            edt_jeu_siecle=7,
            bee_message_depot="fichier_depose",
            bee_suivi_date="traitement",
            bee_liens_date_hors_annee="recalee",
            assistance="forum",
            jour_debut=date(2018, 2, 5),
        ),
    )
}


def profil(nom: str) -> ProfilAcademique:
    """Return the preset called `nom`. Raises `Inconnu` (PROFIL_INCONNU)."""
    try:
        return PROFILS[nom]
    except KeyError:
        raise Inconnu(
            f"Le profil académique « {nom} » n'existe pas.",
            code="PROFIL_INCONNU",
            remede=f"Choisissez l'un de ceux-ci : {', '.join(PROFILS)}.",
        ) from None


def _reglage_inconnu(nom: str) -> Inconnu:
    return Inconnu(
        f"Le profil académique n'a pas de réglage « {nom} ».",
        code="REGLAGE_INCONNU",
        remede="Les réglages sont ceux de la page du profil ; leur nom s'écrit avec des points.",
    )
