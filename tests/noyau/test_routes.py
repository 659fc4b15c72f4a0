"""Requests find their route by the first word of their path: the same as a router that asks every route."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.routing import Match, Mount

from shared.persistence.acces import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_a_path_finds_the_route_that_asking_all_would_find(bac: Any, service: str) -> None:
    """Each route's own path, with a word for its parameters, is handed to a router whose first match is the same."""
    application = bac.installation.applications[service]
    bac[service].get("/_sim/vivant")  # the first request
    aiguillage = application.router.middleware_stack

    def portee(chemin: str, methode: str) -> dict[str, Any]:
        return {"type": "http", "path": chemin, "method": methode, "root_path": "", "headers": []}

    def premiere(routes: Any, chemin: str, methode: str) -> Any:
        lu = portee(chemin, methode)
        return next((r for r in routes if r.matches(lu)[0] == Match.FULL), None)

    essayes = 0
    for route in application.router.routes:
        if isinstance(route, Mount):
            continue
        chemin = "/".join("7" if "{" in mot else mot for mot in route.path.split("/"))
        for methode in sorted(route.methods):
            choisi = aiguillage.choisir(portee(chemin, methode))
            assert len(choisi.routes) < len(application.router.routes)
            attendue = premiere(application.router.routes, chemin, methode)
            assert attendue is not None
            assert premiere(choisi.routes, chemin, methode) is attendue
            essayes += 1
    assert essayes > 20


def test_what_no_route_has_is_told_as_ever(bac: Any) -> None:
    """An unknown path, a wrong method, a path that ends with a bar: 404, 405, sent on."""
    assert bac["ent"].get("/nulle-part").json()["code"] == "PAGE_INCONNUE"
    assert bac["ent"].delete("/cas/serviceValidate").status_code == 405
    assert bac["ent"].get("/cas/serviceValidate/").status_code == 307
    assert bac["ent"].get("/_static/absent.css").status_code == 404
