"""Pupils: identity, birth, schooling of N and N-1.

Source: reference nomenclatures section 6.3 (régimes, bourses, retards) and 6.4 (births), reference SIECLE 2.2.
"""

from __future__ import annotations

import random
from datetime import date

from rentree.population import listes
from rentree.population.contexte import Contexte, jour_de, tirer
from rentree.population.effectifs import Place
from rentree.population.familles import Fratrie, Role
from rentree.population.lieux import Lieux
from rentree.population.modeles import Eleve, Lien, Scolarite
from rentree.population.options import options_de
from shared.identifiers import cle_tri, mel, telephone_mobile
from shared.nomenclatures import communes

_REGIMES = (("2", 30.0), ("24", 29.0), ("25", 9.0), ("0", 28.0), ("1", 3.5), ("3", 0.5))
_NAISSANCES_LOIN = (
    ("352", "ORAN"), ("350", "FES"), ("351", "SFAX"), ("139", "BRAGA"), ("134", "VALENCE"), ("127", "TURIN"),
    ("208", "IZMIR"), ("341", "THIES"), ("335", "KAYES"), ("326", "BOUAKE"), ("330", "KINDIA"),
    ("131", "NAMUR"), ("132", "LEEDS"), ("114", "IASI"), ("155", "LVIV"), ("206", "ALEP"), ("243", "HUE"),
    ("514", "PORT-VILA"),
)  # fmt: skip
_MATERNITES = {"037": ("37261", "37050", "37003"), "025": ("25056", "25388", "25462"), "988": ("98818", "98805")}
_ESPACEMENT_JOURS = 290


class Eleves:
    """Makes the pupils of each family."""

    def __init__(self, contexte: Contexte, lieux: Lieux) -> None:
        self._contexte = contexte
        self._lieux = lieux
        self._hasard = contexte.hasard("eleves")
        self.eleves: list[Eleve] = []
        self.liens: list[Lien] = []

    def inscrire(self, fratrie: Fratrie, roles: list[list[Role]]) -> None:
        """Create the children of a family and their links."""
        dates: list[tuple[Place, date]] = []
        prenoms: set[str] = set()
        for rang, place in enumerate(fratrie.places):
            naissance = self._naitre(place, dates)
            dates.append((place, naissance))
            eleve = self._eleve(fratrie, rang, place, naissance, prenoms)
            prenoms.add(eleve.prenom)
            self.eleves.append(eleve)
            self.liens += [role.lien(eleve.id) for role in roles[rang]]

    def _naitre(self, place: Place, aines: list[tuple[Place, date]]) -> date:
        """A date of birth that goes with the level, and with brothers and sisters: twins, or a year apart."""
        hasard = self._hasard
        for autre, jour in aines:
            if (autre.niveau, autre.niveau_precedent) == (place.niveau, place.niveau_precedent):
                return jour
        annee = self._contexte.parametres.annee
        classe, de = (place.niveau, annee) if place.niveau else (place.niveau_precedent, annee - 1)
        # A repeater is a year late; a few others are early or late, except beside a brother or sister.
        ecart = 1 if place.doublement else (0 if aines else tirer(hasard, [(0, 92.0), (1, 6.0), (-1, 2.0)]))
        nee = de - (17 - classe) - ecart
        # Too close to a brother or sister: try the year before, then the year after.
        for possible in (nee, nee - 1) if place.doublement else (nee, nee - 1, nee + 1):
            for _ in range(40):
                jour = jour_de(hasard, possible)
                if all(abs((jour - autre).days) >= _ESPACEMENT_JOURS for _, autre in aines):
                    return jour
        return min((autre for _, autre in aines), key=lambda autre: abs(autre.year - nee))

    def _eleve(self, fratrie: Fratrie, rang: int, place: Place, naissance: date, pris: set[str]) -> Eleve:
        hasard, contexte = self._hasard, self._contexte
        sexe = "2" if hasard.random() < 0.49 else "1"
        possibles = [p for p in listes.prenoms(sexe, naissance.year) if p not in pris]
        prenom, prenom2, prenom3 = hasard.sample(possibles, 3)
        deux = hasard.random() < 0.6
        pays, commune, ville = self._lieu_de_naissance()
        etranger = place.origine == "hors_academie" and place.niveau_precedent in (4, 5)
        if etranger:
            pays, commune, ville = "131", None, "LIEGE"
        loin = fratrie.commune is not None and fratrie.commune.insee != self._lieux.commune.insee
        place.eleve_id = identifiant = contexte.identifiant("eleve")
        mobile = hasard.random() < 0.3
        return Eleve(
            id=identifiant,
            ine=contexte.ine(identifiant),
            elenoet=0,
            nom=fratrie.noms[rang],
            nom_usage=fratrie.noms_usage[rang],
            prenom=prenom,
            prenom2=prenom2 if deux else None,
            prenom3=prenom3 if deux and hasard.random() < 0.45 else None,
            sexe=sexe,
            date_naissance=naissance,
            pays_naissance=pays,
            departement_naissance=_departement(commune),
            commune_naissance=commune,
            ville_naissance=ville,
            nationalite=pays if pays != "100" and hasard.random() < 0.6 else "100",
            adresse_id=fratrie.adresse_enfants.id if fratrie.adresse_enfants else None,
            mel=mel(prenom, fratrie.noms[rang], identifiant % 10_000) if hasard.random() < 0.1 else None,
            tel_portable=telephone_mobile(contexte.rang_contact()) if mobile else None,
            regime=tirer(hasard, _REGIMES),
            bourse=hasard.choice("123") if fratrie.boursiere else "0",
            transport=hasard.random() < (0.5 if loin else 0.03),
            doublement=place.doublement,
            provenance=_PROVENANCES[place.origine] if not etranger else "5",
            origine=place.origine,
            scolarite=self._scolarite(place),
            scolarite_precedente=self._scolarite_precedente(place, etranger),
        )

    def _lieu_de_naissance(self) -> tuple[str, str | None, str | None]:
        hasard = self._hasard
        departement = self._contexte.parametres.departement_effectif
        ou = hasard.random()
        if ou < 0.05:
            pays, ville = hasard.choice(_NAISSANCES_LOIN)
            return pays, None, ville
        if ou < 0.80 and departement in _MATERNITES:
            return "100", hasard.choice(_MATERNITES[departement]), None
        return "100", hasard.choice(communes()).insee, None

    def _scolarite(self, place: Place) -> Scolarite | None:
        if place.niveau is None or place.mef is None:
            return None
        annee = self._contexte.parametres.annee
        return Scolarite(
            annee=annee,
            uai=self._lieux.etablissement.uai,
            mef=place.mef,
            division=place.division,
            options=options_de(place.lv2, place.latin, place.chorale),
            date_entree=self._entree(place) if place.origine == "base" else self._contexte.rentree(annee),
        )

    def _scolarite_precedente(self, place: Place, etranger: bool) -> Scolarite:
        annee = self._contexte.parametres.annee - 1
        college = place.niveau_precedent <= 6
        parti = place.niveau is None
        return Scolarite(
            annee=annee,
            uai=None if etranger else self._uai_precedente(place),
            mef=place.mef_precedent,
            division=place.division_precedente,
            options=options_de(place.lv2_precedente, place.latin_precedent, False) if college else (),
            date_entree=self._entree(place) if place.origine in ("base", None) else None,
            date_sortie=self._contexte.sortie(annee) if parti else None,
            motif_sortie=self._motif(place) if parti else None,
        )

    def _uai_precedente(self, place: Place) -> str:
        if place.origine == "affectation":
            return self._hasard.choice(self._lieux.ecoles).uai
        if place.origine == "autre_eple":
            return self._lieux.voisin.uai
        if place.origine == "hors_academie":
            return self._lieux.lointain.uai
        return self._lieux.etablissement.uai

    def _entree(self, place: Place) -> date:
        """The day he entered the school, if he came in 6e and repeated nothing before."""
        annee = self._contexte.parametres.annee - 1
        return self._contexte.rentree(annee - (6 - place.niveau_precedent))

    def _motif(self, place: Place) -> str:
        suites = (("10", 85.0), ("12", 7.0), ("21", 5.0), ("20", 3.0))
        departs = (("10", 60.0), ("11", 30.0), ("30", 10.0))
        return tirer(self._hasard, suites if place.niveau_precedent == 3 else departs)


_PROVENANCES = {"base": "1", None: "1", "affectation": "4", "autre_eple": "2", "hors_academie": "2"}


def _departement(insee: str | None) -> str | None:
    """A département of birth on 3 characters, from an INSEE code of the communes shipped."""
    if insee is None:
        return None
    return insee[:3] if insee.startswith(("97", "98")) else f"0{insee[:2]}"


def numeroter(eleves: list[Eleve], hasard: random.Random) -> dict[int, int]:
    """The ELENOET of each pupil by id: older entries first, then alphabetical order, from a number of its own."""
    depart = hasard.randint(1000, 4000)
    ordre = sorted(eleves, key=_anciennete)
    return {eleve.id: depart + rang for rang, eleve in enumerate(ordre)}


def _anciennete(eleve: Eleve) -> tuple[date, str, str, int]:
    ici = eleve.scolarite if eleve.origine not in ("base", None) else eleve.scolarite_precedente
    entree = (ici and ici.date_entree) or date.max
    return entree, cle_tri(eleve.nom), cle_tri(eleve.prenom), eleve.id
