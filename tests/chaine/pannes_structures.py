"""Faults of groups, divisions and whole schools: guide 002, guide 001 §4, guide 004 §3.5."""

from __future__ import annotations

import pytest

from rentree.demo import depart, messages
from rentree.demo.etapes import PROJET
from shared.identifiers import fabriquer_uai
from tests.chaine.ecran import Ecran
from tests.chaine.pannes import (
    ACADEMIE,
    CHEF,
    DIVISION,
    LIENS,
    SECRETARIAT,
    TIENT_EDT,
    TIENT_L_EMPLOI_DU_TEMPS,
    Arret,
    Dossier,
    Faute,
    Monde,
    Panne,
    Presence,
    Remede,
    compte,
)
from tests.chaine.pannes_personnels import SERVICES, enseigne, exporter_services, importer_emploi_du_temps
from tests.chaine.remedes_familles import deposer

STRUCTURE = "Exports > Structure"


def peuple(code: str) -> Presence:
    """The group of the ENT has pupils."""

    def vrai(m: Monde) -> bool:
        groupe = m.ensemble("groupes", code)
        return groupe is not None and bool(groupe["eleves"])

    return vrai


# --- remedies -------------------------------------------------------------------------------------------------------


def exporter_structure(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Exports > Structure, then Services."""
    ecran.valider("/exports/structure")
    m.exporter("services")


def rattacher_groupe(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Structure: the group is modified, its division added, then the exports."""
    code = d["cles"]["groupe"]
    ecran.cliquer(f"Modifier {code}").valider("/structure/modification", divisions=DIVISION)
    m.exporter("structure", "services")


def remplir_groupe(nom: str) -> Remede:
    """EDT, Groupes > Élèves: the pupil is ticked."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        ecran.cliquer(d["cles"]["groupe"]).valider("/groupe", eleves=str(m.eleves[nom]))

    return faire


def renommer_et_importer(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """EDT: the group takes a name that STS-Web accepts; its file goes to STS-Web; the exports."""
    ancien, nouveau = d["cles"]["groupe"], d["cles"]["groupe"].replace("/", "-")
    groupes = m.ecran(f"{m.h.bac['edt'].base_url}{m.uai}/{m.h.r.annee}/groupes")
    groupes.valider("/groupes/nom", ancien=ancien, nouveau=nouveau)
    importer_emploi_du_temps(m, conserver_services="oui")
    m.exporter("structure", "services")


def ajouter_au_projet(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """AAF, Projets: the school is added to the project of the ENT."""
    _mettre_au_projet(ecran, m.h.r.population.voisin.uai)


def _mettre_au_projet(projets: Ecran, uai: str) -> None:
    page = projets.cliquer(PROJET)
    (presents,) = page.page.xpath("//*[@name='uais']")
    page.valider(f"/projets/{PROJET}", uais=f"{presents.value}\n{uai}")


def ouvrir_la_base(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """The académie opens the base of the school (Bascule SIECLE-BEE); then Exports > Structure again."""
    bascule = m.ecran(f"{m.h.bac['rectorat'].base_url}bascule")
    bascule.valider("/bascule", uai=TIERS, millesime=str(m.h.r.millesime))
    ecran.valider("/exports/structure")


# --- faults ---------------------------------------------------------------------------------------------------------


def _groupe_non_exporte(code: str, membre: str) -> Faute:
    def faire(m: Monde) -> None:
        m.groupe_de_sts(code, DIVISION)
        m.groupe_d_edt(code, membre)

    return faire


def _groupe_sans_mef(code: str, membre: str) -> Faute:
    def faire(m: Monde) -> None:
        m.groupe_de_sts(code)
        m.groupe_d_edt(code, membre)

    return faire


def _groupe_vide(code: str) -> Faute:
    """In EDT without a pupil, in STS-Web, exported."""

    def faire(m: Monde) -> None:
        m.groupe_d_edt(code)
        m.groupe_de_sts(code, DIVISION)
        m.exporter("structure")

    return faire


def _lien_oublie(code: str, membre: str) -> Faute:
    """Exported; EDT has its pupil since the deposit."""

    def faire(m: Monde) -> None:
        m.groupe_de_sts(code, DIVISION)
        m.exporter("structure")
        m.groupe_d_edt(code, membre)

    return faire


def _du_voisin(nom: str) -> Faute:
    """Complete, with her INE, in the school next door: no ENT project holds it."""
    return lambda m: m.voisiner(nom)


def _export_refuse(code: str) -> Faute:
    """A school that STS-Web holds, and whose base the académie has not opened in SIECLE: a division of it, exported.

    Its staff of last year are those of the school: they are named there no more, and it must not be told of them.
    """

    def faire(m: Monde) -> None:
        p, r = m.h.r.population, m.h.r
        fiche = messages.etablissement(p.voisin, p.academie).avec(uai=TIERS)
        m.rectorat.poster("/api/etablissements", [fiche.valeurs()])
        avant = depart.avant_la_rentree(p, r.maintenant().astimezone(r.fuseau)).sts
        avant = avant.replace(m.uai.encode(), TIERS.encode())
        m.sts.demander("POST", "/api/reprise", files={"fichier": ("sts_emp.xml", avant, "application/xml")})
        m.sts.poster(f"/api/etablissements/{TIERS}/bascule", {"reconduire": []})
        annee = f"/api/etablissements/{TIERS}/annees/{r.annee}"
        mefs = list(p.divisions_par_code[DIVISION].mefs)
        m.sts.poster(f"{annee}/divisions", [{"code": code, "libelle": code, "mefs": mefs}])
        _mettre_au_projet(m.ecran(f"{m.h.bac['aaf'].base_url}projets"), TIERS)
        exports = m.ecran(f"{m.h.bac['sts_web'].base_url}{TIERS}/{r.annee}/exports/structure")
        with pytest.raises(AssertionError, match="a refusé cet export"):
            exports.valider("/exports/structure")

    return faire


def _division_non_exportee(code: str) -> Faute:
    def faire(m: Monde) -> None:
        mefs = list(m.h.r.population.divisions_par_code[DIVISION].mefs)
        m.sts.poster(f"{m.h.sts}/divisions", [{"code": code, "libelle": code, "mefs": mefs}])

    return faire


TIERS = fabriquer_uai("096", 77)
"""A third school."""
SANS_ELEVE = Arret("GROUPE_SANS_ELEVE", "siecle_bee", LIENS, SECRETARIAT, deposer)

AVANT = (
    Panne(
        "établissement d'aucun projet",
        _du_voisin("WISSOU"),
        ("WISSOU",),
        "eleve",
        (Arret("SANS_PROJET", "aaf", "AAF : Projets", ACADEMIE, ajouter_au_projet),),
        compte("WISSOU"),
    ),
)
"""Made before the first night."""

APRES = (
    Panne(
        "liens jamais déposés", _lien_oublie("4VIDE", "ALBRAC"), ("4VIDE",), "groupe", (SANS_ELEVE,), peuple("4VIDE")
    ),
    Panne(
        "services d'un groupe non exportés",
        lambda m: m.service("4LATIN", 1012),
        ("4LATIN",),
        "groupe",
        (Arret("SERVICES_NON_EXPORTES", "sts_web", SERVICES, CHEF, exporter_services),),
        enseigne("TRAN", "4LATIN"),
    ),
    # pairs
    Panne(
        "groupe vide dans EDT, puis liens à déposer",
        _groupe_vide("4EDT"),
        ("4EDT",),
        "groupe",
        (Arret("GROUPE_SANS_EFFECTIF", "edt", "Groupes > Élèves", TIENT_EDT, remplir_groupe("GAILLO")), SANS_ELEVE),
        peuple("4EDT"),
    ),
    Panne(
        "groupe non exporté, puis liens à déposer",
        _groupe_non_exporte("4NEUF", "GAILLO"),
        ("4NEUF",),
        "groupe",
        (Arret("STRUCTURE_NON_EXPORTEE", "sts_web", STRUCTURE, CHEF, exporter_structure), SANS_ELEVE),
        peuple("4NEUF"),
    ),
    Panne(
        "groupe sans MEF, puis liens à déposer",
        _groupe_sans_mef("4MEF", "GAILLO"),
        ("4MEF",),
        "groupe",
        (Arret("GROUPE_SANS_MEF", "sts_web", "Structure", CHEF, rattacher_groupe), SANS_ELEVE),
        peuple("4MEF"),
    ),
    Panne(
        "export refusé par SIECLE",
        _export_refuse("9Z"),
        ("9Z",),
        "division",
        (Arret("EXPORT_REFUSE", "sts_web", STRUCTURE, CHEF, ouvrir_la_base),),
        lambda m: m.ensemble("classes", "9Z", TIERS) is not None,
    ),
    Panne(
        "division non exportée",
        _division_non_exportee("4B"),
        ("4B",),
        "division",
        (Arret("STRUCTURE_NON_EXPORTEE", "sts_web", STRUCTURE, CHEF, exporter_structure),),
        lambda m: m.ensemble("classes", "4B") is not None,
    ),
)
"""Made once the first night has passed, and the links been deposited."""

MAL_NOMME = Panne(
    "groupe mal nommé, puis liens à déposer",
    lambda m: None,
    ("3LAT/GR", "3LAT-GR"),
    "groupe",
    (
        Arret(
            "GROUPE_REJETE_IMPORT",
            "sts_web",
            "Imports > Emploi du temps",
            TIENT_L_EMPLOI_DU_TEMPS,
            renommer_et_importer,
        ),
        SANS_ELEVE,
    ),
    peuple("3LAT-GR"),
)
"""The population's own: made by EDT's file as STS-Web took it in."""
