"""What can still identify somebody once names are replaced: rare values, rare combinations of values.

Source: RGPD, recital 26; « Le guide de la sécurité des données personnelles » of the CNIL (re-identification by
crossing). Nothing here names anybody: codes and numbers of pupils.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import Struct

from shared.formats.pseudonymes.arbre import Noeud
from shared.formats.reconnaissance import Famille

SEUIL = 3
"""Below this number of pupils, a value is rare."""

_LIBELLES = {
    "division": "divisions",
    "groupe": "groupes",
    "option": "options",
    "nationalite": "nationalités",
    "commune": "communes de résidence",
    "naissance": "communes ou pays de naissance",
    "regime": "régimes",
}
_CROISES = ("division", "option", "nationalite", "commune", "regime", "sexe")


@dataclass(slots=True)
class _Eleve:
    valeurs: dict[str, set[str]] = field(default_factory=dict)
    adresse: str = ""

    def noter(self, quoi: str, valeur: str) -> None:
        if valeur.strip():
            self.valeurs.setdefault(quoi, set()).add(valeur.strip())


class Rare(Struct, frozen=True):
    """Values that fewer than `SEUIL` pupils have: what they are, and (value, number of pupils)."""

    quoi: str
    valeurs: tuple[tuple[str, int], ...]


class Indices:
    """Pupils as the files describe them, names apart. SIECLE's when there, else the AAF's."""

    def __init__(self) -> None:
        self._eleves: dict[str, _Eleve] = {}
        self._aaf: dict[str, _Eleve] = {}
        self._logements: dict[str, str] = {}
        self._adresses: dict[str, str] = {}
        self._foyers: dict[str, str] = {}
        self._sortants = 0

    def voir(self, noeud: Noeud, famille: Famille) -> None:
        """One record, as it is in the file."""
        if famille in (Famille.SIECLE_ELEVES, Famille.DOSSIERS):
            self._siecle(noeud)
        elif famille is Famille.SIECLE_RESPONSABLES:
            self._responsables(noeud)
        elif famille is Famille.AAF:
            self._demande_aaf(noeud)

    def _siecle(self, noeud: Noeud) -> None:
        if noeud.tag == "ADRESSE":
            self._logements[noeud.attribut("ADRESSE_ID")] = noeud.feuille("LIBELLE_POSTAL")
            return
        cle = noeud.attribut("ELEVE_ID") or noeud.feuille("ID_PRV_ELE")
        if not cle:
            return
        eleve = self._eleves.setdefault(cle, _Eleve())
        if noeud.tag == "ELEVE":
            eleve.noter("nationalite", noeud.feuille("CODE_PAYS_NAT"))
            eleve.noter("regime", noeud.feuille("CODE_REGIME"))
            eleve.noter("sexe", noeud.feuille("CODE_SEXE"))
            eleve.noter("naissance", noeud.feuille("CODE_COMMUNE_INSEE_NAISS") or noeud.feuille("CODE_PAYS"))
            eleve.adresse = noeud.feuille("ADRESSE_ID")
            self._sortants += bool(noeud.feuille("DATE_SORTIE"))
            for n in noeud.tous():
                if n.tag == "CODE_DIVISION" and "division" not in eleve.valeurs:
                    eleve.noter("division", n.texte)
                elif n.tag in ("LL_POSTAL", "LIBELLE_POSTAL"):
                    eleve.noter("commune", n.texte)
        for n in noeud.tous():
            if n.tag in ("OPTIONS_ELEVE", "OPTION"):
                eleve.noter("option", n.feuille("CODE_MATIERE"))
            elif n.tag == "STRUCTURE":
                groupe = n.feuille("TYPE_STRUCTURE") == "G"
                eleve.noter("groupe" if groupe else "division", n.feuille("CODE_STRUCTURE"))

    def _responsables(self, noeud: Noeud) -> None:
        """Where pupils live when they have no address of their own: with the first responsable who may host them."""
        if noeud.tag == "ADRESSE":
            self._logements[noeud.attribut("ADRESSE_ID")] = noeud.feuille("LIBELLE_POSTAL")
        elif noeud.tag == "PERSONNE":
            self._adresses[noeud.attribut("PERSONNE_ID")] = noeud.feuille("ADRESSE_ID")
        elif noeud.feuille("HEBERGE_ELEVE") != "false":
            self._foyers.setdefault(noeud.feuille("ELEVE_ID"), noeud.feuille("PERSONNE_ID"))

    def _demande_aaf(self, noeud: Noeud) -> None:
        attrs = {a.attribut("name"): a for bloc in noeud.enfants for a in bloc.enfants}
        if "categoriePersonne" not in attrs or attrs["categoriePersonne"].feuille("value") != "Eleve":
            return
        if "ENTPersonJointure" not in attrs:
            return
        eleve = self._aaf.setdefault(attrs["ENTPersonJointure"].feuille("value"), _Eleve())
        noms = {
            "division": "ENTEleveClasses",
            "groupe": "ENTEleveGroupes",
            "option": "ENTEleveCodeEnseignements",
            "commune": "ENTPersonVille",
            "regime": "ENTEleveRegime",
            "sexe": "personalTitle",
        }
        for quoi, nom in noms.items():
            for valeur in attrs[nom].enfants if nom in attrs else ():
                eleve.noter(quoi, valeur.texte.rpartition("$")[2])

    @property
    def sortants(self) -> int:
        """Pupils whose leaving date is in the files."""
        return self._sortants

    @property
    def nombre(self) -> int:
        """Pupils described."""
        return len(self._eleves or self._aaf)

    def rares(self, structure: Callable[[str], str]) -> tuple[Rare, ...]:
        """The rare values, by kind; `structure` gives the new code of a division or a group."""
        eleves = self._complets()
        trouves = []
        for quoi, libelle in _LIBELLES.items():
            nombres: Counter[str] = Counter()
            for eleve in eleves:
                nombres.update(eleve.valeurs.get(quoi, ()))
            rares = [
                (structure(v) if quoi in ("division", "groupe") else v, n) for v, n in nombres.items() if n < SEUIL
            ]
            if rares:
                trouves.append(Rare(libelle, tuple(sorted(rares))))
        return tuple(trouves)

    def combinaisons_rares(self) -> int:
        """Pupils whose division, options, nationality, commune, régime and sex are together those of too few."""
        eleves = self._complets()
        nombres = Counter(self._croise(e) for e in eleves)
        return sum(n for n in nombres.values() if n < SEUIL)

    def _complets(self) -> list[_Eleve]:
        """The pupils, with the commune where they live."""
        for cle, eleve in self._eleves.items():
            if "commune" not in eleve.valeurs:
                adresse = eleve.adresse or self._adresses.get(self._foyers.get(cle, ""), "")
                eleve.noter("commune", self._logements.get(adresse, ""))
        return list((self._eleves or self._aaf).values())

    def _croise(self, eleve: _Eleve) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(sorted(eleve.valeurs.get(quoi, ()))) for quoi in _CROISES)
