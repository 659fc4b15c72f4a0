"""Fifty schools of year N as files, one of them a lycée: what SIECLE exported of each, and its group links.

People come from the generator, which makes collèges: the lycée is one whose levels, MEF and codes are read as those
of a lycée, and whose half-classes are those of specialities.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from rentree.demo.depart import adresse_siecle, eleve_siecle, personne_siecle, rattachement_siecle
from rentree.population import Eleve, Parametres, generer
from shared.formats.elegroupe import dossiers as prives
from shared.formats.elegroupe.dossiers_ecriture import ecrire_dossiers
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import EleveLien, GroupeLien
from shared.formats.elegroupe.liens import Parametres as ParametresLiens
from shared.formats.siecle import communs, eleves, responsables, structures
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.exports import Export, ecrire_export_zip, nom_zip
from shared.identifiers import fabriquer_uai

ANNEE = 2021
INSTANT = datetime(ANNEE, 8, 20, 10)  # noqa: DTZ001 - the wall clock of the computer that exports
LYCEE = 2_000
COLLEGES = (500, 440, 600, 375, 540, 675, 410, 470, 570, 350)
"""Pupils of the collèges, ten by ten."""

_NIVEAUX_DE_LYCEE = {"6": "2", "5": "1", "4": "T", "3": "B"}
_MEFS_DE_LYCEE = {
    "100": ("20010019110", "20010019112"),
    "101": ("20110019110", "21131016110"),
    "102": ("20210019110", "21231018110"),
    "103": ("31131211210", "31131211220"),
}
_SPECIALITES = ("SPE1", "SPE2", "SPE3")
SANS_DIVISION = 12
"""In the lycée, one pupil in so many waits for her division."""


@dataclass(frozen=True)
class Groupe:
    """A group: its members by ELEVE_ID, the MEF and divisions that they come from."""

    code: str
    libelle: str
    mefs: tuple[str, ...]
    divisions: tuple[str, ...]
    membres: tuple[int, ...]


class Ecole:
    """A school of year N, its pupils in their places. `rang`: its place in the académie, 0 is the lycée."""

    def __init__(self, rang: int) -> None:
        self.lycee = rang == 0
        effectif = LYCEE if self.lycee else COLLEGES[rang % len(COLLEGES)]
        uai = fabriquer_uai("096", rang + 1)
        self.population = p = generer(
            Parametres(uai=uai, effectif=effectif, seed=f"bench:{rang}", annee=ANNEE, rang=rang)
        )
        self.uai, self.millesime = uai, p.parametres.millesime_effectif
        self.enveloppe = Enveloppe(uai, self.millesime, INSTANT.date(), INSTANT)
        self.places = {
            e.id: (self._mef(e.scolarite.mef), self._division(rang_eleve, e.scolarite.division))
            for rang_eleve, e in enumerate(p.eleves)
            if e.scolarite is not None
        }
        self.eleves = [e for e in p.eleves if e.id in self.places]
        self.groupes = list(self._groupes())

    def _mef(self, code: str) -> str:
        if not self.lycee:
            return code
        general, autre = _MEFS_DE_LYCEE[code[:3]]
        return general if code.endswith("110") else autre

    def _division(self, rang: int, code: str | None) -> str | None:
        if not self.lycee or code is None:
            return code
        return None if rang % SANS_DIVISION == 0 else self._en_lycee(code)

    @staticmethod
    def _en_lycee(code: str) -> str:
        return _NIVEAUX_DE_LYCEE.get(code[0], code[0]) + code[1:]

    def _groupes(self) -> Iterator[Groupe]:
        for g in self.population.besoins.groupes:
            code = self._en_lycee(g.code) if self.lycee else g.code
            yield self._groupe(code, g.libelle[:20], g.membres)
        if not self.lycee:
            return
        par_division: dict[str, list[int]] = {}
        for eleve_id, (_, division) in self.places.items():
            if division is not None:
                par_division.setdefault(division, []).append(eleve_id)
        for division, membres in sorted(par_division.items()):
            for specialite in _SPECIALITES:
                for moitie in (0, 1):
                    code = f"{division}_{specialite}{'AB'[moitie]}"
                    yield self._groupe(code, f"{division} {specialite}", tuple(membres[moitie::2]))

    def _groupe(self, code: str, libelle: str, membres: Sequence[int]) -> Groupe:
        places = [self.places[m] for m in membres if m in self.places]
        return Groupe(
            code,
            libelle,
            tuple(sorted({mef for mef, _ in places})),
            tuple(sorted({division for _, division in places if division})),
            tuple(m for m in membres if m in self.places),
        )

    @property
    def liens(self) -> int:
        """Memberships of groups."""
        return sum(len(g.membres) for g in self.groupes)

    def siecle(self) -> list[tuple[str, bytes]]:
        """Élèves, Responsables, Structures and Communs, zipped as SIECLE zips them: (name, bytes)."""
        p, tete = self.population, self.enveloppe
        fiches = [self._eleve(e) for e in self.eleves]
        liens = [x for x in p.liens if x.eleve_id in self.places]
        ids = {x.responsable_id for x in liens}
        personnes = [personne_siecle(r) for r in p.responsables if r.id in ids]
        rattachements = [rattachement_siecle(x) for x in liens]
        siennes, leurs = {e.adresse_id for e in fiches}, {x.adresse_id for x in personnes}
        adresses = [adresse_siecle(a) for a in p.adresses if a.id in siennes]
        celles = [adresse_siecle(a) for a in p.adresses if a.id in leurs]
        return [
            _zip(Export.ELEVES_AVEC_ADRESSES, lambda f: ecrire_eleves(f, tete, fiches, adresses)),
            _zip(
                Export.RESPONSABLES_AVEC_ADRESSES,
                lambda f: responsables.ecrire_responsables(f, tete, personnes, rattachements, celles),
            ),
            _zip(Export.STRUCTURES, lambda f: structures.ecrire_structures(f, tete, *self._structures())),
            _zip(Export.COMMUNS, lambda f: communs.ecrire_communs(f, tete, self._communs())),
        ]

    def _eleve(self, e: Eleve) -> eleves.Eleve:
        mef, division = self.places[e.id]
        assert e.scolarite is not None  # those who have none are left out
        options = [(o.rang, o.matiere, o.modalite) for o in e.scolarite.options]
        return eleve_siecle(
            e, mef=mef, division=division, entree=self.population.rentree, sortie=None, motif=None, options=options
        )

    def _structures(self) -> tuple[list[structures.Division], list[structures.Groupe]]:
        mefs: dict[str, set[str]] = {}
        for mef, division in self.places.values():
            if division is not None:
                mefs.setdefault(division, set()).add(mef)
        return (
            [structures.Division(d, d, None, self.uai, tuple(sorted(mefs[d]))) for d in sorted(mefs)],
            [structures.Groupe(g.code, g.libelle, None, self.uai, g.mefs, g.divisions) for g in self.groupes],
        )

    def _communs(self) -> communs.Communs:
        p, e = self.population, self.population.etablissement
        identite = communs.IdentiteEtablissement(
            etab_uaj_id=1,
            denom_princ="LYCEE" if self.lycee else e.denomination,
            denom_compl=e.complement,
            ligne1=e.adresse.ligne1,
            code_postal=e.adresse.code_postal,
            libelle_postal=e.adresse.libelle_postal,
            code_pays="100",
            code_type_etab="LYC" if self.lycee else e.sigle,
            secteur_code="PR" if self.lycee else e.secteur,
        )
        return communs.Communs(identite, communs.AnneeScolaire(p.rentree, p.sortie, p.rentree, p.sortie))

    def fichier_liens(self, renommer: Callable[[str], str] = str) -> tuple[str, bytes]:
        """The group links as the timetable software zips them: (name, bytes). `renommer`: codes BEE may not know."""
        groupes: dict[int, list[GroupeLien]] = {}
        for g in self.groupes:
            for membre in g.membres:
                groupes.setdefault(membre, []).append(GroupeLien(renommer(g.code), self.population.rentree))
        lignes = [
            EleveLien(e.nom, e.prenom, e.date_naissance, tuple(groupes[e.id]), eleve_id=e.id)
            for e in self.eleves
            if e.id in groupes
        ]
        sortie = io.BytesIO()
        parametres = ParametresLiens(self.uai, self.millesime, INSTANT.date(), 1, "BENCH")
        ecrit = ecrire_liens_zip(sortie, parametres, lignes, INSTANT)
        return ecrit.nom.nom_zip, sortie.getvalue()

    def fichier_dossiers(self, nombre: int) -> tuple[str, bytes]:
        """What the software of a private school says of so many pupils, their régime being none: (name, bytes)."""
        choisis = [e for e in self.eleves if self.places[e.id][1]][:nombre]
        lieu = prives.AdresseDossier("100", "1 RUE INVENTEE", code_postal="25000", libelle_postal="BESANCON")
        rangs = list(enumerate(choisis, 1))
        personnes = [prives.PersonneDossier(n, "2", e.nom, "Iris", "54", adresse=lieu) for n, e in rangs]
        dossiers = [
            prives.EleveDossier(
                n,
                e.nom,
                e.prenom,
                e.date_naissance,
                "100",
                adhesion_transport=False,
                code_regime="77",
                doublement=False,
                id_siecle_ele=e.id,
                code_pays_nat="100",
                code_sexe=e.sexe,
                code_commune_insee_naiss="25056",
                date_entree=self.population.rentree,
                adresse=lieu,
                responsables=(prives.LienDossier(prives.Nature.LEGAL, n, "10", True, True, True, True),),
                scolarite=prives.ScolariteActive(
                    self.places[e.id][0], "ST", self.population.rentree, self.places[e.id][1]
                ),
                an_dernier=prives.AnDernier("3", self.uai),
            )
            for n, e in rangs
        ]
        sortie, xml = io.BytesIO(), io.BytesIO()
        ecrire_dossiers(xml, ParametresLiens(self.uai, self.millesime, INSTANT.date(), 1, "BENCH"), personnes, dossiers)
        radical = f"{self.uai}PRIVE{self.millesime}{INSTANT:%y%m%d%H%M%S}"
        with zipfile.ZipFile(sortie, "w") as archive:
            archive.writestr(f"{radical}.xml", xml.getvalue())
        return f"{radical}.zip", sortie.getvalue()


def _zip(export: Export, ecrire: Callable[[BinaryIO], object]) -> tuple[str, bytes]:
    sortie = io.BytesIO()
    ecrire_export_zip(sortie, export, INSTANT, ecrire)
    return nom_zip(export), sortie.getvalue()
