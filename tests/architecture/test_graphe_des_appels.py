"""The call graph: within a request no service calls one that is waiting for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from rentree.installation.registre import declarations
from shared.persistence.acces import SERVICES

RACINE = Path(__file__).parents[2]


def test_requests_make_no_cycle() -> None:
    """Asked within a request (`demande`), services form an order: nobody waits for himself."""
    graphe = {nom: {d for d, g in s.appelle.items() if g == "demande"} for nom, s in declarations().items()}
    vus: list[str] = []

    def suivre(nom: str, chemin: tuple[str, ...]) -> None:
        assert nom not in chemin, f"cycle : {' -> '.join((*chemin, nom))}"
        for voisin in sorted(graphe[nom]):
            suivre(voisin, (*chemin, nom))
        vus.append(nom)

    for nom in SERVICES:
        suivre(nom, ())
    assert set(vus) == set(SERVICES)


def _voisin(noeud: ast.AST) -> str | None:
    """The service that `…clients["x"]` names."""
    if not (isinstance(noeud, ast.Subscript) and isinstance(noeud.slice, ast.Constant)):
        return None
    nom = noeud.slice.value
    return nom if isinstance(nom, str) and nom in SERVICES and ast.unparse(noeud.value).endswith("clients") else None


@pytest.mark.parametrize("nom", SERVICES)
def test_what_is_called_is_declared(nom: str) -> None:
    """Every `clients["x"]` and every `envoyer(genre, "x", …)` of a service is in its declaration, with its kind."""
    declares = declarations()[nom].appelle
    for fichier in sorted((RACINE / "services" / nom).rglob("*.py")):
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            voisin = _voisin(noeud)
            if voisin is not None:
                assert declares.get(voisin) == "demande", f"{fichier.name}: {ast.unparse(noeud)}"
            if isinstance(noeud, ast.Call) and ast.unparse(noeud.func).endswith(".envoyer") and len(noeud.args) > 1:
                cible = noeud.args[1]
                if isinstance(cible, ast.Constant):
                    assert declares.get(cible.value) in {"envoi", "demande"}, f"{fichier.name}: {ast.unparse(noeud)}"


def test_every_message_has_a_receiver() -> None:
    """Whatever kind of message is sent somewhere is declared by the service that takes it."""
    recus = {(nom, r.genre) for nom, s in declarations().items() for r in s.receptions}
    envoyes = set()
    for nom in SERVICES:
        for fichier in sorted((RACINE / "services" / nom).rglob("*.py")):
            for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
                if isinstance(noeud, ast.Call) and ast.unparse(noeud.func).endswith(".envoyer") and len(noeud.args) > 1:
                    genre, cible = noeud.args[:2]
                    if isinstance(genre, ast.Constant) and isinstance(cible, ast.Constant):
                        envoyes.add((cible.value, genre.value))
    assert envoyes
    assert envoyes <= recus
