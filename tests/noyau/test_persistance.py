"""The promises of the storage: roles, commits before answers, the night's lock, parts."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text

from rentree.installation.migrations import ecarts, revision_de
from rentree.installation.revisions import tete
from shared.persistence.acces import ROLE_GESTION, SERVICES, VERROU_BAC, base_bac, role_service


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_its_own_schema_alone(bac: Any, service: str) -> None:
    """With a service's own settings, every other schema is out of reach, and the clock can only be read."""
    acces = bac.installation.implantation.reglages(service).acces
    with psycopg.connect(acces.conninfo(base_bac(bac.nom)), autocommit=True) as c:
        c.execute("SELECT instant FROM sim.horloge")
        c.execute(f"SELECT count(*) FROM {service}.journal")
        for autre in SERVICES:
            if autre != service:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    c.execute(f"SELECT count(*) FROM {autre}.journal")
        if service != "pilotage":
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                c.execute("UPDATE sim.horloge SET rang = 0")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            c.execute(f"CREATE TABLE {service}.intrus (x int)")
        ligne = c.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert ligne == (False,)


def test_a_service_sees_its_own_parts_alone(bac: Any) -> None:
    """Of the nights' parts, each role sees and writes those of its service; pilotage sees all."""

    def comme(service: str) -> psycopg.Connection:
        return psycopg.connect(bac.installation.implantation.acces(role_service(service)).conninfo(base_bac(bac.nom)))

    ajout = (
        "INSERT INTO sim.part (service, lot, instant, cle, generation, etat, donnees)"
        " VALUES (%s, 'essai', '2021-01-01Z', 'x', 1, 'faite', '{}')"
    )
    with comme("aaf") as c:
        c.execute(ajout, ["aaf"])
    with comme("ent") as c:
        assert c.execute("SELECT count(*) FROM sim.part").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            c.execute(ajout, ["aaf"])
    with comme("pilotage") as c:
        assert c.execute("SELECT count(*) FROM sim.part").fetchone() == (1,)


def test_a_failing_commit_is_never_a_success(bac: Any) -> None:
    """The commit precedes the answer: when it fails, the caller gets a 500, not a 201."""
    gestion = bac.installation.implantation.acces(ROLE_GESTION)
    with psycopg.connect(gestion.conninfo(base_bac(bac.nom)), autocommit=True) as c:
        c.execute(
            "CREATE FUNCTION rectorat.casser() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'commit impossible'; END $$"
        )
        c.execute(
            "CREATE CONSTRAINT TRIGGER casser AFTER INSERT ON rectorat.academie"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rectorat.casser()"
        )
        reponse = bac["rectorat"].post("/api/academie", json={"code": "10", "nom": "ESSAI"})
        assert reponse.status_code == 500
        assert reponse.json()["code"] == "ERREUR_INTERNE"
        assert c.execute("SELECT count(*) FROM rectorat.academie").fetchone() == (0,)


def test_a_write_during_a_night_is_told_to_wait(bac: Any) -> None:
    """While the clock advances, a write waits two seconds, then gets 409 « Une nuit est en cours »; a read passes."""
    acces = bac.installation.implantation.acces(role_service("pilotage"))
    with psycopg.connect(acces.conninfo(base_bac(bac.nom)), autocommit=True) as c:
        c.execute("SELECT pg_advisory_lock(%s)", [VERROU_BAC])
        reponse = bac["rectorat"].post("/api/academie", json={"code": "10", "nom": "ESSAI"})
        assert reponse.status_code == 409
        assert reponse.json()["code"] == "NUIT_EN_COURS"
        assert reponse.json()["title"].startswith("Une nuit est en cours")
        assert bac["rectorat"].get("/api/etablissements").status_code == 200
    assert bac["rectorat"].post("/api/academie", json={"code": "10", "nom": "ESSAI"}).status_code == 201


def test_an_unknown_bac_is_said_so(installation: Any) -> None:
    """A bac that does not exist is refused with its name, on every service."""
    with installation.client("rectorat", "nulle_part") as client:
        reponse = client.get("/api/etablissements")
    assert (reponse.status_code, reponse.json()["code"]) == (404, "BAC_INCONNU")


def test_internal_routes_want_the_internal_token(bac: Any) -> None:
    """A page elsewhere cannot run a night: exchanges and control routes refuse whoever lacks the token."""
    assert bac["aaf"].post("/_sim/envois/livrer").status_code == 401
    assert bac["aaf"].post("/_echanges/remontee_bee", headers={"Idempotency-Key": "x"}).status_code == 401
    assert bac["rectorat"].get("/api/etablissements", headers={"Host": "ailleurs.invalid"}).status_code == 421
    reponse = bac["rectorat"].post(
        "/api/academie", json={"code": "1", "nom": "X"}, headers={"Origin": "http://mal.invalid"}
    )
    assert reponse.status_code == 403


def test_a_restored_bac_forgets_its_future(bac: Any) -> None:
    """After « revenir avant la nuit », what the abandoned night wrote is gone and its jobs do nothing."""
    bac["rectorat"].post("/api/academie", json={"code": "10", "nom": "AVANT"})
    copie = bac["pilotage"].post(f"/api/bacs/{bac.nom}/instantanes", json={}).json()
    bac["rectorat"].post("/api/academie", json={"code": "10", "nom": "APRES"})
    bac.avancer("24h")
    bac["pilotage"].post("/api/horloge/retour", json={"numero": copie["numero"]})
    with bac.installation.applications["rectorat"].state.noyau.bases.session(bac.nom) as s:
        assert s.execute(text("SELECT nom FROM rectorat.academie")).scalar_one() == "AVANT"
    bac.avancer("24h")


def test_missed_nights_are_run_in_order(bac: Any) -> None:
    """A jump of ten days runs each night, in order, and ends at the wanted instant."""
    depart = bac.maintenant
    bac.avancer("instant", depart + timedelta(days=10))
    assert bac.maintenant == depart + timedelta(days=10)


def test_the_migrations_make_the_tables_that_the_code_declares(bac: Any) -> None:
    """A bac made by the migrations has exactly the tables, columns and indexes that the models declare."""
    gestion = bac.installation.implantation.acces(ROLE_GESTION)
    moteur = create_engine(gestion.url(base_bac(bac.nom)))
    with moteur.connect() as connexion:
        assert ecarts(connexion) == []
        assert revision_de(connexion) == tete()
    moteur.dispose()


def test_a_snapshot_does_not_mind_the_autovacuum(nouveau_bac: Any) -> None:
    """An autovacuum worker at work in the bac's base is not ours to end: the copy is made all the same."""
    bac = nouveau_bac()
    admin = bac.installation.admin
    nom = base_bac(bac.nom)
    with psycopg.connect(admin.conninfo("postgres"), autocommit=True) as maitre:
        maitre.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
        maitre.execute("SELECT pg_reload_conf()")
        try:
            with psycopg.connect(admin.conninfo(nom), autocommit=True) as c:
                # A vacuum that lasts: a row at a time, with a pause after each page.
                c.execute(
                    "CREATE TABLE essai_lent (a int) WITH (autovacuum_vacuum_threshold = 1,"
                    " autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100,"
                    " autovacuum_vacuum_cost_limit = 1)"
                )
                c.execute("INSERT INTO essai_lent SELECT generate_series(1, 20000)")
                c.execute("DELETE FROM essai_lent")
            vu = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND backend_type = 'autovacuum worker'"
            limite = time.monotonic() + 30
            while not maitre.execute(vu, [nom]).fetchone():
                assert time.monotonic() < limite, "no autovacuum came"
                time.sleep(0.02)
            copie = bac.installation.gestion.prendre_instantane(bac.nom, "pendant l'autovacuum")
            assert copie.numero == 1
        finally:
            maitre.execute("ALTER SYSTEM RESET autovacuum_naptime")
            maitre.execute("SELECT pg_reload_conf()")
