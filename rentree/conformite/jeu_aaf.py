"""The feeds that importers are tried with: two invented schools, what changes in them, as archives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from shared.formats.aaf import (
    Ajout,
    EcrivainAlimentation,
    EleveAaf,
    Enregistrement,
    EtabEducNatAaf,
    Fiche,
    MatiereEducNatAaf,
    MefEducNatAaf,
    Operation,
    PersEducNatAaf,
    PersRelEleveAaf,
    calculer_delta,
    ecrire_archive,
)
from shared.formats.aaf.valeurs import (
    DansStructure,
    DivisionDeclaree,
    Fonction,
    LienResponsable,
    MatiereDansStructure,
    NomCourant,
)
from shared.identifiers import fabriquer_ine, fabriquer_uai

PROJET = "ENT-CONFORMITE"
ACADEMIE = "99"
PREMIER_JOUR = date(2021, 9, 1)
COLLEGE, LYCEE = 4201, 4202
UAIS = {COLLEGE: fabriquer_uai("097", 7201), LYCEE: fabriquer_uai("097", 7202)}
MEF, MATHS = "10010012110", "061300"
ELEVE, RESPONSABLE, PERSONNEL = 7_100_000, 7_200_000, 5100
PARIS = ZoneInfo("Europe/Paris")


class Etat(Struct, frozen=True):
    """The people of a feed."""

    eleves: tuple[EleveAaf, ...]
    responsables: tuple[PersRelEleveAaf, ...]
    personnels: tuple[PersEducNatAaf, ...]

    def fiches(self) -> list[Fiche]:
        """Every record, in the order of a feed."""
        ecoles: list[Fiche] = [
            EtabEducNatAaf(
                jointure=numero,
                uai=UAIS[numero],
                nom=NomCourant(sigle, nom, "VILLEFEINTE"),
                type_structure=genre,
                code_type_structure=code,
                academie="EXEMPLE",
                divisions=tuple(DivisionDeclaree(d, f"CLASSE {d}", (MEF,)) for d in ("6A", "6B")),
                groupes=(),
            )
            for numero, sigle, nom, genre, code in (
                (COLLEGE, "CLG", "DES ESSAIS", "COLLEGE", "340"),
                (LYCEE, "LYC", "DES CIMES", "LYCEE", "302"),
            )
        ]
        references: list[Fiche] = [
            MefEducNatAaf(code=MEF, libelle="6EME", rattachement=MEF, mefstat11="21110010012"),
            MatiereEducNatAaf(code=MATHS, libelle="MATHEMATIQUES"),
        ]
        return [*ecoles, *references, *self.eleves, *self.responsables, *self.personnels]

    def enregistrements(self) -> list[Enregistrement]:
        """The same, as they are written."""
        return [f.vers_enregistrement() for f in self.fiches()]

    def sans(self, eleve: int) -> Etat:
        """Without a pupil, whose responsables keep their other children."""
        parents = []
        for r in self.responsables:
            restent = tuple(e for e in r.eleves if e != eleve)
            if restent:
                parents.append(replace(r, eleves=restent))
        return replace(self, eleves=tuple(e for e in self.eleves if e.jointure != eleve), responsables=tuple(parents))

    def avec(self, *ajoutes: EleveAaf) -> Etat:
        """With pupils more; one that is there already is replaced."""
        numeros = {e.jointure for e in ajoutes}
        gardes = [e for e in self.eleves if e.jointure not in numeros]
        return replace(self, eleves=tuple(sorted((*gardes, *ajoutes), key=lambda e: e.jointure)))


def eleve(i: int, nom: str, prenom: str, classe: str = "6A", ecole: int = COLLEGE, parent: int = 0) -> EleveAaf:
    """Pupil number `i`; `parent`: number of her responsable, 0 for none."""
    liens = (LienResponsable(RESPONSABLE + parent, 10, True, 1, False, True),) if parent else ()
    return EleveAaf(
        jointure=ELEVE + i,
        ine=fabriquer_ine(990_800_000 + i),
        eleve_id=1_800_000 + i,
        naissance=date(2010, 3, 1 + i % 28),
        nom_famille=nom,
        nom_usage=nom,
        prenom=prenom,
        prenoms=(prenom,),
        mef=MEF,
        libelle_mef="6EME",
        structure=ecole,
        classes=(DansStructure(ecole, classe),),
        groupes=(),
        liens=liens,
    )


def responsable(i: int, nom: str, prenom: str, eleves: Iterable[int]) -> PersRelEleveAaf:
    """Responsable number `i` of those pupils."""
    return PersRelEleveAaf(
        jointure=RESPONSABLE + i,
        nom_famille=nom,
        nom_usage=nom,
        prenom=prenom,
        eleves=tuple(ELEVE + e for e in eleves),
        mels=(f"parent{i}@exemple.invalid",),
    )


def personnel(i: int, nom: str, prenom: str, ecoles: Sequence[int], fonction: str = "ENS") -> PersEducNatAaf:
    """A member of staff of those schools, who teaches 6A in each when he teaches."""
    enseigne = fonction == "ENS"
    classes = tuple(DansStructure(e, "6A") for e in ecoles) if enseigne else ()
    return PersEducNatAaf(
        jointure=PERSONNEL + i,
        naissance=date(1980, 1, 1 + i % 28),
        nom_famille=nom,
        nom_usage=nom,
        prenom=prenom,
        structure=ecoles[0],
        classes=classes,
        groupes=(),
        matieres_classes=tuple(MatiereDansStructure(e, "6A", MATHS) for e in ecoles) if enseigne else (),
        matieres_groupes=(),
        principal=(),
        fonctions=tuple(Fonction(e, fonction, "ENSEIGNEMENT" if enseigne else fonction) for e in ecoles),
        enseignant=enseigne,
        devant_eleves=enseigne,
    )


def etat_de_base() -> Etat:
    """Five pupils, their responsables, three members of staff: each of the cases that importers meet."""
    return Etat(
        eleves=(
            eleve(1, "VALBRUNE", "Léa", "6A", parent=1),
            eleve(2, "VALBRUNE", "Théo", "6A", LYCEE, parent=1),
            eleve(3, "D'OSTREL-MORVAN", "Jean-Noël", "6B", parent=2),
            eleve(4, "LE GOÛT DE LA TOUR", "Maëlys", "6B", parent=2),
            eleve(5, "NGUYÊN", "Zoë", "6A", parent=3),
        ),
        responsables=(
            responsable(1, "VALBRUNE", "Aurore", (1, 2)),
            responsable(2, "D'OSTREL-MORVAN", "Guy", (3, 4)),
            responsable(3, "NGUYÊN", "Ève", (5,)),
        ),
        personnels=(
            personnel(1, "SAVIGNE", "BERENICE", (COLLEGE, LYCEE)),
            personnel(2, "TREFFORT", "LOUIS", (COLLEGE,)),
            personnel(3, "VERMEL", "ODILE", (COLLEGE,), "DIR"),
        ),
    )


class Redacteur:
    """Writes feeds one after the other, each a day after the one before."""

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier
        self.jour = PREMIER_JOUR
        self._rang = 0

    def complet(self, etat: Etat, *, jour: date | None = None, par_fichier: int = 5000) -> Path:
        """A complete feed of that state."""
        lignes = [Ajout(e.categorie, e.id, e.noms, e.valeurs) for e in etat.enregistrements()]
        return self._ecrire("Complet", lignes, jour, par_fichier)

    def delta(self, avant: Etat, apres: Etat, *, jour: date | None = None) -> Path:
        """The delta from one state to the next."""
        return self._ecrire("Delta", calculer_delta(avant.enregistrements(), apres.enregistrements()), jour, 5000)

    def operations(self, lignes: Iterable[Operation]) -> Path:
        """A delta of those operations."""
        return self._ecrire("Delta", lignes, None, 5000)

    def abimee(self, archive: Path, octets: bytes) -> Path:
        """The same feed under the same name, its bytes replaced."""
        ici = self._nouveau() / archive.name
        ici.write_bytes(octets)
        return ici

    def _nouveau(self) -> Path:
        self._rang += 1
        ici = self._dossier / f"{self._rang:03}"
        ici.mkdir()
        return ici

    def _ecrire(
        self, type_: str, lignes: Iterable[Operation | Enregistrement], jour: date | None, par_fichier: int
    ) -> Path:
        if jour is None:
            self.jour += timedelta(days=1)
            jour = self.jour
        ici = self._nouveau()
        with EcrivainAlimentation(ici / "flux", PROJET, ACADEMIE, jour, type_, max_par_fichier=par_fichier) as ecrivain:
            ecrivain.ecrire(lignes)
        a_deux_heures = datetime(jour.year, jour.month, jour.day, 2, tzinfo=PARIS)
        archive = ici / f"{PROJET}_{type_}_{jour:%Y%m%d}.tar.gz"
        return ecrire_archive(ici / "flux", ecrivain.manifeste, a_deux_heures, archive)
