"""Pages: the Jinja2 environment of a service, what every page shows, static files, refusals as pages.

A page's links are `{{ base }}/…`, where `base` is "" or "/b/<bac>". Everything is served from here: no CDN.
A service's screens.py says once:

    ecrans = gabarits("sts_web", Path(__file__).parent / "templates", titre="STS-Web", menu=menu)

and each route returns `ecrans.rendre(request, "divisions.html", titre="Divisions", …)`, or after a form
`rediriger(request, "/divisions", "Division enregistrée.")`. Its templates extend "base.html" (blocks `contenu`,
`titre_page`, `tete`, `entete`, `pied`), and use the macros of composants.html as `c.tableau(…)`, `c.champ(…)`.

Source: architecture, "How it runs" and "Storage" (path prefix of a bac).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import CodeType
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import jinja2
from fastapi import FastAPI, Request
from jinja2.bccache import Bucket
from msgspec.structs import asdict, replace
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from shared.contracts.refus import Refus
from shared.horloge.horloge import INSECABLE, Horloge, date_fr, duree_fr, instant_fr
from shared.screens.composants import Entree, Genre, Message, nombre_fr, pluriel
from shared.screens.liens import lien_vers

ICI = Path(__file__).parent
STATIQUE = ICI / "static"
COMMUNS = ICI / "templates"

# No script but ours; inline styles are allowed for timetable grids.
POLITIQUE = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'self'"
)
ENTETES = {
    "Content-Security-Policy": POLITIQUE,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
TITRES = {
    "pilotage": "Pilotage",
    "sts_web": "STS-Web",
    "siecle_bee": "SIECLE Base élèves",
    "aaf": "Annuaire académique fédérateur",
    "ent": "ENT",
    "edt": "Emploi du temps",
    "rectorat": "Rectorat",
}

Menu = Callable[[Request], Sequence[Entree]]


@dataclass
class Gabarits:
    """The templates of one service: renders its pages with what every page shows.

    `menu(request)` gives the entries of the menu; a page may give its own `menu`. `env` is Jinja2's.
    """

    service: str
    titre: str
    env: jinja2.Environment
    menu: Menu | None = None

    def rendre(self, request: Request, gabarit: str, /, statut: int = 200, **contexte: Any) -> HTMLResponse:
        """Render template `gabarit` and return the page.

        `contexte` is the page's own; it may hold `titre` (wanted), `bandeau` (school and year, as the real
        application heads its pages), `menu`, `menu_forme` ("gauche" or "haut"), `fil` (breadcrumb, Entree),
        `messages` (Message). Added: `acces` (who signed in), `base`, `bac`, `horloge` (text
        or None), `horloge_iso`, `fuseau`, `banniere_reelle`, `application`, `service`, `messages`.
        """
        commun = contexte_commun(request)
        donnes = contexte.pop("messages", ())
        valeurs: dict[str, Any] = {
            "titre": self.titre,
            "bandeau": None,
            "menu_forme": "gauche",
            "fil": (),
            "utilisateur": None,
            "acces": _acces(request),
            **commun,
            "application": self.titre,
            "service": self.service,
            "request": request,
            **contexte,
        }
        if "menu" not in valeurs:
            valeurs["menu"] = tuple(self.menu(request)) if self.menu and statut < 500 else ()
        valeurs["menu"] = _permises(request, valeurs["menu"])
        recus = _messages_recus(request, self.service)
        valeurs["messages"] = [*recus, *donnes]
        reponse = HTMLResponse(self.env.get_template(gabarit).render(valeurs), statut, ENTETES)
        if recus:
            reponse.delete_cookie(_cookie(self.service), path=commun["base"] or "/")
        return reponse


_GABARITS: dict[str, Gabarits] = {}


def gabarits(service: str, dossier: Path, *, titre: str | None = None, menu: Menu | None = None) -> Gabarits:
    """Make the templates of `service`, read in `dossier` first, then among the shared ones.

    Also kept as the look of the service's refusals (`rendre_refus`). `titre` is the application's name.
    """
    nouveaux = Gabarits(service, titre or TITRES.get(service, service), _environnement(dossier), menu)
    _GABARITS[service] = nouveaux
    return nouveaux


def rendre(request: Request, gabarit: str, /, statut: int = 200, **contexte: Any) -> HTMLResponse:
    """Render with the templates of the request's own service: see `Gabarits.rendre`."""
    return _gabarits_de(request).rendre(request, gabarit, statut, **contexte)


def rendre_commun(request: Request, gabarit: str, /, statut: int = 200, **contexte: Any) -> HTMLResponse:
    """Render one of the shared templates in the look of the request's service."""
    return _gabarits_de(request).rendre(request, f"commun/{gabarit}", statut, **contexte)


def rendre_refus(request: Request, refus: Refus) -> HTMLResponse:
    """A refusal as a page: what, where, what to do, the code; with the refusal's HTTP status."""
    if refus.statut >= 500:  # the page must come out even if the menu is what broke
        return rendre_commun(request, "refus.html", refus.statut, titre="Erreur", refus=refus, menu=())
    return rendre_commun(request, "refus.html", refus.statut, titre="Refus", refus=refus)


def rediriger(request: Request, chemin: str, message: str | None = None, genre: Genre = "succes") -> RedirectResponse:
    """Answer a form: go to `chemin` (an absolute path without the bac's prefix), where `message` is shown once."""
    base: str = getattr(request.state, "base", "")
    reponse = RedirectResponse(base + chemin, 303)
    if message is not None:
        paquet = json.dumps([asdict(Message(message[:1500], genre))], ensure_ascii=True).encode()
        reponse.set_cookie(
            _cookie(_service_de(request)),
            base64.urlsafe_b64encode(paquet).decode(),
            max_age=120,
            path=base or "/",
            httponly=True,
            samesite="strict",
        )
    return reponse


def contexte_commun(request: Request) -> dict[str, Any]:
    """What the kernel left in the request's state, as templates want it; anything may be absent."""
    horloge: Horloge | None = getattr(request.state, "horloge", None)
    return {
        "base": getattr(request.state, "base", ""),
        "bac": getattr(request.state, "bac", None),
        "banniere_reelle": bool(getattr(request.state, "donnees_reelles", False)),
        "horloge": instant_fr(horloge.maintenant(), horloge.fuseau) if horloge else None,
        "horloge_iso": horloge.local().isoformat(timespec="seconds") if horloge else None,
        "fuseau": horloge.fuseau if horloge else None,
    }


def _acces(request: Request) -> dict[str, str | None] | None:
    """Who signed in, and the addresses of the portal and of its way out; None for the trainer."""
    qui = getattr(request.state, "identite", None)
    if qui is None:
        return None
    adresses = request.app.state.noyau.reglages.adresses
    return {
        "nom": qui.nom,
        "profil": qui.profil,
        "uai": qui.uai,
        "entree": qui.entree if _service_de(request) == "siecle_bee" else None,
        "portail": lien_vers(adresses, qui.bac, "rectorat", "/arena"),
        "deconnexion": lien_vers(adresses, qui.bac, "rectorat", "/arena/deconnexion"),
    }


def _permises(request: Request, entrees: Sequence[Entree]) -> tuple[Entree, ...]:
    """The entries of a menu that who asks may open; the others are taken out, or open nothing, as the service says."""
    qui = getattr(request.state, "identite", None)
    if qui is None:
        return tuple(entrees)
    regles = request.app.state.noyau.service.acces
    base: str = getattr(request.state, "base", "")
    gardees = []
    for entree in entrees:
        enfants = _permises(request, entree.enfants)
        permise = entree.href is None or regles.refus(qui, "GET", urlsplit(entree.href).path.removeprefix(base)) is None
        if regles.sans_droit == "griser":
            gardees.append(replace(entree, enfants=enfants, href=entree.href if permise else None))
        elif (entree.href is None or permise) and (enfants or not entree.enfants):
            gardees.append(replace(entree, enfants=enfants))
    return tuple(gardees)


def monter_statique(app: FastAPI) -> None:
    """Serve the style sheet, the script and the icon under /_static."""
    app.mount("/_static", StaticFiles(directory=STATIQUE), name="_static")


def _service_de(request: Request) -> str:
    noyau = getattr(request.app.state, "noyau", None)
    return str(noyau.service.nom if noyau else getattr(request.app.state, "service", "commun"))


def _gabarits_de(request: Request) -> Gabarits:
    nom = _service_de(request)
    if nom not in _GABARITS:
        noyau = getattr(request.app.state, "noyau", None)
        gabarits(nom, COMMUNS, titre=noyau.service.titre if noyau else "Rentrée")
    return _GABARITS[nom]


class _CodesEnMemoire(jinja2.BytecodeCache):
    """Compiled templates shared by the environments of this process: seven services, the same macros."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_CODES = _CodesEnMemoire()


class _Composants:
    """The macros of composants.html, compiled when a page first wants one: a start shows no page."""

    def __init__(self, env: jinja2.Environment) -> None:
        self._env = env

    def __getattr__(self, nom: str) -> Any:
        """Called once by macro: it is then kept as an attribute."""
        macro = getattr(self._env.get_template("commun/composants.html").module, nom)
        setattr(self, nom, macro)
        return macro


def _environnement(dossier: Path) -> jinja2.Environment:
    communs = jinja2.FileSystemLoader(COMMUNS)
    env = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader(dossier),
                communs,
                jinja2.PrefixLoader({"commun": communs}),
            ]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_CODES,
    )
    env.filters.update(
        date_fr=lambda jour: "" if jour is None else date_fr(jour),
        duree_fr=duree_fr,
        instant=_instant_court,
        nombre=nombre_fr,
    )
    env.globals.update(pluriel=pluriel, statique=_statique())
    env.globals["c"] = _Composants(env)
    return env


@jinja2.pass_context
def _instant_court(contexte: jinja2.runtime.Context, instant: datetime | None) -> str:
    """« 24/07/2018 09:13 », in the académie's time zone (UTC where no clock is known)."""
    if instant is None:
        return ""
    local = instant.astimezone(contexte.get("fuseau") or ZoneInfo("UTC"))
    return f"{date_fr(local.date())}{INSECABLE}{local:%H:%M}"


def _statique() -> Mapping[str, str]:
    """Name of a static file → its path with a digest, so that a new version is fetched anew."""
    return {
        chemin.name: f"/_static/{chemin.name}?v={hashlib.sha256(chemin.read_bytes()).hexdigest()[:10]}"
        for chemin in sorted(STATIQUE.iterdir())
    }


def _cookie(service: str) -> str:
    return f"rentree_{service}_message"


def _messages_recus(request: Request, service: str) -> list[Message]:
    """The messages left by `rediriger`; a cookie that cannot be read is ignored: it is the visitor's own."""
    try:
        lu = json.loads(base64.urlsafe_b64decode(request.cookies.get(_cookie(service), "") or "W10="))
        return [Message(str(m["texte"]), _genre(m["genre"])) for m in lu][:5]
    except (ValueError, TypeError, KeyError):
        return []


def _genre(texte: Any) -> Genre:
    return texte if texte in ("succes", "erreur", "avertissement") else "info"
