"""Faults of teachers and ATSS: guide 002 (« Compte inexistant » and « Compte existant »), guide 000 §3.1."""

from __future__ import annotations

from datetime import date

from tests.chaine.ecran import Ecran
from tests.chaine.pannes import (
    CHEF,
    DIVISION,
    DPE,
    DPE_EPP,
    INCONNU,
    TIENT_EDT,
    Arret,
    Dossier,
    Faute,
    Monde,
    Panne,
    Presence,
    Remede,
    compte,
)

RATTACHEMENT = "Services et ARE > Rattachement"
SUPPORT = "Services et ARE > Changement support"
SUPPLEANTS = "Services suppléants > Saisie rapide"
SERVICES = "Exports > Services"
CORRESPONDANCES = "Fichier > Avec STSWEB > Établir les correspondances"


def enseigne(nom: str, structure: str = DIVISION) -> Presence:
    """The teacher's account has that class or that group."""

    def vrai(m: Monde) -> bool:
        vu = m.compte(nom)
        return vu is not None and structure in (*vu["classes"], *vu["groupes"])

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


def ouvrir_dossier(nom: str) -> Remede:
    """GI/GC: a new dossier, then its affectation."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        fiche = ecran.cliquer("Nouveau dossier").valider(
            "/agents", nom_usage=nom, prenom="Maud", date_naissance="1979-04-02", source="gigc"
        )
        fiche.valider("/affectations", uai=m.uai, fonction="ADF")

    return faire


def etablir_correspondance(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """EDT, Établir les correspondances: his line; then its file goes to STS-Web, and the services to SIECLE."""
    nom = d["libelle"].split()[0]
    ligne = m.ecran(f"{ecran.adresse.partition('?')[0]}?onglet=professeur").cliquer(f"la correspondance de {nom}")
    (code,) = ligne.page.xpath(f"//select[@name='sts_code']/option[contains(., '{nom}')]/@value")
    ligne.valider("/correspondances", pour={"genre": "professeur"}, sts_code=code)
    importer_emploi_du_temps(m, conserver_services="non")
    m.exporter("structure", "services")


def importer_emploi_du_temps(m: Monde, *, conserver_services: str) -> None:
    """EDT writes its file, STS-Web takes it in: Imports > Emploi du temps."""
    reponse = m.edt.demander("POST", f"{m.h.r.edt}/exports/sts")
    fichier = (f"emp_sts_{m.uai}_{m.h.r.annee}.xml", reponse.content, "application/xml")
    ecran = m.ecran(f"{m.h.bac['sts_web'].base_url}{m.uai}/{m.h.r.annee}/imports/emploi-du-temps")
    ecran.valider("/imports/emploi-du-temps", fichiers={"fichier": fichier}, conserver_services=conserver_services)


# --- faults ---------------------------------------------------------------------------------------------------------


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


def _sans_correspondance(numero: int, structure: str) -> Faute:
    """Given a class in EDT, where nothing says any longer who he is in STS-Web."""

    def faire(m: Monde) -> None:
        perdue = {"genre": "professeur", "code": str(numero), "sts_code": None}
        m.edt.demander("PUT", f"{m.h.r.edt}/correspondances", json=[perdue])
        service = {"structure": structure, "matiere": m.matiere(structure), "heures": "2"}
        m.edt.poster(f"{m.h.r.edt}/services", [service | {"enseignants": [{"id": numero, "heures": "2"}]}])

    return faire


def _service_non_exporte(numero: int) -> Faute:
    """Named, and given a service after the last export of the services."""
    return lambda m: m.service(DIVISION, numero)


NOUVEAU = Arret("AGENT_SANS_AFFECTATION", "rectorat", "Rectorat > Agents", DPE, affecter_agent("ENS"), compte("TREBES"))
SANS_SERVICE = Arret("SANS_SERVICE", "sts_web", RATTACHEMENT, CHEF, saisir_services)
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
        "ATSS inconnu partout",
        lambda m: None,
        ("ZUYDCO",),
        INCONNU,
        (Arret("DIAG-06", "rectorat", "Rectorat > Agents", DPE, ouvrir_dossier("ZUYDCO")),),
        compte("ZUYDCO"),
    ),
)
"""Made once the first night has passed."""

TARDIVES = (
    Panne(
        "professeur d'EDT sans correspondance",
        _sans_correspondance(1014, "6A"),
        ("NAVARRO",),
        "enseignant",
        (Arret("SANS_CORRESPONDANCE", "edt", CORRESPONDANCES, TIENT_EDT, etablir_correspondance),),
        enseigne("NAVARRO", "6A"),
    ),
)
"""Made on Thursday, asked on Saturday: to mend it, EDT's services replace those typed in STS-Web."""
