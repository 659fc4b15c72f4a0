"""Faults of teachers, ATSS, groups and divisions: guide 002, guide 000 §3.1, guide 001 §4, guide 004 §3.5."""

from __future__ import annotations

from datetime import date

from rentree.demo.etapes import PROJET
from tests.chaine.ecran import Ecran
from tests.chaine.pannes import (
    ACADEMIE,
    CHEF,
    DIVISION,
    DPE,
    DPE_EPP,
    INCONNU,
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
)
from tests.chaine.pannes_familles import compte, deposer

RATTACHEMENT = "Services et ARE > Rattachement"
SUPPORT = "Services et ARE > Changement support"
SUPPLEANTS = "Services suppléants > Saisie rapide"
STRUCTURE, SERVICES = "Exports > Structure", "Exports > Services"


def enseigne(nom: str, structure: str = DIVISION) -> Presence:
    """The teacher's account has that class or that group."""

    def vrai(m: Monde) -> bool:
        vu = m.compte(nom)
        return vu is not None and structure in (*vu["classes"], *vu["groupes"])

    return vrai


def peuple(code: str) -> Presence:
    """The group of the ENT has pupils."""

    def vrai(m: Monde) -> bool:
        groupe = m.ensemble("groupes", code)
        return groupe is not None and bool(groupe["eleves"])

    return vrai


# --- remedies -------------------------------------------------------------------------------------------------------


def affecter_agent(fonction: str) -> Remede:
    """The dossier administratif: « Enregistrer l'affectation »."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        ecran.valider("/affectations", uai=m.uai, fonction=fonction)

    return faire


def saisir_services(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Rattachement: two hours with the division, then the exports."""
    matiere = m.matiere(DIVISION)
    (enseignant,) = ecran.page.xpath(
        f"//select[@name='enseignant'][1]/option[contains(., '{d['libelle'].split()[0]}')]/@value"
    )[:1]
    ecran.valider("/services/rattachement", structure=DIVISION, matiere=matiere, heures="2.00", enseignant=enseignant)
    m.exporter("services")


def exporter_services(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Exports > Services."""
    ecran.valider("/exports/services", destination="sconet")


def exporter_structure(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Exports > Structure, then Services."""
    ecran.valider("/exports/structure")
    m.exporter("services")


def cocher_suppleant(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Saisie rapide: her line is ticked, then the exports."""
    nom = d["libelle"].split()[0]
    (cle,) = ecran.page.xpath(f"//tr[contains(., '{nom}')]//input[@name='suppleances']/@value")
    ecran.valider("/services-suppleants/saisie-rapide", suppleances=cle)
    m.exporter("structure", "services")


def dater_suppleance(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """EPP: the appointment has the right dates."""
    ecran.cliquer("Modifier l'affectation").valider("/affectations", debut="2021-08-20", fin="2022-07-01")


def basculer_support(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Changement support: the services of the teacher who is absent go to his remplaçant."""
    adresse = ecran.adresse.partition("?")[0]
    choisi = m.ecran(f"{adresse}?origine={m.eleves['absent']}")
    choisi.valider("/services/changement-support", destinataire=d["cles"]["agent_id"])
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


def ajouter_au_projet(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """AAF, Projets: the school is added to the project of the ENT."""
    uais = "\n".join((m.uai, m.h.r.population.voisin.uai))
    ecran.cliquer(PROJET).valider(f"/projets/{PROJET}", uais=uais)


def ouvrir_dossier(nom: str) -> Remede:
    """GI/GC: a new dossier, then its affectation."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        fiche = ecran.cliquer("Nouveau dossier").valider(
            "/agents", nom_usage=nom, prenom="Maud", date_naissance="1979-04-02", source="gigc"
        )
        fiche.valider("/affectations", uai=m.uai, fonction="ADF")

    return faire


def renommer_et_importer(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """EDT: the group takes a name that STS-Web accepts; its file goes to STS-Web; the exports."""
    ancien, nouveau = d["cles"]["groupe"], d["cles"]["groupe"].replace("/", "-")
    groupes = m.ecran(f"{m.h.bac['edt'].base_url}{m.uai}/{m.h.r.annee}/groupes")
    groupes.valider("/groupes/nom", ancien=ancien, nouveau=nouveau)
    reponse = m.edt.demander("POST", f"{m.h.r.edt}/exports/sts")
    fichier = (f"emp_sts_{m.uai}_{m.h.r.annee}.xml", reponse.content, "application/xml")
    ecran.valider("/imports/emploi-du-temps", fichiers={"fichier": fichier}, conserver_services="oui")
    m.exporter("structure", "services")


def doter_groupe(code: str) -> Remede:
    """Rattachement: a teacher for the group, then the export."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        matiere = m.h.r.population.besoins.services[0].matiere
        (un, *_) = ecran.page.xpath("//select[@name='enseignant'][1]/option/@value[. != '']")
        ecran.valider("/services/rattachement", structure=code, matiere=matiere, heures="2.00", enseignant=un)
        m.exporter("services")

    return faire


# --- faults -------------------------------------------------------------------------------------------------------


def _nomme(numero: int, nom: str, **place: object) -> Faute:
    return lambda m: m.nommer(numero, nom, "epp", m.affectation(**place))


def _sans_affectation(numero: int, nom: str, source: str) -> Faute:
    return lambda m: m.nommer(numero, nom, source)


def _remplacant(numero: int, nom: str) -> Faute:
    def faire(m: Monde) -> None:
        service = next(s for s in m.h.r.population.besoins.services if s.structure == DIVISION and s.enseignants)
        m.eleves["absent"] = service.enseignants[0][0]
        m.nommer(numero, nom, "epp", m.affectation(nature="REP", supplee_id=m.eleves["absent"]))

    return faire


def _suppleant(numero: int, nom: str, debut: date, fin: date) -> Faute:
    def faire(m: Monde) -> None:
        services = [s for s in m.h.r.population.besoins.services if s.structure == DIVISION and s.enseignants]
        absent = services[-1].enseignants[0][0]
        m.nommer(numero, nom, "epp", m.affectation(nature="SUP", supplee_id=absent, debut=debut, fin=fin))

    return faire


def _service_non_exporte(numero: int) -> Faute:
    """Named, and given a service after the last export of the services."""
    return lambda m: m.service(DIVISION, numero)


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


def _division_non_exportee(code: str) -> Faute:
    def faire(m: Monde) -> None:
        mefs = list(m.h.r.population.divisions_par_code[DIVISION].mefs)
        m.sts.poster(f"{m.h.sts}/divisions", [{"code": code, "libelle": code, "mefs": mefs}])

    return faire


NOUVEAU = Arret("AGENT_SANS_AFFECTATION", "rectorat", "Rectorat > Agents", DPE, affecter_agent("ENS"), compte("TREBES"))
SANS_SERVICE = Arret("SANS_SERVICE", "sts_web", RATTACHEMENT, CHEF, saisir_services)
SANS_ELEVE = Arret("GROUPE_SANS_ELEVE", "siecle_bee", LIENS, SECRETARIAT, deposer)
NON_RATTACHE = Arret("SUPPLEANT_NON_RATTACHE", "sts_web", SUPPLEANTS, CHEF, cocher_suppleant)
AOUT, JUILLET = date(2021, 8, 20), date(2022, 7, 1)

AVANT = (
    Panne(
        "ATSS sans affectation",
        _sans_affectation(92001, "RABAST", "gigc"),
        ("RABAST",),
        "agent",
        (Arret("AGENT_SANS_AFFECTATION", "rectorat", "Rectorat > Agents", DPE, affecter_agent("ADF")),),
        compte("RABAST"),
    ),
    Panne(
        "enseignant sans service",
        _nomme(92002, "SALVAT"),
        ("SALVAT",),
        "enseignant",
        (SANS_SERVICE,),
        enseigne("SALVAT"),
    ),
    Panne(
        "suppléant non rattaché",
        _suppleant(92003, "URSINE", AOUT, JUILLET),
        ("URSINE",),
        "enseignant",
        (NON_RATTACHE,),
        enseigne("URSINE"),
    ),
    Panne(
        "remplaçant sans support",
        _remplacant(92004, "VABREI"),
        ("VABREI",),
        "enseignant",
        (Arret("SANS_SERVICE", "sts_web", SUPPORT, CHEF, basculer_support),),
        enseigne("VABREI"),
    ),
    Panne(
        "CPE sans affectation",
        _sans_affectation(92007, "VILLAC", "epp"),
        ("VILLAC",),
        "agent",
        (Arret("AGENT_SANS_AFFECTATION", "rectorat", "Rectorat > Agents", DPE, affecter_agent("EDU")),),
        compte("VILLAC"),
    ),
    Panne(
        "établissement d'aucun projet",
        _du_voisin("WISSOU"),
        ("WISSOU",),
        "eleve",
        (Arret("SANS_PROJET", "aaf", "AAF : Projets", ACADEMIE, ajouter_au_projet),),
        compte("WISSOU"),
    ),
    # pairs
    Panne(
        "enseignant sans affectation, puis sans service",
        _sans_affectation(92005, "TREBES", "epp"),
        ("TREBES",),
        "enseignant",
        (NOUVEAU, SANS_SERVICE),
        enseigne("TREBES"),
        la_nuit=True,
    ),
    Panne(
        "suppléance hors dates, puis non rattachée",
        _suppleant(92006, "XAINTE", date(2021, 9, 20), JUILLET),
        ("XAINTE",),
        "enseignant",
        (
            Arret(
                "SUPPLEANCE_HORS_DATES", "rectorat", "Rectorat > Agents", DPE_EPP, dater_suppleance, compte("XAINTE")
            ),
            NON_RATTACHE,
        ),
        enseigne("XAINTE"),
        la_nuit=True,
    ),
)
"""Made before the first night: EPP and GI/GC tell STS-Web in the evening."""

APRES = (
    Panne(
        "services non exportés",
        _service_non_exporte(1011),
        ("SCHNEIDER",),
        "enseignant",
        (Arret("SERVICES_NON_EXPORTES", "sts_web", SERVICES, CHEF, exporter_services),),
        enseigne("SCHNEIDER"),
    ),
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
    Panne(
        "ATSS inconnu partout",
        lambda m: None,
        ("ZUYDCO",),
        INCONNU,
        (Arret("DIAG-06", "rectorat", "Rectorat > Agents", DPE, ouvrir_dossier("ZUYDCO")),),
        compte("ZUYDCO"),
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
