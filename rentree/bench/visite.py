"""Every page of an application opened as a user would: from link to link, from search to list.

Nothing is listed by hand: one starts at the first page, follows each link and sends each search, empty, and what the
application declares must all have been seen.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree, html
from msgspec import Struct

PAR_SORTE = 8
"""So many choices of the same parameters are seen, orders included: not each of eighty divisions."""
_ORDRE = ("tri", "sens", "page")
"""Parameters that sort and cut a list: of each, one order other than the first is seen, not every one."""


class Page(Struct, frozen=True):
    """A page seen: its address without host, the route that serves it, how many bytes it has."""

    adresse: str
    route: str
    octets: int


Motifs = Mapping[str, re.Pattern[str]]
"""Of the addresses that answer GET, in their order, by the path that declares each."""


def visiter(
    depart: Iterable[str], ouvrir: Callable[[str], bytes], routes: Motifs, par_sorte: int = PAR_SORTE
) -> list[Page]:
    """The pages that one can reach, one for each choice that an address makes, in the order in which they are found.

    Arguments: `depart`, the addresses to begin with; `ouvrir`, address → HTML; `par_sorte`, see `PAR_SORTE`.
    """
    vues: list[Page] = []
    choix: set[tuple[str, str]] = set()
    sortes: Counter[tuple[str, str]] = Counter()
    attente = deque(depart)
    while attente:
        adresse = attente.popleft()
        decoupee = urlsplit(adresse)
        route = next((nom for nom, motif in routes.items() if motif.fullmatch(decoupee.path)), None)
        sorte, fait = (route or "", _sorte(decoupee.query)), (route or "", _choix(decoupee.query))
        if route is None or fait in choix or sortes[sorte] == par_sorte:
            continue
        choix.add(fait)
        sortes[sorte] += 1
        contenu = ouvrir(adresse)
        vues.append(Page(adresse, route, len(contenu)))
        attente.extend(_suites(adresse, contenu))
    return vues


def _choix(requete: str) -> str:
    """What is chosen by an address: its parameters, but which order a list is in."""
    choix = [(nom, "" if nom.startswith(_ORDRE) else valeur) for nom, valeur in parse_qsl(requete)]
    return urlencode(sorted(choix))


def _sorte(requete: str) -> str:
    return " ".join(sorted(nom for nom, _ in parse_qsl(requete) if not nom.startswith(_ORDRE)))


def _suites(adresse: str, contenu: bytes) -> Iterator[str]:
    """The addresses that a page leads to: its links, its searches sent as they stand."""
    arbre = html.document_fromstring(contenu)
    for lien in arbre.iter("a"):
        yield _sans_ancre(urljoin(adresse, lien.get("href", "")))
    for formulaire in arbre.iter("form"):
        if formulaire.get("method", "get").lower() == "get":
            champs = dict(_champs(formulaire))
            cible = urljoin(adresse, formulaire.get("action") or urlsplit(adresse).path)
            yield _sans_ancre(f"{cible}?{urlencode(champs)}")
            yield _sans_ancre(f"{cible}?{urlencode(dict.fromkeys(champs, ''))}")


def _champs(formulaire: etree._Element) -> Iterator[tuple[str, str]]:
    """What the form sends when nothing is touched: texts, and the option chosen or first of each list."""
    for champ in formulaire.iter("input", "select"):
        nom = champ.get("name")
        if not nom or champ.get("type") in ("checkbox", "radio", "submit"):
            continue
        options = list(champ.iter("option"))
        choisie = next((o for o in options if "selected" in o.attrib), options[0] if options else champ)
        yield nom, choisie.get("value") or ""


def _sans_ancre(adresse: str) -> str:
    decoupee = urlsplit(adresse)
    if decoupee.netloc:
        return ""
    requete = urlencode(parse_qsl(decoupee.query, keep_blank_values=True))
    return decoupee.path + (f"?{requete}" if requete else "")
