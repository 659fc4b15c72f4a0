"""A small invented school as the AAF writes it, and feeds of it for the tests of the ENT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
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
    Modification,
    PersEducNatAaf,
    PersRelEleveAaf,
    calculer_delta,
    ecrire_archive,
)
from shared.formats.aaf.valeurs import (
    DansStructure,
    DivisionDeclaree,
    Fonction,
    GroupeDeclare,
    LienResponsable,
    MatiereDansStructure,
    NomCourant,
)
from shared.identifiers import fabriquer_ine, fabriquer_uai

UAI = fabriquer_uai("097", 7)
STRUCTURE = 4200
MEF = "10010012110"
MATHS, ANGLAIS = "061300", "030201"
PROJET = "ENT2DVA-ESSAI"
PARIS = ZoneInfo("Europe/Paris")


def eleve(i: int, nom: str, prenom: str, classe: str = "6A", groupes: Sequence[str] = (), **champs: Any) -> EleveAaf:
    """Pupil number `i` (jointure 7100000 + i)."""
    return EleveAaf(
        jointure=7_100_000 + i,
        ine=fabriquer_ine(990_000_000 + i),
        eleve_id=1_900_000 + i,
        naissance=date(2010, 3, 1 + i % 28),
        nom_famille=nom,
        nom_usage=nom,
        prenom=prenom,
        prenoms=(prenom,),
        mef=MEF,
        libelle_mef="6EME",
        structure=STRUCTURE,
        classes=(DansStructure(STRUCTURE, classe),) if classe else (),
        groupes=tuple(DansStructure(STRUCTURE, g) for g in groupes),
        **champs,
    )


def responsable(i: int, nom: str, prenom: str, eleves: Iterable[EleveAaf] = ()) -> PersRelEleveAaf:
    """Responsable number `i` (jointure 7200000 + i)."""
    return PersRelEleveAaf(
        jointure=7_200_000 + i,
        nom_famille=nom,
        nom_usage=nom,
        prenom=prenom,
        eleves=tuple(e.jointure for e in eleves),
        mels=(f"parent{i}@exemple.invalid",),
    )


def lien(r: PersRelEleveAaf, type_lien: int = 10) -> LienResponsable:
    return LienResponsable(r.jointure, type_lien, True, 1, False, True)


def enseignant(
    i: int,
    nom: str,
    prenom: str,
    classes: Sequence[tuple[str, str]] = (),
    groupes: Sequence[tuple[str, str]] = (),
    principal: Sequence[str] = (),
    fonction: str = "ENS",
) -> PersEducNatAaf:
    """A member of staff (jointure 5100 + i); `classes` and `groupes`: (name, matière)."""
    est_enseignant = fonction in ("ENS", "DOC")
    return PersEducNatAaf(
        jointure=5100 + i,
        naissance=date(1980, 1, 1 + i % 28),
        nom_famille=nom,
        nom_usage=nom,
        prenom=prenom,
        structure=STRUCTURE,
        classes=tuple(DansStructure(STRUCTURE, c) for c, _ in classes),
        groupes=tuple(DansStructure(STRUCTURE, g) for g, _ in groupes),
        matieres_classes=tuple(MatiereDansStructure(STRUCTURE, c, m) for c, m in classes),
        matieres_groupes=tuple(MatiereDansStructure(STRUCTURE, g, m) for g, m in groupes),
        principal=tuple(DansStructure(STRUCTURE, c) for c in principal),
        fonctions=(Fonction(STRUCTURE, fonction, {"ENS": "ENSEIGNEMENT", "EDU": "EDUCATION"}.get(fonction, fonction)),),
        enseignant=est_enseignant,
        devant_eleves=bool(classes or groupes),
    )


class Ecole(Struct, frozen=True):
    """What one feed holds."""

    divisions: tuple[str, ...] = ("6A", "6B")
    groupes: tuple[tuple[str, tuple[str, ...]], ...] = (("6LATIN", ("6A", "6B")), ("6ANG1", ("6A",)))
    eleves: tuple[EleveAaf, ...] = ()
    responsables: tuple[PersRelEleveAaf, ...] = ()
    personnels: tuple[PersEducNatAaf, ...] = ()
    matieres: tuple[tuple[str, str], ...] = ((MATHS, "MATHEMATIQUES"), (ANGLAIS, "ANGLAIS LV1"))
    etablissement: bool = True
    attributs_absents: tuple[str, ...] = ()

    def avec(self, **champs: Any) -> Ecole:
        return replace(self, **champs)

    def fiches(self) -> list[Fiche]:
        fiches: list[Fiche] = []
        if self.etablissement:
            fiches.append(
                EtabEducNatAaf(
                    jointure=STRUCTURE,
                    uai=UAI,
                    nom=NomCourant("CLG", "DES SOURCES", "VILLEFEINTE"),
                    type_structure="COLLEGE",
                    code_type_structure="340",
                    academie="EXEMPLE",
                    divisions=tuple(DivisionDeclaree(d, f"CLASSE {d}", (MEF,)) for d in self.divisions),
                    groupes=tuple(GroupeDeclare(g, "", ds) for g, ds in self.groupes),
                )
            )
        fiches.append(MefEducNatAaf(code=MEF, libelle="6EME", rattachement=MEF, mefstat11="21110010012"))
        fiches.extend(MatiereEducNatAaf(code=c, libelle=li) for c, li in sorted(self.matieres))
        for personnes in (self.eleves, self.responsables, self.personnels):
            fiches.extend(sorted(personnes, key=lambda p: p.jointure))  # type: ignore[attr-defined]
        return fiches

    def enregistrements(self) -> list[Enregistrement]:
        return [sans(f.vers_enregistrement(), self.attributs_absents) for f in self.fiches()]


def sans(e: Enregistrement, absents: Sequence[str]) -> Enregistrement:
    """The record without some attributes."""
    return Enregistrement.de(e.categorie, e.id, [(n, v) for n, v in e.attributs if n not in absents])


def ecole_type() -> Ecole:
    """Three pupils in two classes, two responsables, two teachers and a CPE."""
    p1, p2 = responsable(1, "VALBRUNE", "Aurore"), responsable(2, "OSTREL", "Guy Et Yvette")
    e1 = eleve(1, "VALBRUNE", "Ilona", "6A", ["6LATIN", "6ANG1"], liens=(lien(p1),), code_postal="25000")
    e2 = eleve(2, "VALBRUNE", "Théo", "6B", ["6LATIN"], liens=(lien(p1),))
    e3 = eleve(3, "OSTREL", "Jean-Noël", "6A", ["6ANG1"], liens=(lien(p2, 20),))
    return Ecole(
        eleves=(e1, e2, e3),
        responsables=(replace(p1, eleves=(e1.jointure, e2.jointure)), replace(p2, eleves=(e3.jointure,))),
        personnels=(
            enseignant(1, "ORVAL", "BERENICE", [("6A", MATHS), ("6B", MATHS)], principal=["6A"]),
            enseignant(2, "TASSIN", "LOUIS", [("6A", ANGLAIS)], [("6ANG1", ANGLAIS)]),
            enseignant(3, "VERMEL", "ANNE", fonction="EDU"),
        ),
    )


def complet(dossier: Path, ecole: Ecole, jour: date) -> Path:
    """The archive of a complete feed of that day."""
    return archive_complete(dossier, ecole.enregistrements(), jour)


def archive_complete(dossier: Path, enregistrements: Iterable[Enregistrement], jour: date) -> Path:
    """The archive of a complete feed that holds these records."""
    return _archive(dossier, "Complet", jour, [Ajout(e.categorie, e.id, e.noms, e.valeurs) for e in enregistrements])


def delta(dossier: Path, avant: Ecole, apres: Ecole, jour: date) -> Path:
    """The archive of the delta from one state to the next."""
    return _archive(dossier, "Delta", jour, calculer_delta(avant.enregistrements(), apres.enregistrements()))


def modifications(dossier: Path, operations: Iterable[Modification], jour: date) -> Path:
    """The archive of a delta that holds these modifications."""
    return _archive(dossier, "Delta", jour, operations)


def _archive(dossier: Path, type_: str, jour: date, operations: Iterable[Any]) -> Path:
    ici = dossier / f"{type_}-{jour:%Y%m%d}-{len(list(dossier.iterdir()))}"
    with EcrivainAlimentation(ici, PROJET, "99", jour, type_) as ecrivain:
        ecrivain.ecrire(operations)
    a_deux_heures = datetime(jour.year, jour.month, jour.day, 2, tzinfo=PARIS)
    return ecrire_archive(ici, ecrivain.manifeste, a_deux_heures, ici.with_suffix(".tar.gz"))


def ouvrir_projet(bac: Any, **champs: Any) -> None:
    """The ENT project of the tests."""
    corps = {"code": "essai", "aaf_projet": PROJET, "libelle": "ENT des essais", "uais": [UAI]} | champs
    reponse = bac["ent"].post("/api/projets", json=corps)
    assert reponse.status_code == 201, reponse.text


def importer(bac: Any, archive: Path, numero: int | None = None) -> dict[str, Any]:
    """Import a feed by hand; the report."""
    reponse = bac["ent"].post(
        "/api/projets/essai/imports",
        files={"archive": (archive.name, archive.read_bytes(), "application/gzip")},
        data={} if numero is None else {"numero": str(numero)},
    )
    assert reponse.status_code == 201, reponse.text
    rapport: dict[str, Any] = reponse.json()
    return rapport


def comptes(bac: Any, **criteres: Any) -> dict[int, dict[str, Any]]:
    """The accounts of the project, by AAF number."""
    lus = bac["ent"].get("/api/projets/essai/comptes", params={"limite": 5000, **criteres})
    assert lus.status_code == 200, lus.text
    return {c["aaf_id"]: c for c in lus.json()}
