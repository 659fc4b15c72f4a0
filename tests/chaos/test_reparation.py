"""What a fall leaves half-done is finished or undone: fences, restorations, parts, errors of COPY."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select

from shared.batches.execution import executer_part
from shared.batches.lots import Lot, PartAFaire
from shared.contracts.refus import Refus
from shared.persistence.acces import BASE_CONTROLE, ROLE_GESTION, base_bac
from shared.persistence.bases import traduire
from shared.persistence.sim import Part

LOT = "aaf_integration"


def _controle(bac: Any) -> psycopg.Connection:
    acces = bac.installation.implantation.acces(ROLE_GESTION)
    return psycopg.connect(acces.conninfo(BASE_CONTROLE), autocommit=True)


def test_a_fence_left_by_a_killed_copy_is_lifted(bac: Any) -> None:
    """A bac that a killed snapshot left closed to connections opens again when pilotage repairs it."""
    bac.installation._lacher(bac.nom)
    with _controle(bac) as c:
        c.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(base_bac(bac.nom))))
    assert bac["aaf"].get("/api/projets").status_code == 503
    bac.installation.gestion.reparer(bac.nom)
    assert bac["aaf"].get("/api/projets").status_code == 200


def test_a_restoration_cut_before_the_exchange_is_finished(bac: Any) -> None:
    """A restoration killed between the drop and the renaming is finished: the bac is as its snapshot was."""
    depart = bac.maintenant
    bac.avancer("nuit", instantane=True)
    bac.installation._lacher(bac.nom)
    copie = bac.installation.gestion.instantanes(bac.nom)[-1].base
    noms = {nom: sql.Identifier(nom) for nom in (base_bac(bac.nom), f"retour_{bac.nom}", copie)}
    with _controle(bac) as c:
        c.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(noms[f"retour_{bac.nom}"], noms[copie]))
        c.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(noms[base_bac(bac.nom)]))
    bac.installation.gestion.reparer(bac.nom)
    assert bac.maintenant == depart


def test_a_restoration_cut_earlier_leaves_the_bac_as_it_was(bac: Any) -> None:
    """A restoration killed while its copy was made ready changes nothing, and its draft is removed."""
    bac.avancer("nuit")
    instant = bac.maintenant
    with _controle(bac) as c:
        c.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"retour_{bac.nom}")))
        bac.installation.gestion.reparer(bac.nom)
        assert not c.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"retour_{bac.nom}"]).fetchall()
    assert bac.maintenant == instant


@pytest.mark.parametrize(
    ("faute", "insister", "issue"),
    [
        (Refus("Panne.", code="ERREUR_INTERNE", statut=500), True, "levee"),
        (Refus("Panne.", code="ERREUR_INTERNE", statut=500), False, "en_erreur"),
        (Refus("Absent.", code="SERVICE_INJOIGNABLE", statut=502), False, "levee"),
        (psycopg.OperationalError("server closed the connection unexpectedly"), False, "levee"),
        (Refus("Non.", code="PROJET_INCONNU", statut=404), True, "en_erreur"),
        (ValueError("a fault of ours"), True, "en_erreur"),
    ],
)
def test_only_a_lasting_fault_condemns_a_part(bac: Any, faute: Exception, insister: bool, issue: str) -> None:
    """A part whose database or neighbour lets go stays open, to be tried again; its own fault is noted, once."""
    fabrique = bac.installation.applications["aaf"].state.noyau.fabrique
    instant = bac.maintenant
    with fabrique.ouvrir(bac.nom, ecriture=True, nuit=True) as u:
        generation = u.bac.generation
        u.session.add(Part(service="aaf", lot=LOT, instant=instant, cle="p", generation=generation, donnees={}))
    lot = Lot(LOT, "Essai", lambda u, instant: [], _lever(faute))
    if issue == "levee":
        with pytest.raises((Refus, psycopg.Error)):
            executer_part(fabrique, lot, bac.nom, generation, instant, "p", insister=insister)
    else:
        assert executer_part(fabrique, lot, bac.nom, generation, instant, "p", insister=insister) == issue
    with fabrique.ouvrir(bac.nom, ecriture=False) as u:
        etat = u.session.scalar(select(Part.etat).where(Part.service == "aaf", Part.cle == "p"))
    assert etat == ("ouverte" if issue == "levee" else "en_erreur")


def _lever(faute: Exception) -> Callable[[Any, PartAFaire], dict[str, Any]]:
    def executer(u: Any, part: PartAFaire) -> dict[str, Any]:
        raise faute

    return executer


def test_an_error_of_copy_is_the_database_s() -> None:
    """COPY's errors, which SQLAlchemy does not wrap, say that the database let go; a fault of ours is left alone."""
    refus = traduire(psycopg.OperationalError("consuming input failed"), "essai")
    assert refus is not None
    assert (refus.code, refus.statut) == ("BASE_INJOIGNABLE", 503)
    assert traduire(psycopg.errors.UniqueViolation("duplicate key"), "essai") is None
    assert traduire(ValueError(), "essai") is None
