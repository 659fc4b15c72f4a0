"""The diagnosis tables of guide 002, on a school that was played up to the ENT (DIAG-02 to DIAG-23)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from rentree.demo import messages
from rentree.demo.etapes import deposer_liens
from rentree.population import ResponsableEnDouble
from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_ine
from tests.chaine.histoires import Histoire, histoire

ENT = "un incident sur l'ENT administration - identifiants utilisateurs"
OUVRIR = f"Ouvrir un dossier d'assistance concernant {ENT}."
PAGE = {"Accept": "text/html"}


def agent(numero: int, nom: str, source: str, *affectations: msg.AffectationAgentMsg) -> dict[str, Any]:
    """A dossier administratif."""
    return msg.AgentMsg(
        id=numero,
        nom_usage=nom,
        prenom="Maud",
        date_naissance=date(1979, 4, 2),
        source=source,
        affectations=affectations,
    ).valeurs()


@pytest.fixture(scope="module")
def h(installation: Any) -> Iterator[Histoire]:
    """Tuesday 27 August 2013, the deposit; Thursday, the ENT is fed; mistakes are typed; Saturday, a complete feed."""
    with histoire(installation, "chaine_diag", "toulouse-2013", "2013-08-27") as h:
        h.jouer("academie", "bascules", "nomenclatures", "structure", "dossiers", "scolarites", "emploi_du_temps")
        h.jouer("import", "exports", "groupes")
        _mal_saisir(h)
        deposer_liens(h.r)
        h.dits["t0"] = h.suivi(h.dits["eleve"])
        h.dans(48)
        h.dits["t48"] = {q: h.suivre(q) for q in ("Guy Et", *(h.dits[n] for n in ("eleve", "parent", "professeur")))}
        h.dits["pages"] = {q: _page(h, q) for q in (h.dits["eleve"], "personne de ce nom")}
        _se_tromper(h)
        corrige = f"{h.dits['corrige'].nom} Zénobie"
        h.dits["jeudi"] = {q: h.suivre(q) for q in ("3A_G2", "3a_g", h.dits["parent"], corrige)}
        h.r.aller(h.local("2013-08-31T08:00"))
        h.dits["samedi"] = {q: h.suivre(q) for q in ("3A_G2", h.dits["parent"], corrige)}
        yield h


def _page(h: Histoire, q: str) -> str:
    return unescape(h.bac["pilotage"].get("/suivre", params={"q": q}, headers=PAGE).text)


def _mal_saisir(h: Histoire) -> None:
    """Before the deposit: two people in one fiche, a calendar of SIECLE that is not EDT's, a teacher set aside."""
    bee, p = h.r.clients["siecle_bee"], h.r.population
    double = next(a for a in p.anomalies if isinstance(a, ResponsableEnDouble))
    doublon = p.responsables_par_id[double.responsable_id]
    autres = [x for x in p.responsables if doublon.nom not in (x.nom, x.nom_usage)]
    h.dits |= {
        "parent": f"{doublon.nom} {doublon.prenom}",
        "eleve": _sans_histoire(h),
        "deux": autres[0].id,
        "corrige": autres[1],
    }
    h.r.clients["siecle_bee"].demander(
        "PATCH", f"{h.bee}/responsables/{autres[0].id}", json={"prenom": "Guy Et Yvette"}
    )
    calendrier = bee.lire(f"{h.bee}/communs/calendrier")
    bee.demander("PUT", f"{h.bee}/communs/calendrier", json={**calendrier, "rentree_eleves": "2013-09-10"})
    service = next(s for s in p.besoins.services if s.enseignants)
    numero = service.enseignants[0][0]
    enseignant = next(a for a in p.agents if a.id == numero)
    h.dits |= {"professeur": enseignant.nom_usage or enseignant.nom, "agent_id": str(numero)}
    h.r.clients["edt"].demander(
        "PUT",
        f"{h.r.edt}/exportables",
        json=[
            {
                "exportable": False,
                "structure": service.structure,
                "matiere": service.matiere,
                "modalite": service.modalite,
            }
        ],
    )
    _inscrire_ailleurs(h)
    h.r.clients["rectorat"].poster("/api/agents", [agent(91001, "TALBOUR", "gigc"), agent(91002, "VERNOULT", "epp")])


def _sans_histoire(h: Histoire) -> str:
    """A pupil with a group, whom no mistake of the population strikes."""
    p = h.r.population
    frappes = {getattr(a, "eleve_id", 0) for a in p.anomalies}
    membres = {m for g in p.besoins.groupes if "/" not in g.code for m in g.membres}
    rejetes = {m for g in p.besoins.groupes if "/" in g.code for m in g.membres}
    e = next(e for e in p.eleves if e.origine == "base" and e.id in membres - rejetes - frappes)
    return f"{e.nom} {e.prenom}"


def _inscrire_ailleurs(h: Histoire) -> None:
    """A pupil of the neighbour, whose fiche is complete with its INE: no ENT project holds that school."""
    p, bee = h.r.population, h.r.clients["siecle_bee"]
    modele = next(e for e in p.eleves if e.origine == "base" and e.ine)
    fiche = messages.dossier(p, modele, cle="AILLEURS").avec(
        nom="ORVALIER", nom_usage="", ine=fabriquer_ine(990_777_777), uai_origine=""
    )
    voisine = f"/api/etablissements/{p.voisin.uai}/bases/{h.r.millesime}"
    cree = bee.poster(f"{voisine}/eleves", fiche.valeurs())
    reste = next(x for x in bee.lire(f"{voisine}/eleves") if x["division"])
    place = {"mef": reste["mef"], "division": reste["division"], "regime": "2", "options": []}
    bee.demander("PATCH", f"{voisine}/eleves/{cree['eleve_id']}", json=place)


def _se_tromper(h: Histoire) -> None:
    """On Thursday: a group renamed in STS-Web, the doublon merged, a first name corrected."""
    sts, bee = h.r.clients["sts_web"], h.r.clients["siecle_bee"]
    groupe = next(g for g in sts.lire(f"{h.sts}/groupes") if g["code"] == "3A_G2")
    sts.demander(
        "PUT",
        f"{h.sts}/groupes/3A_G2",
        json={"code": "3A_GX", "libelle": groupe["libelle"], "divisions": [d["code"] for d in groupe["divisions"]]},
    )
    sts.poster(f"{h.sts}/exports/structure")
    sts.poster(f"{h.sts}/exports/services", {"destination": "sconet"})
    (doublon,) = bee.lire(f"{h.bee}/doublons-responsables")
    garde, part = (x["personne_id"] for x in doublon["responsables"])
    h.dits["fusion"] = (garde, part)
    bee.poster(f"{h.bee}/doublons-responsables", {"supprimer": part, "remplacer": garde})
    bee.demander("PATCH", f"{h.bee}/responsables/{h.dits['corrige'].id}", json={"prenom": "Zénobie"})


def seul(dossiers: list[dict[str, Any]], **cles: str) -> dict[str, Any]:
    (trouve,) = [d for d in dossiers if all(d["cles"].get(n) == v for n, v in cles.items())]
    return trouve


def observation(dossier: dict[str, Any], code: str) -> dict[str, Any]:
    (trouvee,) = [o for o in dossier["observations"] if o["code"] == code]
    observee: dict[str, Any] = trouvee
    return observee


# --- first question, tables 1 to 3 -----------------------------------------------------------------------------------


@pytest.mark.procedure("DIAG-02")
def test_the_first_question_is_the_account(h: Histoire) -> None:
    """No account: the tables of « Compte inexistant »; an account and no link: the table of « Compte existant »."""
    absent, present = h.dits["t0"], seul(h.dits["t48"][h.dits["eleve"]])
    assert (absent["compte"], absent["diagnostic"]["anomalie"]) == ("inexistant", "Compte inexistant")
    assert absent["assistance"]["constat"] == "compte_famille"
    assert (present["compte"], present["assistance"]["constat"]) == ("existant", "lien")
    atss = h.suivi("TALBOUR")
    assert (atss["compte"], atss["diagnostic"]["anomalie"]) == ("inexistant", "Compte ENT inexistant")
    assert "Y a-t-il un compte ENT ?" in h.dits["pages"][h.dits["eleve"]]


@pytest.mark.procedure("DIAG-03")
def test_everything_right_and_the_delay_over_is_a_dossier_on_the_ent(h: Histoire) -> None:
    """Before T+48 h: wait, until that date. After it, data checked and right: the heading of the ENT, to the word."""
    avant = h.dits["t0"]
    assert (avant["etat"], avant["assistance"]["rubriques"], avant["assistance"]["ouvrir"]) == ("en_route", [], False)
    arrivee = datetime.fromisoformat(avant["echeance"])
    assert arrivee == h.local("2013-08-29T05:00")
    assert "Pas de dossier d'assistance avant le jeudi 29 août 2013" in avant["assistance"]["phrase"]
    apres = seul(h.dits["t48"][h.dits["eleve"]])
    assert apres["etat"] == "arrive"
    assert apres["assistance"]["rubriques"] == [ENT]
    assert apres["assistance"]["diagnostic"] == "Les données sont correctes"
    assert apres["assistance"]["phrase"].endswith(f"ouvrir un dossier d'assistance concernant {ENT}.")
    fiche, place = apres["verifications"]
    assert (fiche["ou"], place["ou"], fiche["bon"], place["bon"]) == ("SIECLE-BEE", "SIECLE-BEE", True, True)
    assert place["reponse"].startswith("3A ; ")  # the division, then the groups
    prof = seul(h.dits["t48"][h.dits["professeur"]], agent_id=h.dits["agent_id"])
    assert prof["verifications"][1]["quoi"] == "Service, divisions et groupes saisis"
    assert f"« {ENT} »" in h.dits["pages"][h.dits["eleve"]]


@pytest.mark.procedure("DIAG-06")
def test_an_atss_without_account(h: Histoire) -> None:
    """Absent or wrong in GI/GC: a dossier on GI/GC; in EPP, on STS-Web; unknown everywhere: by who it is."""
    atss, prof = h.suivi("TALBOUR"), h.suivi("VERNOULT")
    assert (atss["ou"], atss["assistance"]["rubriques"]) == ("rectorat", ["GI/GC"])
    assert atss["verifications"][0]["ou"] == "GI/GC"
    assert (prof["ou"], prof["assistance"]["rubriques"]) == ("rectorat", ["STS-Web"])
    # Mended now, the account is there once the remontée of tonight has been integrated.
    assert datetime.fromisoformat(atss["echeance"]) > h.r.maintenant() + timedelta(hours=24)
    absents = h.r.clients["pilotage"].lire("/api/suivre", q="personne de ce nom")["absents"]
    par_public = {a["quoi"]: a for a in absents}
    gigc = par_public["agent"]
    assert (gigc["regle"], gigc["assistance"]["rubriques"]) == ("DIAG-06", ["GI/GC"])
    assert gigc["diagnostic"]["interlocuteur"] == "Le secrétariat vérifie dans l'application GI/GC pour les ATSS"
    assert par_public["enseignant"]["assistance"]["rubriques"] == ["STS-Web"]
    assert "« GI/GC »" in h.dits["pages"]["personne de ce nom"]
    present = next(a for a in h.r.population.agents if a.source != "EPP")
    trouve = h.suivi(present.nom_usage or present.nom, agent_id=str(present.id))
    assert (trouve["compte"], trouve["assistance"]["rubriques"]) == ("existant", [ENT])


@pytest.mark.procedure("DIAG-07")
def test_a_complete_fiche_without_account(h: Histoire) -> None:
    """Complete with the INE, and no account (no ENT project holds her school): the heading of the ENT, now."""
    (dossier,) = h.suivre("ORVALIER")
    assert (dossier["code"], dossier["ou"]) == ("SANS_PROJET", "aaf")
    assert (dossier["compte"], dossier["diagnostic"]["anomalie"]) == ("inexistant", "Compte inexistant")
    assert dossier["verifications"][0] == {
        "ou": "SIECLE-BEE",
        "quoi": "La fiche élève est complète avec l'INE",
        "reponse": "oui",
        "bon": True,
    }
    assert (dossier["assistance"]["phrase"], dossier["assistance"]["ouvrir"]) == (OUVRIR, True)
    parent = next(d for d in h.dits["t48"][h.dits["parent"]])
    assert parent["verifications"][0]["quoi"].endswith("complète avec respect des peignes de saisie")


# --- groups, doublons, logins ----------------------------------------------------------------------------------------


@pytest.mark.procedure("DIAG-15")
def test_a_group_renamed_in_mid_year(h: Histoire) -> None:
    """On Thursday the old name is said to stay; on Saturday the ENT holds both, and says which one is the relic."""
    jeudi, samedi = seul(h.dits["jeudi"]["3A_G2"]), seul(h.dits["samedi"]["3A_G2"])
    assert (jeudi["etat"], jeudi["code"], jeudi["ou"]) == ("retire", "RENOMME_EN_COURS_D_ANNEE", "sts_web")
    assert (samedi["etat"], samedi["code"], samedi["ou"]) == ("retire", "ANCIEN_NOM", "ent")
    assert samedi["diagnostic"]["anomalie"] == "Classe, groupe ou séance en double dans l'ENT"
    assert "retirer l'ancien dans STS-Web puis exporter" in samedi["remede"]
    assert datetime.fromisoformat(samedi["echeance"]) == h.local("2013-09-02T05:00")
    assert "Le logiciel d'emploi du temps porte encore ce nom" in samedi["conclusion"]
    groupes = {g["nom"] for g in h.r.clients["ent"].lire("/api/projets/ENT-RENTREE/groupes")}
    assert {"3A_G2", "3A_GX"} <= groupes


def test_a_code_typed_in_part_lists_its_groups(h: Histoire) -> None:
    """The beginning of a code, in small letters, lists the groups that begin so, each in every application."""
    trouves = {d["cles"]["groupe"]: {t["service"] for t in d["traces"]} for d in h.dits["jeudi"]["3a_g"]}
    assert {"3A_G1", "3A_G2", "3A_GX"} <= set(trouves)
    assert all(code.startswith("3A_G") for code in trouves)
    assert {"sts_web", "siecle_bee", "aaf", "edt", "ent"} <= trouves["3A_G1"]


@pytest.mark.procedure("DIAG-16")
def test_a_parent_with_two_accounts(h: Histoire) -> None:
    """Two accounts and the merge to do; once merged, which one goes, when it is deactivated, when it is deleted."""
    deux = h.dits["t48"][h.dits["parent"]]
    assert len({d["cles"]["compte"] for d in deux}) == len(deux) == 2
    for dossier in deux:
        assert dossier["diagnostic"]["anomalie"] == "Parent à deux comptes, notifications en double"
        fusion = observation(dossier, "DOUBLON_RESPONSABLE")
        assert fusion["menu"] == "Fiches élèves > Doublons responsables > Chercher"
        assert datetime.fromisoformat(fusion["echeance"]) == h.local("2013-08-31T05:00")
    _, part = h.dits["fusion"]
    apres = seul(h.suivre(_compte(deux, part)), personne_id=str(part))
    assert (apres["etat"], apres["compte"], apres["code"]) == ("retire", "desactive", "FICHE_FUSIONNEE")
    assert apres["diagnostic"]["anomalie"] == "Parent à deux comptes, dont un désactivé"
    assert datetime.fromisoformat(apres["echeance"]) == h.local("2013-10-26T05:00")  # 56 days after the 31st


def _compte(dossiers: list[dict[str, Any]], personne: int) -> str:
    compte: str = seul(dossiers, personne_id=str(personne))["cles"]["compte"]
    return compte


@pytest.mark.procedure("DIAG-17")
def test_an_odd_login(h: Histoire) -> None:
    """Two people in one fiche; a first name corrected in SIECLE: the displayed name follows, the login does not."""
    (deux,) = h.dits["t48"]["Guy Et"]
    assert deux["cles"]["compte"].startswith("guy_et_yvette.")
    assert "administrateur de l'ENT" in observation(deux, "DEUX_PERSONNES_EN_UNE_FICHE")["remede"]
    corrige = f"{h.dits['corrige'].nom} Zénobie"
    jeudi, samedi = seul(h.dits["jeudi"][corrige]), seul(h.dits["samedi"][corrige])
    assert jeudi["etat"] == "en_route"  # the correction is on its way: nothing to conclude on the login yet
    assert datetime.fromisoformat(jeudi["echeance"]) == h.local("2013-08-31T05:00")
    assert samedi["code"] == "IDENTIFIANT_FIGE"
    assert samedi["cles"]["compte"] == jeudi["cles"]["compte"]
    assert samedi["qui"] == "L'administrateur de l'ENT"
    assert samedi["remede"].startswith("Aucun remède dans SIECLE")


@pytest.mark.procedure("DIAG-18")
def test_pronote_waits_for_the_purge(h: Histoire) -> None:
    """The account that is kept cannot be matched while its doublon exists, deactivated: the day of its deletion."""
    garde, _ = h.dits["fusion"]
    dossier = seul(h.dits["samedi"][h.dits["parent"]], personne_id=str(garde))
    pronote = observation(dossier, "PRONOTE_NON_RAPPROCHE")
    assert "le rapprochement des identifiants PRONOTE n'est pas possible" in pronote["raison"]
    assert datetime.fromisoformat(pronote["echeance"]) == h.local("2013-10-26T05:00")
    assert "56 jours" in pronote["remede"]


# --- dates, timetables, the general rule -----------------------------------------------------------------------------


@pytest.mark.procedure("DIAG-21")
def test_many_date_anomalies_are_harmless(h: Histoire) -> None:
    """The calendar of EDT is not SIECLE's: said once, with the rule, and the link is in the ENT all the same."""
    membre = next(e for e in h.r.population.eleves if h.r.population.besoins.groupes[0].membres[0] == e.id)
    dossier = h.suivi(f"{membre.nom} {membre.prenom}", eleve_id=str(h.r.eleves[membre.id]))
    dates = next(o for o in dossier["observations"] if o["code"].startswith("ELEGRP"))
    assert dates["anomalie"] == "Beaucoup d'anomalies de dates d'un coup"
    assert "sans conséquence" in dates["raison"]
    assert (dates["menu"], dates["service"]) == ("Communs > Calendrier", "siecle_bee")
    assert dossier["code"] != dates["code"]
    ent = next(t for t in dossier["traces"] if t["service"] == "ent")
    assert ent["details"]["groupes"] != "aucun"


@pytest.mark.procedure("DIAG-22")
def test_a_timetable_that_is_missing(h: Histoire) -> None:
    """On the page: courses made « non exportable » in EDT, and whom the ENT's import did not match."""
    texte = _page(h, h.dits["professeur"])
    assert "Emploi du temps d'un enseignant absent de l'ENT" in texte
    assert "« non exportable » dans EDT" in texte
    dossier = seul(h.dits["t48"][h.dits["professeur"]], agent_id=h.dits["agent_id"])
    assert (dossier["code"], dossier["ou"]) == ("NON_EXPORTABLE", "edt")


@pytest.mark.procedure("DIAG-23")
def test_one_looks_upstream_first(h: Histoire) -> None:
    """The page opens on the guide's sentence, and the stop that is told is the first along the chain."""
    texte = h.dits["pages"]["personne de ce nom"]
    assert "« Le fonctionnement de l'ENT est souvent révélateur du bon ou du mauvais renseignement »" in texte
    incomplete = h.r.population.eleves_par_id[h.r.population.anomalies[0].eleve_id]  # type: ignore[union-attr]
    dossier = h.suivi(f"{incomplete.nom} {incomplete.prenom}", eleve_id=str(h.r.eleves[incomplete.id]))
    assert (dossier["ou"], dossier["assistance"]["phrase"]) == (
        "siecle_bee",
        "Fiche incomplète : le secrétariat complète la fiche.",
    )
