"""Invented écoles and their people, as the typed records of an AAF feed of the first degree.

The simulated chain begins at the collège: these are for whoever reads such feeds, and for the ENT. Everybody is in the
reserved ranges. Source: reference aaf.md §5; shares of families as in `familles`.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from rentree.population.ecoles_classes import Classe, Genre, former_classes
from rentree.population.ecoles_familles import Enfants, Place
from rentree.population.ecoles_personnels import Personnels
from rentree.population.lieux import etablissement_invente
from rentree.population.parametres import ParametresRefuses
from shared.formats.aaf import (
    Ajout,
    EcrivainAlimentation,
    EtabEducNatAaf1d,
    Fiche,
    Grammaire,
    TypeAlimentation,
    ecrire_archive,
)
from shared.formats.aaf.valeurs import Commune, NomCourant, telephone
from shared.horloge.calendrier import calendrier_scolaire
from shared.identifiers import fabriquer_uai, mel
from shared.nomenclatures import academie_du_departement, commune, communes, nature

ECOLES_MAX = 400
DEPARTEMENT, ACADEMIE = "037", "18"
PAR_CIRCONSCRIPTION = 20
STRUCTURE = 90_000
"""Before the number of an école; circonscriptions have those after 99 000."""

_UAI_ECOLES, _UAI_CIRCONSCRIPTIONS = 9100, 9010
_GENRES: tuple[Genre, ...] = ("elementaire", "maternelle", "petits", "grands")
_SIGLES: dict[Genre, str] = {"elementaire": "E.E.PU", "maternelle": "E.M.PU", "petits": "E.P.PU", "grands": "E.E.PU"}
_NATURES: dict[Genre, str] = {"elementaire": "151", "maternelle": "101", "petits": "151", "grands": "151"}


class Ecole(Struct, frozen=True):
    """An école being peopled: its record, its kind, the écoles where brothers and sisters may be, its classes."""

    fiche: EtabEducNatAaf1d
    genre: Genre
    bassin: int
    classes: tuple[Classe, ...]


class Demande(Struct, frozen=True):
    """What to invent. `annee`: STS year. Raises `ParametresRefuses`."""

    ecoles: int = 4
    seed: int | str = 1
    annee: int = 2021

    def __post_init__(self) -> None:
        if not 1 <= self.ecoles <= ECOLES_MAX:
            raise ParametresRefuses(
                f"{self.ecoles} écoles : ce n'est pas possible.", remede=f"Demandez de 1 à {ECOLES_MAX} écoles."
            )
        if not 1990 <= self.annee <= 2100:
            raise ParametresRefuses(
                f"L'année {self.annee} n'est pas possible.", remede="Demandez une année de 1990 à 2100."
            )

    @property
    def rentree(self) -> date:
        """The pupils' first day."""
        return calendrier_scolaire(self.annee, "nord").rentree_eleves


def inventer(demande: Demande) -> list[Fiche]:
    """The records of a complete feed, in its order: structures, pupils, responsables, staff.

    The same demand gives the same people, on any machine. Écoles come by four: an élémentaire and the maternelle of its
    commune, then two of a regroupement pédagogique (RPI), the little ones in one, the big ones in the other.
    """
    hasard = random.Random(f"ecoles/{demande.seed}/{demande.annee}")
    ecoles = [_ecole(random.Random(f"{hasard.getrandbits(64)}"), rang) for rang in range(demande.ecoles)]
    enfants = Enfants(random.Random(f"{hasard.getrandbits(64)}"), demande.annee, demande.rentree)
    for bassin in sorted({e.bassin for e in ecoles}):
        siennes = [e for e in ecoles if e.bassin == bassin]
        lieux = [commune(e.fiche.commune.code) for e in siennes if e.fiche.commune]
        enfants.inscrire([p for e in siennes for p in _places(e)], lieux)
    personnels = Personnels(random.Random(f"{hasard.getrandbits(64)}"), demande.annee)
    personnels.nommer([(e.fiche.jointure, len(e.classes)) for e in ecoles])
    structures = sorted([*(e.fiche for e in ecoles), *_circonscriptions(ecoles)], key=lambda e: e.jointure)
    return [*structures, *enfants.eleves, *enfants.responsables, *personnels.fiches]


def _ecole(hasard: random.Random, rang: int) -> Ecole:
    genre = _GENRES[rang % len(_GENRES)]
    bassin, en_rpi = rang // 2, genre in ("petits", "grands")
    toutes = communes(DEPARTEMENT)
    # The two of a RPI are in two communes next to each other in the list; the others in the same.
    lieu = toutes[(bassin * 3 + (genre == "grands")) % len(toutes)]
    uai = fabriquer_uai("098", _UAI_ECOLES + rang)
    decrite = etablissement_invente(uai, DEPARTEMENT, _NATURES[genre], lieu.insee)
    jointure = STRUCTURE + rang + 1
    fiche = EtabEducNatAaf1d(
        jointure=jointure,
        uai=uai,
        siren=f"9900{uai[1:7]}0001",
        nom=NomCourant(_SIGLES[genre], decrite.complement, lieu.acheminement),
        type_structure=nature(_NATURES[genre]).type_aaf,
        tutelle="MINISTERE DE L'EDUCATION NATIONALE",
        secteur="PU",
        circonscription=_circonscription(rang),
        commune=Commune(lieu.insee, lieu.libelle, lieu.departement),
        rpi=Commune(str(1200 + bassin), f"RPI {toutes[bassin * 3 % len(toutes)].libelle}", DEPARTEMENT)
        if en_rpi
        else None,
        academie=academie_du_departement(DEPARTEMENT).nom,
        rue=decrite.adresse.ligne1,
        code_postal=lieu.code_postal,
        ville=lieu.acheminement,
        telephone=telephone(decrite.telephone),
        mel=mel("ecole", uai, 0, "ac-rentree.invalid"),
    )
    return Ecole(fiche, genre, bassin, former_classes(hasard, genre, jointure))


def _places(ecole: Ecole) -> Iterable[Place]:
    for classe in ecole.classes:
        for niveau, effectif in classe.effectifs:
            for _ in range(effectif):
                yield Place(ecole.fiche.jointure, classe, niveau)


def _circonscription(rang: int) -> int:
    return STRUCTURE + 9_001 + rang // PAR_CIRCONSCRIPTION


def _circonscriptions(ecoles: list[Ecole]) -> list[EtabEducNatAaf1d]:
    """The structures of the inspectors, which écoles name."""
    trouvees = []
    for numero in sorted({e.fiche.circonscription for e in ecoles if e.fiche.circonscription}):
        premiere = next(e.fiche for e in ecoles if e.fiche.circonscription == numero)
        uai = fabriquer_uai("098", _UAI_CIRCONSCRIPTIONS + numero - STRUCTURE - 9_001)
        trouvees.append(
            EtabEducNatAaf1d(
                jointure=numero,
                uai=uai,
                nom=NomCourant("IEN", f"{premiere.ville} {numero - STRUCTURE - 9_000}", premiere.ville),
                type_structure="CIRCONSCRIPTIONS INSPECTION EDUC NAT",
                tutelle=premiere.tutelle,
                secteur="PU",
                academie=premiere.academie,
                code_postal=premiere.code_postal,
                ville=premiere.ville,
                mel=mel("ien", uai, 0, "ac-rentree.invalid"),
            )
        )
    return trouvees


def archiver(fiches: Iterable[Fiche], projet: str, jour: date) -> bytes:
    """The archive of a complete feed of these records, dated of a day at two in the morning."""
    with tempfile.TemporaryDirectory(prefix="rentree-ecoles-") as ici:
        dossier = Path(ici) / "fichiers"
        with EcrivainAlimentation(
            dossier, projet, ACADEMIE, jour, TypeAlimentation.COMPLET, Grammaire.V6_3_1D
        ) as ecrivain:
            ecrivain.ecrire(
                Ajout(e.categorie, e.id, e.noms, e.valeurs) for e in (f.vers_enregistrement() for f in fiches)
            )
        instant = datetime(jour.year, jour.month, jour.day, 2, tzinfo=ZoneInfo("Europe/Paris"))
        return ecrire_archive(dossier, ecrivain.manifeste, instant).read_bytes()
