"""A small collège in the timetable software, and the files that reach it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.formats import sts
from shared.formats.elegroupe.lecture import lire_liens
from shared.formats.elegroupe.liens import DocumentLiens
from shared.formats.elegroupe.noms import analyser_nom
from shared.formats.siecle import eleves as f_eleves
from shared.formats.siecle import nomenclature as f_nomenclature
from shared.formats.siecle import structures as f_structures
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.exports import Export, ecrire_export_zip, nom_zip
from shared.horloge.profils import profil
from shared.identifiers import fabriquer_uai
from shared.security.archives import open_zip
from tests.conftest import BacEssai

UAI = fabriquer_uai("096", 1)
AUTRE = fabriquer_uai("097", 2)
MEF6 = "10010012110"
FRANCAIS, MATHS, ALLEMAND, SVT = "020700", "061300", "030101", "062900"
INSTANT = datetime(2021, 8, 24, 10, 0, 0)  # noqa: DTZ001 - files carry a wall clock


def _matiere(code: str, gestion: str, libelle: str) -> sts.Matiere:
    return sts.Matiere(code, gestion, libelle.upper(), libelle.upper(), libelle)


def individu(ident: str, nom: str, prenom: str = "Camille") -> sts.IndividuSts:
    """A teacher of STS-Web."""
    return sts.IndividuSts(
        id=ident, type="epp", sexe="2", civilite="2", nom_usage=nom, nom_patronymique=nom, prenom=prenom, fonction="ENS"
    )


class Ecole:
    """The collège's base, through the software's web service; also what STS-Web and SIECLE would export."""

    uai = UAI
    autre = AUTRE

    def __init__(self, bac: Any, annee: int = 2021) -> None:
        self.bac, self.annee = bac, annee
        self.base = f"/api/etablissements/{UAI}/bases/{annee}"

    def demander(self, methode: str, suite: str = "", statut: int | None = None, **options: Any) -> Any:
        """A request on the base; the decoded answer, its status checked."""
        reponse = self.bac["edt"].request(methode, self.base + suite, **options)
        assert reponse.status_code == (statut or reponse.status_code), reponse.text
        assert statut is not None or reponse.status_code < 400, reponse.text
        json = reponse.content and "json" in reponse.headers.get("content-type", "")
        return reponse.json() if json else reponse

    def sts_emp(
        self,
        *,
        uai: str = UAI,
        annee: int | None = None,
        individus: Sequence[sts.IndividuSts] | None = None,
        groupes: Sequence[str] = (),
        classes: Sequence[str] = ("6A", "6B"),
        services: bool = True,
    ) -> bytes:
        """A sts_emp: classes, four matières, three teachers; French in each class unless `services` is False."""
        annee = annee or self.annee
        mefs = (sts.MefAppartenance(MEF6, 24, 20),)
        gens = [individu("40101", "ESTRADEL"), individu("40102", "TALBOUR"), individu("40103", "VANNEREAU")]
        francais = sts.Service(
            FRANCAIS, "CG", Decimal("4.50"), False, (sts.Enseignant("40101", "epp", Decimal("4.50")),)
        )
        sortie = io.BytesIO()
        sts.ecrire_sts_emp(
            sortie,
            sts.StsEmp(
                parametres=sts.ParametresSts(
                    sts.Uaj(code=uai, sigle="CLG", denom_princ="COLLEGE", denom_compl="DES TROIS MOULINS"),
                    sts.AnneeScolaire(annee, date(annee, 9, 1), date(annee + 1, 8, 31)),
                ),
                nomenclatures=sts.NomenclaturesSts(
                    matieres=(
                        _matiere(FRANCAIS, "FRANC", "Français"),
                        _matiere(ALLEMAND, "ALL1", "Allemand LV1"),
                        _matiere(MATHS, "MATHS", "Mathématiques"),
                        _matiere(SVT, "SVT", "Sciences de la vie et de la Terre"),
                    ),
                    mefs=(sts.Mef(MEF6, "6EME", "", "6EME", "6ème", "21110010012", "2111"),),
                ),
                individus=tuple(gens if individus is None else individus),
                divisions=tuple(
                    sts.Division(
                        c,
                        f"DIVISION {c}",
                        24,
                        20,
                        mefs,
                        (francais,) if services else (),
                    )
                    for c in classes
                ),
                groupes=tuple(
                    sts.Groupe(g, f"GROUPE {g}", 12, 0, 0, (sts.DivisionAppartenance(classes[0], 12),)) for g in groupes
                ),
            ),
        )
        return sortie.getvalue()

    def importer_sts(self, contenu: bytes | None = None, statut: int | None = None, **champs: Any) -> Any:
        """« Récupérer les données » of STS-Web."""
        fichier = ("sts_emp.xml", self.sts_emp() if contenu is None else contenu)
        return self.demander("POST", "/imports/sts", statut, files={"fichier": fichier}, data=champs)

    def export_eleves(
        self,
        places: dict[int, str | None],
        *,
        uai: str = UAI,
        millesime: int = 2021,
        sortis: Sequence[int] = (),
        groupes: dict[int, tuple[str, ...]] | None = None,
        noms: dict[int, str] | None = None,
    ) -> tuple[str, bytes]:
        """ExportXML_ElevesSansAdresses.zip: pupils by ELEVE_ID, with their class."""
        eleves = [
            f_eleves.Eleve(
                eleve_id=ident,
                elenoet=ident % 10_000,
                nom_de_famille=(noms or {}).get(ident, f"OBRIC{ident}"),
                prenom="Léo",
                date_naiss=date(2010, 3, 1),
                doublement=False,
                code_regime="0",
                date_entree=date(2021, 9, 1),
                date_sortie=date(2021, 7, 6) if ident in sortis else None,
                code_sexe="1",
                adhesion_transport=False,
                code_mef=MEF6,
                division=division,
                groupes=(groupes or {}).get(ident, ()),
            )
            for ident, division in places.items()
        ]
        enveloppe = Enveloppe(uai, millesime, INSTANT.date(), INSTANT)
        sortie = io.BytesIO()
        ecrire_export_zip(
            sortie, Export.ELEVES_SANS_ADRESSES, INSTANT, lambda f: ecrire_eleves(f, enveloppe, eleves, None)
        )
        return nom_zip(Export.ELEVES_SANS_ADRESSES), sortie.getvalue()

    def export_structures(self, uai: str = UAI, millesime: int = 2021) -> tuple[str, bytes]:
        """ExportXML_Structures.zip."""
        enveloppe = Enveloppe(uai, millesime, INSTANT.date(), INSTANT)
        divisions = [f_structures.Division("6A", "6A", None, uai, (MEF6,))]
        sortie = io.BytesIO()
        ecrire_export_zip(
            sortie, Export.STRUCTURES, INSTANT, lambda f: f_structures.ecrire_structures(f, enveloppe, divisions, ())
        )
        return nom_zip(Export.STRUCTURES), sortie.getvalue()

    def export_nomenclature(self, uai: str = UAI, millesime: int = 2021) -> tuple[str, bytes]:
        """ExportXML_Nomenclature.zip: the MEF and a matière of the collège, with labels of their own."""
        enveloppe = Enveloppe(uai, millesime, INSTANT.date(), INSTANT)
        listes = f_nomenclature.Nomenclatures(
            mefs=(f_nomenclature.Mef(MEF6, "6EME", libelle_edition="Sixième du collège"),),
            matieres=(f_nomenclature.Matiere(MATHS, "MATHEMATIQUES", False, libelle_edition="Maths"),),
            programmes=(f_nomenclature.Programme(MEF6, MATHS, "S"),),
        )
        sortie = io.BytesIO()
        ecrire_export_zip(
            sortie,
            Export.NOMENCLATURE,
            INSTANT,
            lambda f: f_nomenclature.ecrire_nomenclature(f, enveloppe, listes),
        )
        return nom_zip(Export.NOMENCLATURE), sortie.getvalue()

    def importer_siecle(self, *fichiers: tuple[str, bytes], statut: int | None = None, **choix: str) -> Any:
        """« Récupérer les données des élèves »."""
        envois = [("fichiers", f) for f in fichiers]
        return self.demander("POST", "/imports/siecle", statut, files=envois, data=choix)

    def groupe(self, code: str, divisions: Sequence[str] = ("6A",), barrette: str | None = None) -> None:
        """A new group."""
        self.demander("POST", "/groupes", json=[{"code": code, "divisions": list(divisions), "barrette": barrette}])

    def service(self, structure: str, matiere: str = FRANCAIS, heures: float = 3, prof: int | None = 40101) -> None:
        """A new service."""
        gens = [] if prof is None else [{"id": prof, "heures": heures}]
        self.demander(
            "POST",
            "/services",
            json=[{"structure": structure, "matiere": matiere, "heures": heures, "enseignants": gens}],
        )

    def exporter_sts(self) -> sts.EmpSts:
        """The emp_sts file, read back."""
        reponse = self.demander("POST", "/exports/sts")
        return sts.lire_emp_sts(io.BytesIO(reponse.content), "emp_sts.xml")

    def exporter_liens(self, **options: bool) -> tuple[str, DocumentLiens]:
        """The zip of the links, read back: its name and its document."""
        reponse = self.demander("POST", "/exports/liens", json=options)
        nom = reponse.headers["content-disposition"].split('"')[1]
        with open_zip(reponse.content, nom) as archive:
            (membre,) = list(archive)
            assert membre.base == analyser_nom(nom).nom_xml
            with membre.open() as flux:
                return nom, lire_liens(flux, membre.base)


@pytest.fixture
def ecole(bac: Any) -> Ecole:
    """The collège, base built for 2021-2022 with STS-Web's data, Monday 23 August 2021."""
    e = Ecole(bac)
    e.demander("POST", statut=201)
    e.importer_sts()
    return e


@pytest.fixture(scope="module")
def ecole_commune(installation: Any) -> Iterator[Ecole]:
    """The same collège, for the tests of a module that leave it as it was (refusals)."""
    choisi = profil("nice-2021")
    nom = "essai_edt_commun"
    installation.gestion.creer(nom, profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        e = Ecole(BacEssai(installation, nom, pile))
        e.demander("POST", statut=201)
        e.importer_sts()
        yield e
    installation.gestion.supprimer(nom)


@pytest.fixture
def nouvelle_ecole(nouveau_bac: Any) -> Any:
    """Makes the collège, its base empty, in a bac of another profile: `nouvelle_ecole(profil=…, annee=…)`."""

    def faire(annee: int = 2021, **options: Any) -> Ecole:
        e = Ecole(nouveau_bac(**options), annee)
        e.demander("POST", statut=201)
        return e

    return faire
