"""What pages hand to the macros of `composants.html`: menu entries, columns, sorting, pages of a list.

A page sorts and cuts its lists on the server: links carry `tri`, `sens` and `page`, everything works without
script. Source: architecture, "The cellar: shared/"; procedure BEE-01 (every list sorts by its column titles).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import urlencode

from msgspec import Struct, field

from shared.identifiers.texte import cle_tri

T = TypeVar("T")
Genre = Literal["succes", "erreur", "info", "avertissement"]


class Entree(Struct, frozen=True):
    """An entry of a menu, of tabs or of a breadcrumb.

    Arguments: `libelle`, as the real application words it; `href`, finished (with the `base` prefix), None
    for an entry that opens nothing; `courant`, the page we are on; `enfants`, the entries that it unfolds;
    `pastille`, the number shown beside it; `court`, its label in a narrow window; `infobulle`, its tooltip.
    """

    libelle: str
    href: str | None = None
    courant: bool = False
    enfants: Sequence[Entree] = ()
    pastille: int | None = None
    court: str | None = None
    infobulle: str | None = None

    @property
    def depliee(self) -> bool:
        """Whether one of its entries, at any depth, is the current page."""
        return any(e.courant or e.depliee for e in self.enfants)


class Colonne(Struct, frozen=True):
    """A column of a table: its title, the key it sorts by (None: it does not sort), numbers to the right.

    `par`, in a `Liste`: what of a line it sorts by. Texts are put in French order, None first; a tuple is taken as it
    is.
    """

    titre: str
    cle: str | None = None
    nombre: bool = False
    par: Callable[[Any], Any] | None = None


class Message(Struct, frozen=True):
    """A message at the head of a page."""

    texte: str
    genre: Genre = "succes"
    code: str | None = None
    remede: str | None = None


class Tri(Struct, frozen=True):
    """How a list is sorted: by which key, in which direction, and the other parameters of the address.

    `nom` tells the lists of one page apart: its parameters are then `tri_<nom>` and `sens_<nom>`.
    """

    cle: str
    descendant: bool = False
    parametres: tuple[tuple[str, str], ...] = ()
    nom: str = ""

    @classmethod
    def depuis(
        cls, parametres: Any, permis: Iterable[str], defaut: str, descendant: bool = False, nom: str = ""
    ) -> Tri:
        """Read `tri` and `sens` from the query parameters (`request.query_params`).

        An unknown key falls back to `defaut`, sorted in `descendant` direction: an old link still opens.
        """
        tri, sens, page = _parametres(nom)
        cle = parametres.get(tri)
        autres = tuple((n, v) for n, v in parametres.multi_items() if n not in (tri, sens, page))
        if cle in set(permis):
            return cls(cle, parametres.get(sens) == "desc", autres, nom)
        return cls(defaut, descendant, autres, nom)

    def lien(self, cle: str) -> str:
        """The address that sorts by `cle`, or reverses the direction if the list is sorted by it already."""
        valeur = "desc" if cle == self.cle and not self.descendant else "asc"
        tri, sens, _ = _parametres(self.nom)
        return "?" + urlencode([*self.parametres, (tri, cle), (sens, valeur)])

    def aria(self, cle: str) -> str | None:
        """The value of `aria-sort` for the column of `cle`, None if the list is sorted by another."""
        if cle != self.cle:
            return None
        return "descending" if self.descendant else "ascending"

    def appliquer(self, lignes: Iterable[T], cles: Mapping[str, Callable[[T], Any]]) -> list[T]:
        """Sort a list held in memory; `cles` gives the sort key of each column. The sort is stable."""
        return sorted(lignes, key=cles[self.cle], reverse=self.descendant)


def _parametres(nom: str) -> tuple[str, str, str]:
    return (f"tri_{nom}", f"sens_{nom}", f"page_{nom}") if nom else ("tri", "sens", "page")


class Pagination(Struct, frozen=True):
    """One page of a list: `page` counts from 1, `taille` lines a page, `total` lines in all.

    `nom` tells the lists of one page apart, as in `Tri`: the parameter is then `page_<nom>`.
    """

    total: int
    page: int = 1
    taille: int = 50
    parametres: tuple[tuple[str, str], ...] = field(default=())
    nom: str = ""

    @classmethod
    def depuis(cls, parametres: Any, total: int, taille: int = 50, nom: str = "") -> Pagination:
        """Read `page` from the query parameters; a page that does not exist becomes the nearest one."""
        *_, page = _parametres(nom)
        texte = parametres.get(page, "1")
        demandee = int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 9 else 1
        autres = tuple((n, v) for n, v in parametres.multi_items() if n != page)
        derniere = max(1, -(-total // taille))
        return cls(total, min(max(demandee, 1), derniere), taille, autres, nom)

    @property
    def nb_pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.taille))

    @property
    def debut(self) -> int:
        """The offset of the first line of the page."""
        return (self.page - 1) * self.taille

    @property
    def fin(self) -> int:
        """The offset just after the last line of the page."""
        return min(self.total, self.debut + self.taille)

    def lien(self, page: int) -> str:
        """The address of a page of the list, other parameters kept."""
        *_, nom = _parametres(self.nom)
        return "?" + urlencode([*self.parametres, (nom, str(page))])

    def voisines(self) -> list[int | None]:
        """Page numbers to show: the first, the last, two around the current one; None stands for a gap."""
        vues = [n for n in range(1, self.nb_pages + 1) if n in (1, self.nb_pages) or abs(n - self.page) <= 2]
        suite: list[int | None] = []
        for numero in vues:
            if suite and numero - (suite[-1] or 0) > 1:
                suite.append(None)
            suite.append(numero)
        return suite


class Liste(Struct, Generic[T], frozen=True):
    """A list as a page shows it with the macro `c.liste`: its columns, its lines in order, its pages."""

    colonnes: Sequence[Colonne | str]
    lignes: Sequence[T]
    tri: Tri
    pages: Pagination

    @classmethod
    def depuis(
        cls,
        parametres: Any,
        colonnes: Sequence[Colonne | str],
        lignes: Iterable[T],
        defaut: str,
        *,
        descendant: bool = False,
        nom: str = "",
        taille: int | None = None,
    ) -> Liste[T]:
        """Sort `lignes` as the address asks, by `defaut` otherwise, and keep the page wanted.

        Arguments: `parametres`, those of the query; `nom`, which list of the page it is; `taille`, lines a page (all
        on one by default). Lines that are equal in a column stay in the order given.
        """
        cles = {c.cle: c.par for c in colonnes if isinstance(c, Colonne) and c.cle and c.par}
        tri = Tri.depuis(parametres, cles, defaut, descendant, nom)
        rangees = tri.appliquer(lignes, {cle: _en_ordre(par) for cle, par in cles.items()})
        pages = Pagination.depuis(parametres, len(rangees), taille or max(1, len(rangees)), nom)
        return cls(colonnes, rangees[pages.debut : pages.fin], tri, pages)


def _en_ordre(par: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def rang(ligne: Any) -> Any:
        valeur = par(ligne)
        if isinstance(valeur, str):
            return cle_tri(valeur), valeur
        return valeur if isinstance(valeur, tuple) else (valeur is not None, valeur)

    return rang


def pluriel(nombre: int, singulier: str, au_pluriel: str | None = None) -> str:
    """Return « 0 élève », « 1 élève », « 2 élèves »: French counts in the singular below two."""
    mot = singulier if abs(nombre) < 2 else (au_pluriel or singulier + "s")
    return f"{nombre_fr(nombre)}\N{NO-BREAK SPACE}{mot}"


def nombre_fr(nombre: int) -> str:
    """Return an integer with thousands set apart by narrow no-break spaces: « 12 345 »."""
    return f"{nombre:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
