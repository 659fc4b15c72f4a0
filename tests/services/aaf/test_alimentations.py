"""From remontées to feeds, night after night: what comes out, what a delta says, what stays the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from shared.contracts.echanges import RemonteeBee, sans_contenu
from shared.formats.aaf import (
    Ajout,
    Categorie,
    Enregistrement,
    Modification,
    Operation,
    Suppression,
    appliquer_delta,
    lire_alimentation,
    verifier_alimentation,
)
from shared.formats.aaf.delta import Cle

from . import jeu_aaf as jeu


@pytest.fixture
def chaine(bac: Any) -> jeu.Chaine:
    """The AAF of a bac, Monday 23 August 2021 at eight."""
    return jeu.Chaine(bac)


def operations(chaine: jeu.Chaine, numero: int, tmp_path: Path) -> list[Operation]:
    """The operations of a feed, after checking it whole (DTD, references, counts)."""
    reponse = chaine.aaf.get(f"/api/projets/ENT96/alimentations/{numero}/archive")
    assert reponse.status_code == 200, reponse.text
    chemin = tmp_path / f"{numero}.tar.gz"
    chemin.write_bytes(reponse.content)
    assert verifier_alimentation(chemin) == []
    return list(lire_alimentation(chemin))


def personnes(chaine: jeu.Chaine, numero: int, tmp_path: Path) -> dict[str, Operation]:
    """The operations on persons of a feed, by identifier."""
    lues = operations(chaine, numero, tmp_path)
    return {o.id: o for o in lues if o.categorie.value in ("Eleve", "PersRelEleve", "PersEducNat")}


def depart(chaine: jeu.Chaine, **champs: Any) -> None:
    """A small school and its staff come up."""
    base: dict[str, Any] = {
        "eleves": [jeu.eleve(1, groupes=("3AGR1", "3LAT")), jeu.eleve(2, "3B")],
        "responsables": [jeu.responsable(1), jeu.responsable(2)],
        "liens": [jeu.lien(1, 1), jeu.lien(2, 2)],
        "services": jeu.services(jeu.A, ("3A", "D", 1), ("3LAT", "G", 1), ("3B", "D", 2), pp={1: ("3A",)}),
    }
    chaine.bee(jeu.A, **base | champs)
    chaine.sts(jeu.A, jeu.enseignant(1), jeu.enseignant(2))
    chaine.rectorat(
        jeu.A,
        jeu.agent(1, jeu.A),
        jeu.agent(2, jeu.A),
        jeu.agent(3, jeu.A, fonction="DIR"),
        jeu.agent(4, jeu.A, fonction="ADF", source="gigc"),
    )


@pytest.mark.procedure("AAF-01")
@pytest.mark.procedure("AAF-02")
@pytest.mark.procedure("AAF-03")
@pytest.mark.procedure("REC-07")
def test_the_first_feed(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """The first feed is complete and valid, two nights after the remontées, and says what the sources said."""
    depart(chaine)
    chaine.projet(jeu.A)
    chaine.jusqu_a(1)
    assert chaine.alimentations() == [], "an integration takes the remontées up to the day before"
    chaine.jusqu_a(1)
    (a,) = chaine.alimentations()
    assert (a["numero"], a["type"], a["nom"]) == (1, "Complet", "ENT96_Complet_20210825.tar.gz")
    par_id = personnes(chaine, 1, tmp_path)
    assert {type(o) for o in par_id.values()} == {Ajout}
    n = chaine.numeros()
    assert n[jeu.A] == "1001"
    un = par_id[n[jeu.ine(1)]]
    assert un.valeurs_de("ENTEleveGroupes") == ("1001$3AGR1", "1001$3LAT")
    assert un.valeurs_de("ENTEleveClasses") == ("1001$3A",)
    assert un.valeur("ENTElevePersRelEleve") == f"{n['400001']}$10$1$1$0$1"
    assert par_id[n["400001"]].valeurs_de("ENTAuxPersRelEleveEleve") == (n[jeu.ine(1)],)
    prof = par_id[n["701"]]
    assert prof.valeurs_de("ENTAuxEnsClassesMatieres") == ("1001$3A$061300",)
    assert prof.valeurs_de("ENTAuxEnsGroupesMatieres") == ("1001$3LAT$061300",)
    assert prof.valeurs_de("ENTAuxEnsClassesPrincipal") == ("1001$3A",)
    assert prof.valeur("ENTPersonFonctions") == "1001$ENS$ENSEIGNEMENT$L1300$MATHEMATIQUES"
    assert par_id[n["703"]].valeur("ENTPersonFonctions") == "1001$DIR$DIRECTION$-$SANS OBJET"
    assert par_id[n["704"]].valeur("ENTPersonCategorieEnseignant") == "N"


def test_a_delta_says_only_what_changed(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """A change gives one modification with the whole record; numbers stay; a night without change is an empty delta."""
    depart(chaine)
    chaine.projet(jeu.A)
    chaine.jusqu_a(2)
    avant = chaine.numeros()
    depart(chaine, eleves=[jeu.eleve(1, groupes=("3AGR1", "3LAT")), jeu.eleve(2, "3A")])
    chaine.jusqu_a(2)
    _, vide, delta = chaine.alimentations()
    assert (vide["type"], vide["ajouts"], vide["modifications"], vide["suppressions"]) == ("Delta", 0, 0, 0)
    assert operations(chaine, 2, tmp_path) == []
    assert (delta["numero"], delta["modifications"], delta["suppressions"]) == (3, 1, 0)
    (change,) = personnes(chaine, 3, tmp_path).values()
    assert isinstance(change, Modification)
    assert (change.id, change.valeur("ENTEleveClasses")) == (avant[jeu.ine(2)], "1001$3A")
    assert change.valeur("ENTEleveINE") == jeu.ine(2), "the whole record, not the change alone"
    assert chaine.numeros() == avant


@pytest.mark.procedure("AAF-07")
@pytest.mark.procedure("BEE-59")
@pytest.mark.procedure("BEE-63")
def test_a_pupil_of_two_schools_comes_out_once_mended(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """Enrolled twice she comes out of neither school; once the other school let her go, the next delta brings her."""
    chaine.projet(jeu.A, jeu.B)
    depart(chaine)
    chaine.bee(jeu.B, eleves=[jeu.eleve(5), jeu.eleve(2, "3A", eleve_id=300_002)])
    chaine.jusqu_a(2)
    assert ("eleve", "200002", "MULTI_INSCRIPTION") in chaine.codes(jeu.A)
    assert ("responsable", "400002", "RESPONSABLE_SANS_ELEVE") in chaine.codes(jeu.A)
    assert ("eleve", "300002", "MULTI_INSCRIPTION") in chaine.codes(jeu.B)
    (exclusion,) = chaine.aaf.get(f"/api/etablissements/{jeu.A}/exclusions?code=MULTI_INSCRIPTION").json()
    assert "déscolarise" in exclusion["remede"]
    assert jeu.B in exclusion["raison"]
    assert jeu.ine(2) not in chaine.numeros()
    chaine.bee(jeu.B, eleves=[jeu.eleve(5)])
    chaine.jusqu_a(2)
    arrives = personnes(chaine, 3, tmp_path)
    n = chaine.numeros()
    assert {i: type(o) for i, o in arrives.items()} == {n[jeu.ine(2)]: Ajout, n["400002"]: Ajout}
    assert not {c for c in chaine.codes(jeu.A) if c[2] == "MULTI_INSCRIPTION"}


def test_an_active_scolarite_elsewhere_is_enough(chaine: jeu.Chaine) -> None:
    """A fiche that does not go up, of the same pupil, in another school, holds her back all the same."""
    depart(chaine)
    place = {"uai": jeu.B, "eleve_id": 300_001, "ine": jeu.ine(1), "division": "3B", "mef": jeu.MEF}
    chaine.bee(jeu.B, scolarites=[place])
    chaine.jusqu_a(2)
    assert ("eleve", "200001", "MULTI_INSCRIPTION") in chaine.codes(jeu.A)


def test_an_unchanged_remontee_holds_for_its_day(chaine: jeu.Chaine) -> None:
    """Said unchanged, yesterday's pupils and scolarités are today's; of another content it is refused."""
    entiere = RemonteeBee(
        uai=jeu.A,
        annee=jeu.ANNEE,
        millesime=jeu.ANNEE,
        instant=chaine.bac.maintenant,
        structure=jeu.structure(jeu.A),
        eleves=(jeu.eleve(1),),
    )
    recue = chaine.remonter(entiere)
    assert recue["empreinte"] == entiere.empreinte()
    chaine.rectorat(jeu.A)
    chaine.jusqu_a(1)
    reduite = sans_contenu(entiere.avec(instant=chaine.bac.maintenant).champs(), entiere.empreinte())
    assert chaine.remonter(reduite) == recue
    place = {"uai": jeu.B, "eleve_id": 300_001, "ine": jeu.ine(1), "division": "3B", "mef": jeu.MEF}
    chaine.bee(jeu.B, scolarites=[place])
    chaine.jusqu_a(2)
    assert ("eleve", "200001", "MULTI_INSCRIPTION") in chaine.codes(jeu.A)
    autre = entiere.avec(eleves=()).empreinte()
    refusee = chaine.bac.interne(
        "aaf",
        "POST",
        "/_echanges/remontee_bee",
        content=sans_contenu(reduite.champs(), autre).en_json(),
        headers={"Idempotency-Key": "essai:1:refusee", "Content-Type": "application/json"},
    )
    assert (refusee.status_code, refusee.json()["code"]) == (422, "REMONTEE_DIFFERENTE")


@pytest.mark.procedure("AAF-10")
@pytest.mark.procedure("AAF-11")
def test_a_merged_doublon_leaves_at_the_next_complete_feed(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """Both fiches of a doublon come out; after the merge deltas keep the lost one, Saturday's complete drops it."""
    double = {"responsables": [jeu.responsable(1), jeu.responsable(2), jeu.responsable(9)]}
    liens = [jeu.lien(1, 1), jeu.lien(2, 2), jeu.lien(2, 9, paie_frais=False, percoit_aides=False, heberge=False)]
    depart(chaine, **double, liens=liens)
    chaine.projet(jeu.A)
    chaine.jusqu_a(2)
    n = chaine.numeros()
    assert {n["400002"], n["400009"]} <= set(personnes(chaine, 1, tmp_path))
    depart(chaine)
    chaine.jusqu_a(4)
    types = [a["type"] for a in chaine.alimentations()]
    assert types == ["Complet", "Delta", "Delta", "Complet"]
    fusion = personnes(chaine, 3, tmp_path)
    assert {i: type(o) for i, o in fusion.items()} == {n[jeu.ine(2)]: Modification}
    tenu: dict[Cle, Enregistrement] = {}
    for numero in (1, 2, 3):
        appliquer_delta(tenu, operations(chaine, numero, tmp_path))
    perdu = tenu.pop((Categorie.RESPONSABLE, n["400009"]))
    assert perdu.valeur("ENTAuxPersRelEleveEleve") == n[jeu.ine(2)]
    complet = {(o.categorie, o.id): o.enregistrement for o in operations(chaine, 4, tmp_path) if isinstance(o, Ajout)}
    assert tenu == complet, "the deltas lead to what the complete feed says, the doublon apart"


@pytest.mark.procedure("BEE-30")
def test_a_pupil_who_leaves_is_deleted_with_her_responsable(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """A pupil gone from BEE, and the responsable of that pupil alone, are withdrawn by the next delta."""
    depart(chaine)
    chaine.projet(jeu.A)
    chaine.jusqu_a(2)
    n = chaine.numeros()
    depart(chaine, eleves=[jeu.eleve(1, groupes=("3AGR1", "3LAT"))], responsables=[jeu.responsable(1)])
    chaine.jusqu_a(2)
    partis = personnes(chaine, 3, tmp_path)
    assert {i: type(o) for i, o in partis.items()} == {n[jeu.ine(2)]: Suppression, n["400002"]: Suppression}


def test_a_teacher_of_two_schools_is_one_person(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """A teacher of two schools of the project has one record, attached to the school of his affectation."""
    depart(chaine)
    chaine.bee(jeu.B, eleves=[jeu.eleve(5)], services=jeu.services(jeu.B, ("3A", "D", 1)))
    chaine.sts(jeu.B, jeu.enseignant(1))
    complement = jeu.msg.AffectationAgentMsg(uai=jeu.B, nature="REP", fonction="ENS", discipline="L1300")
    chaine.rectorat(jeu.B, jeu.agent(1, affectations=(complement,)))
    chaine.projet(jeu.A, jeu.B)
    chaine.jusqu_a(2)
    prof = personnes(chaine, 1, tmp_path)[chaine.numeros()["701"]]
    assert prof.valeurs_de("ENTAuxEnsClasses") == ("1001$3A", "1002$3A")
    assert prof.valeurs_de("ENTPersonStructRattach") == ("1001",)


def test_the_state_keeps_the_number_of_the_feed_that_said_it(chaine: jeu.Chaine) -> None:
    """The state knows in which feed each content came out, and of which contributions it is, said again or not."""
    depart(chaine)
    chaine.bee(jeu.B, eleves=[jeu.eleve(5)])
    chaine.sts(jeu.B, jeu.enseignant(1))
    chaine.projet(jeu.A, jeu.B)
    chaine.jusqu_a(2)
    n = chaine.numeros()
    commun, touche, autre = n["701"], n[jeu.ine(1)], n[jeu.ine(2)]
    avant = etat_et_sources(chaine)
    chaine.sts(jeu.B, jeu.enseignant(1, mel="ailleurs@ac-essai.invalid"))  # the first school's is written: same record
    depart(chaine, eleves=[jeu.eleve(1, "3B"), jeu.eleve(2, "3B")])
    chaine.jusqu_a(2)
    apres = etat_et_sources(chaine)
    assert {numero for numero, _, _ in avant.values()} == {1}
    assert {id_: apres[id_][0] for id_ in (commun, touche, autre)} == {commun: 1, touche: 3, autre: 1}
    assert apres[commun][1] != avant[commun][1]
    assert all(dite == tiree for _, dite, tiree in (*avant.values(), *apres.values()))


def etat_et_sources(chaine: jeu.Chaine) -> dict[str, tuple[int, str, str]]:
    """Identifier → number of the feed, fingerprint in the state of the project, fingerprint of the contributions."""
    fabrique = chaine.bac.installation.applications["aaf"].state.noyau.fabrique
    requete = """
        SELECT e.id, e.numero, e.empreinte,
               (SELECT string_agg(f.empreinte, ',' ORDER BY f.uai) FROM aaf.fiche f
                WHERE f.categorie = e.categorie AND f.id = e.id)
        FROM aaf.etat e
    """
    with fabrique.ouvrir(chaine.bac.nom, ecriture=False) as u:
        return {id_: (numero, dite, tiree) for id_, numero, dite, tiree in u.session.execute(text(requete))}


def test_a_project_holds_only_its_schools(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """What comes out is that of the schools of the project; a school added comes out in the next delta."""
    depart(chaine)
    chaine.bee(jeu.B, eleves=[jeu.eleve(5)])
    chaine.projet(jeu.A)
    chaine.jusqu_a(2)
    n = chaine.numeros()
    assert n[jeu.ine(5)] not in personnes(chaine, 1, tmp_path)
    assert chaine.aaf.put("/api/projets/ENT96", json={"uais": [jeu.A, jeu.B]}).status_code == 200
    chaine.jusqu_a(1)
    assert set(personnes(chaine, 2, tmp_path)) == {n[jeu.ine(5)]}


def test_the_end_of_an_appointment_is_seen_by_itself(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """An agent whose appointment ended leaves the ENT though the rectorat sends the same thing every night."""
    fin = jeu.msg.AffectationAgentMsg(uai=jeu.A, fonction="DIR", fin=jeu.date(2021, 8, 25))
    depart(chaine)
    chaine.rectorat(jeu.A, jeu.agent(3, affectations=(fin,)))
    chaine.projet(jeu.A)
    chaine.jusqu_a(2)
    numero = chaine.numeros()["703"]
    assert numero in personnes(chaine, 1, tmp_path)
    chaine.jusqu_a(2)
    assert isinstance(personnes(chaine, 3, tmp_path)[numero], Suppression)
    assert ("agent", "703", "SANS_AFFECTATION") in chaine.codes(jeu.A)


def test_the_order_of_arrival_changes_nothing(nouveau_bac: Callable[..., Any]) -> None:
    """The same remontées in another order give the same archive, byte for byte."""
    sommes = []
    for inverse in (False, True):
        chaine = jeu.Chaine(nouveau_bac())
        chaine.projet(jeu.B, jeu.A)
        gestes = [lambda c=chaine: depart(c), lambda c=chaine: c.bee(jeu.B, eleves=[jeu.eleve(6), jeu.eleve(5)])]
        for geste in reversed(gestes) if inverse else gestes:
            geste()
        chaine.jusqu_a(2)
        sommes.append([a["sha256"] for a in chaine.alimentations()])
    assert sommes[0] == sommes[1]


def test_an_older_grammar(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """A project of an older grammar has valid feeds, cut as it wants, complete then delta."""
    depart(chaine)
    chaine.projet(jeu.A, grammaire="2012-2014", max_par_fichier=1)
    chaine.jusqu_a(2)
    assert len(personnes(chaine, 1, tmp_path)) == 8
    fichiers = chaine.aaf.get("/api/projets/ENT96/alimentations/1/fichiers").json()
    assert [f["nom"] for f in fichiers if "_Eleve_" in f["nom"]] == [
        "ENT96_Complet_20210825_Eleve_0000.xml",
        "ENT96_Complet_20210825_Eleve_0001.xml",
    ]
    n = chaine.numeros()
    depart(chaine, eleves=[jeu.eleve(1, groupes=("3LAT",))])
    chaine.jusqu_a(2)
    assert {i: type(o) for i, o in personnes(chaine, 3, tmp_path).items()} == {
        n[jeu.ine(1)]: Modification,
        n[jeu.ine(2)]: Suppression,
        n["400002"]: Suppression,
    }


def test_a_complete_feed_on_request(chaine: jeu.Chaine, tmp_path: Path) -> None:
    """A complete feed asked for is the next one, once; nothing was lost between."""
    depart(chaine)
    chaine.projet(jeu.A)
    chaine.jusqu_a(2)
    assert chaine.aaf.post("/api/projets/ENT96/complet").status_code == 200
    chaine.jusqu_a(2)
    assert [a["type"] for a in chaine.alimentations()] == ["Complet", "Complet", "Delta"]
    assert set(personnes(chaine, 2, tmp_path)) == set(personnes(chaine, 1, tmp_path))
    assert chaine.aaf.get("/api/projets/ENT96/alimentations/latest").json()["numero"] == 3
