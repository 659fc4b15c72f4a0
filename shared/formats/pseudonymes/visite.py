"""Going through the fields of a document: each value with its role and the person it is about.

One walk for both passes: `releve` looks, `reecriture` replaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from shared.formats.pseudonymes import champs_aaf
from shared.formats.pseudonymes.arbre import Commentaire, Evenement, Ferme, Noeud, Ouvre
from shared.formats.pseudonymes.champs import IDENTIFIANTS, TABLES, Role, Table
from shared.formats.pseudonymes.originaux import canonique, lire_date
from shared.formats.reconnaissance import Famille

_ELEVE, _ADULTE = 2010, 1980
"""About when pupils and adults were born, where nothing says it."""

_FICHES_ELEVES = frozenset({"ELEVE", "Eleve"})
_FICHES_PERSONNELS = frozenset({"INDIVIDU", "SUPPLEANT", "Professeur", "Personnel", "PersEducNat"})
_NOMS_DE_FAMILLE = ("NOM_DE_FAMILLE", "NOM_PATRONYMIQUE", "ENTPersonNomPatro")
_SEXES = {"1": "1", "2": "2", "masculin": "1", "feminin": "2"}
_CIVILITES = {"m.": "1", "m": "1", "1": "1", "monsieur": "1"} | dict.fromkeys(
    ("mme", "mlle", "madame", "mademoiselle", "2", "3", "l"), "2"
)


@dataclass(slots=True)
class Personne:
    """Whom a record is about. `annee`: of birth, or about; `nom`: the family name; `sur`: whether the record says that
    it is one; `cles`: its numbers, by (domain, number)."""

    annee: int
    sexe: str | None = None
    nom: str = ""
    sur: bool = False
    eleve: bool = False
    personnel: bool = False
    noms: list[str] = field(default_factory=list)
    prenoms: list[str] = field(default_factory=list)
    cles: list[tuple[str, str]] = field(default_factory=list)


SANS_PERSONNE = Personne(_ADULTE)


@dataclass(slots=True)
class Contexte:
    """Where a value stands: key of its field, record, element around it, person, earlier lines of its address."""

    champ: str
    parent: Noeud | None = None
    personne: Personne = field(default_factory=lambda: SANS_PERSONNE)
    premiere_ligne: bool = False


class Traiteur(Protocol):
    """What is done with each value; it returns what is to be written."""

    def traiter(self, role: Role, valeur: str, contexte: Contexte) -> str:
        """A value whose role is known."""

    def inconnu(self, champ: str, valeur: str) -> str:
        """A value of a field that no table lists."""

    def fiche(self, noeud: Noeud, personne: Personne) -> None:
        """A record, before its values."""


def visiter(evenement: Evenement, famille: Famille, traiteur: Traiteur) -> None:
    """Give every value of an event to `traiteur`, and put in its place what it returns."""
    if isinstance(evenement, Ferme | Commentaire):
        return
    if famille is Famille.AAF:
        if not isinstance(evenement, Ouvre):
            _fiche_aaf(evenement.noeud, traiteur)
        return
    table = TABLES[famille]
    noeud = evenement.noeud
    if isinstance(evenement, Ouvre):
        _attributs(noeud, table, SANS_PERSONNE, traiteur)
        return
    personne = _personne(noeud, table) if noeud.enfants or noeud.attributs else SANS_PERSONNE
    traiteur.fiche(noeud, personne)
    _element(noeud, evenement.parent, None, table, personne, traiteur)


def _element(
    noeud: Noeud, parent: str, autour: Noeud | None, table: Table, personne: Personne, traiteur: Traiteur
) -> None:
    _attributs(noeud, table, personne, traiteur)
    for enfant in noeud.enfants:
        _element(enfant, noeud.tag, noeud, table, personne, traiteur)
    if not noeud.enfants and noeud.texte.strip():
        champ = f"{parent}/{noeud.tag}"
        noeud.texte = _valeur(champ, noeud.texte, table.get(champ), autour, personne, traiteur)


def _attributs(noeud: Noeud, table: Table, personne: Personne, traiteur: Traiteur) -> None:
    nouveaux = []
    for nom, valeur in noeud.attributs:
        champ = f"{noeud.tag}@{nom}"
        if valeur.strip():
            valeur = _valeur(champ, valeur, table.get(champ), noeud, personne, traiteur)
        nouveaux.append((nom, valeur))
    noeud.attributs = nouveaux


def _valeur(
    champ: str, valeur: str, role: Role | None, autour: Noeud | None, personne: Personne, traiteur: Traiteur
) -> str:
    if role is None:
        return traiteur.inconnu(champ, valeur)
    premiere = role is Role.COMPLEMENT and autour is not None and _sans_ligne_avant(autour, champ)
    return traiteur.traiter(role, valeur, Contexte(champ, autour, personne, premiere))


def _sans_ligne_avant(autour: Noeud, champ: str) -> bool:
    """Whether the lines of the address before this one are empty: the street is then this one."""
    nom = champ.rpartition("@" if "@" in champ else "/")[2]
    numero = next((c for c in nom if c.isdigit()), "2")
    for n in range(1, int(numero)):
        avant = nom.replace(numero, str(n))
        if autour.attribut(avant).strip() or autour.feuille(avant):
            return False
    return True


def _champs(fiche: Noeud, table: Table) -> Iterator[tuple[str, Role, str]]:
    """The values of a record itself: name of the field, role, value."""
    for nom, valeur in fiche.attributs:
        role = table.get(f"{fiche.tag}@{nom}")
        if role is not None and valeur.strip():
            yield nom, role, valeur.strip()
    for enfant in fiche.enfants:
        role = table.get(f"{fiche.tag}/{enfant.tag}")
        if role is not None and enfant.texte.strip():
            yield enfant.tag, role, enfant.texte.strip()


def _personne(fiche: Noeud, table: Table) -> Personne:
    return composer(_champs(fiche, table), fiche.tag)


def composer(champs: Iterator[tuple[str, Role, str]], genre: str) -> Personne:
    """The person that the values of a record (name, role, value) describe; `genre`: tag or category of the record."""
    eleve = genre in _FICHES_ELEVES
    p = Personne(_ELEVE if eleve else _ADULTE, eleve=eleve, personnel=genre in _FICHES_PERSONNELS)
    for nom, role, valeur in champs:
        if role is Role.NAISSANCE:
            lue = lire_date(valeur)
            p.annee = lue[0].year if lue else p.annee
        elif role is Role.SEXE:
            p.sexe = _SEXES.get(valeur.lower(), p.sexe)
        elif role is Role.CIVILITE:
            p.sexe = p.sexe or _CIVILITES.get(valeur.lower())
        elif role is Role.NOM:
            p.noms.append(valeur)
            if nom in _NOMS_DE_FAMILLE:
                p.nom, p.sur = valeur, True
        elif role is Role.PRENOM:
            p.prenoms.append(valeur)
        elif role is Role.INE:
            p.cles.append((role.value, valeur.upper()))
        elif role in IDENTIFIANTS and role not in (Role.ADRESSE, Role.ELENOET):
            p.cles.append((role.value, canonique(valeur)))
    if not p.nom and p.noms:
        p.nom = p.noms[0]
    return p


# AAF


def _fiche_aaf(fiche: Noeud, traiteur: Traiteur) -> None:
    """One request of a feed; a leaf under the root is none."""
    attrs = [(a.attribut("name"), a) for bloc in fiche.enfants for a in bloc.enfants]
    categories = {nom: a.feuille("value") for nom, a in attrs if nom.startswith("categorie")}
    genre = categories.get("categoriePersonne", "")
    personne = composer(_champs_aaf(attrs), genre) if genre else SANS_PERSONNE
    traiteur.fiche(fiche, personne)
    if not fiche.enfants and fiche.texte.strip():
        fiche.texte = traiteur.inconnu(fiche.tag, fiche.texte)
    cle = Role.JOINTURE if genre else Role.ETABLISSEMENT if "categorieStructure" in categories else Role.GARDER
    for bloc in fiche.enfants:
        for a in bloc.enfants:
            _garder_seulement(a, ("name", "operation"), traiteur)
            if a.tag == "id" and bloc.tag == "identifier":
                a.texte = traiteur.traiter(cle, a.texte, Contexte("identifier/id", bloc, personne))
            elif a.tag in ("attr", "modification"):
                for valeur in a.enfants:
                    _garder_seulement(valeur, (), traiteur)
                    if valeur.texte.strip():
                        valeur.texte = _valeur_aaf(a.attribut("name"), valeur.texte, bloc, personne, traiteur)
            elif a.texte.strip():
                a.texte = traiteur.inconnu(f"{bloc.tag}/{a.tag}", a.texte)


def _champs_aaf(attrs: list[tuple[str, Noeud]]) -> Iterator[tuple[str, Role, str]]:
    for nom, a in attrs:
        role = champs_aaf.SIMPLES.get(nom)
        if role is not None and a.feuille("value"):
            yield nom, role, a.feuille("value")


def _valeur_aaf(nom: str, valeur: str, bloc: Noeud, personne: Personne, traiteur: Traiteur) -> str:
    segments = champs_aaf.roles(nom, valeur.strip())
    if segments is None:
        return traiteur.inconnu(f"attribut {nom}", valeur)
    rendus = []
    vides = True
    for segment, role in segments:
        contexte = Contexte(nom, bloc, personne, vides)
        rendus.append(traiteur.traiter(role, segment, contexte) if segment.strip() else segment)
        vides = vides and not segment.strip()
    return "$".join(rendus)


def _garder_seulement(noeud: Noeud, permis: tuple[str, ...], traiteur: Traiteur) -> None:
    """What is not an attribute of the DTD is emptied."""
    noeud.attributs = [
        (nom, valeur if nom in permis else traiteur.inconnu(f"{noeud.tag}@{nom}", valeur))
        for nom, valeur in noeud.attributs
    ]
