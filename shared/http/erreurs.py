"""What is told to whoever asks at the wrong address, by the wrong method, or with a body that is not expected."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from shared.contracts.champs import dire_champ
from shared.contracts.refus import Refus

_CORPS = ("model_attributes_type", "model_type", "dict_type", "list_type", "missing")
"""What pydantic says of a body that it was not given as JSON."""
PROCHE = 0.75


def mal_formee(request: Request, erreur: RequestValidationError) -> Refus:
    """The refusal of a body or of parameters that do not have the form declared."""
    erreurs = erreur.errors()
    champs = [{"champ": ".".join(map(str, e["loc"])), "regle": e["type"], "message": e["msg"]} for e in erreurs]
    phrase, remede = _phrase(request, erreurs)
    return Refus(phrase, code="DEMANDE_MAL_FORMEE", statut=422, remede=remede, details={"champs": champs[:20]})


def _phrase(request: Request, erreurs: Any) -> tuple[str, str]:
    premiere = erreurs[0]
    if premiere["type"] == "json_invalid":
        ou = premiere["loc"][-1]
        return f"Le corps n'est pas du JSON lisible (caractère {ou}).", "Vérifiez là guillemets, virgules et accolades."
    annonce = request.headers.get("content-type", "")
    if premiere["loc"] == ("body",) and premiere["type"] in _CORPS and "json" not in annonce:
        return (
            f"Le corps n'est pas annoncé comme du JSON : Content-Type est « {annonce[:80]} »."
            if annonce
            else "La demande n'a pas de corps, ou pas d'en-tête Content-Type.",
            "Envoyez du JSON, avec l'en-tête « Content-Type: application/json ».",
        )
    dits = [dire_champ(e, f"« {'.'.join(map(str, e['loc'][1:])) or e['loc'][0]} »") for e in erreurs[:4]]
    return (
        f"La demande est mal formée : {' ; '.join(dits)}.",
        "Les champs attendus sont décrits sur la page /docs de ce service.",
    )


def inconnue(request: Request) -> Refus:
    """The refusal of an address that is none of the service's: the nearest is told."""
    proche = _la_plus_proche(request, request.scope["path"])
    base = getattr(request.state, "base", "")
    return Refus(
        "Cette adresse n'existe pas.",
        code="PAGE_INCONNUE",
        statut=404,
        remede=f"La plus proche est « {base}{proche} »." if proche else "Revenez à l'accueil de l'application.",
    )


def _la_plus_proche(request: Request, chemin: str) -> str:
    import difflib  # for the few who are lost

    connus = {str(getattr(r, "path", "")) for r in request.app.routes}
    possibles = sorted((c for c in connus - {chemin, "/", ""} if not c.startswith("/_") and ":" not in c), key=len)
    for c in possibles:
        if "{" not in c and ((c.endswith(chemin) and len(chemin) > 1) or chemin.endswith(c)):
            return c
    return next(iter(difflib.get_close_matches(chemin, possibles, 1, PROCHE)), "")


def methode_refusee(request: Request) -> tuple[Refus, str]:
    """The refusal of a method, and those that the address takes."""
    siennes: set[str] = set()
    for route in request.app.routes:
        motif = getattr(route, "path_regex", None)
        if motif is not None and motif.match(request.scope["path"]):
            siennes |= getattr(route, "methods", None) or set()
    dites = ", ".join(sorted(siennes))
    refus = Refus(
        f"Cette adresse n'accepte pas la méthode {request.method}.",
        code="METHODE_REFUSEE",
        statut=405,
        remede=f"Elle accepte : {dites}." if dites else "Voyez la page /docs.",
    )
    return refus, dites
