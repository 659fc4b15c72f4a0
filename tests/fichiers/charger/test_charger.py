"""`rentree charger`: six schools in disorder, some of them broken, and what the ENT holds after the nights."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rentree.chargement import chargeur
from rentree.chargement.chargeur import Bac
from rentree.chargement.rapport import Rapport
from rentree.chargement.sources import Ouvreur
from shared.horloge.profils import profil
from shared.http.clients import Clients, nouveau_transport
from tests.conftest import BacEssai
from tests.fichiers.charger.ecoles import EcoleEcrite, ecrire_ecole, poser

NICE = profil("nice-2021")
SAINE, CASSEE, AUTRE_ANNEE, STS_SEUL, EPARPILLEE, DOUBLEE = range(6)
CLE = b"une cle pour les essais"
_DERNIER = re.compile(rb'<INDIVIDU ID="([0-9]+)"')


def rien(etape: str, fait: int, total: int) -> None:
    """A progress that nobody looks at."""


def zipper(fichiers: dict[str, bytes]) -> bytes:
    """A zip of files."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in fichiers.items():
            archive.writestr(nom, octets)
    return sortie.getvalue()


def disposer(dossier: Path) -> list[EcoleEcrite]:
    """Six schools, each arranged in its own way; four can be loaded whole."""
    ecoles = [ecrire_ecole(rang, annee=2018 if rang == AUTRE_ANNEE else 2021) for rang in range(6)]
    partager_un_enseignant(ecoles[EPARPILLEE], ecoles[DOUBLEE])
    # Zips in a zip in a zip, beside a picture.
    saine = ecoles[SAINE]
    depot = {"lot/ecole.zip": zipper(saine.fichiers), "lot/photo.jpg": b"\xff\xd8\xff", "__MACOSX/x": b"?"}
    poser(dossier / "envois", {"academie.zip": zipper(depot)})
    # The pupils' file stops in the middle.
    casses = dict(ecoles[CASSEE].fichiers)
    with zipfile.ZipFile(io.BytesIO(casses.pop("ExportXML_ElevesAvecAdresses.zip"))) as archive:
        casses["ElevesAvecAdresses.xml"] = archive.read("ElevesAvecAdresses.xml")[:-400]
    poser(dossier / "b" / "c" / "d", casses)
    poser(dossier / "vieux", ecoles[AUTRE_ANNEE].fichiers)
    poser(dossier, {n: o for n, o in ecoles[STS_SEUL].fichiers.items() if n.startswith("sts_emp")})
    # Half in one place, half in another, under names that say nothing.
    moities: list[dict[str, bytes]] = [{}, {}]
    for rang, (nom, octets) in enumerate(ecoles[EPARPILLEE].fichiers.items()):
        moities[rang % 2][f"envoi {rang} (1).zip" if nom.endswith(".zip") else f"envoi {rang}"] = octets
    poser(dossier / "ici", moities[0])
    poser(dossier / "la", moities[1])
    # Everything twice, the second time as browsers name it.
    doubles = {f"{Path(n).stem} (1){Path(n).suffix}": o for n, o in ecoles[DOUBLEE].fichiers.items()}
    poser(dossier / "telechargements", ecoles[DOUBLEE].fichiers | doubles)
    poser(dossier, {"LISEZMOI.txt": b"Bonjour", "abime.zip": b"PK\x03\x04 rien"})
    return ecoles


def partager_un_enseignant(ici: EcoleEcrite, la: EcoleEcrite) -> None:
    """The last person of the second school's sts_emp becomes the last one of the first's: he teaches in both."""
    numeros = [_DERNIER.findall(e.fichiers[f"sts_emp_{e.uai}_2021.xml"])[-1] for e in (ici, la)]
    for nom in [n for n in la.fichiers if n.endswith(".xml")]:
        la.fichiers[nom] = la.fichiers[nom].replace(b'ID="%s"' % numeros[1], b'ID="%s"' % numeros[0])


def charger_dans(bac: BacEssai, dossier: Path, cle: bytes | None = CLE) -> Rapport:
    """Load a folder into a bac."""
    transport, lieu = nouveau_transport(), bac.installation.implantation
    try:
        clients = Clients(lieu.adresses, lieu.jeton_interne, transport, bac.nom)
        jour = bac.maintenant.astimezone(NICE.zone_horaire).date()
        with Ouvreur() as ouvreur:
            lu = chargeur.lire(dossier, NICE, ouvreur, cle=cle, avance=rien)
            return chargeur.charger(lu, Bac(bac.nom, clients, NICE, jour), ouvreur, avance=rien)
    finally:
        transport.close()


@dataclass
class Joue:
    """The load of the six schools, a second run, and the nights after it."""

    bac: BacEssai
    ecoles: list[EcoleEcrite]
    rapport: Rapport
    encore: Rapport
    ent: dict[str, dict[str, Any]] = field(default_factory=dict)

    def de(self, rang: int) -> Any:
        """The report of a school."""
        return next(e for e in self.rapport.ecoles if e.ecole.uai == self.ecoles[rang].uai)


@pytest.fixture(scope="module")
def joue(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Joue]:
    """The six schools loaded twice, then three nights."""
    dossier = tmp_path_factory.mktemp("charger")
    ecoles = disposer(dossier)
    installation.gestion.creer("charger", profil=NICE, graine=1, depart=NICE.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "charger", pile)
        j = Joue(bac, ecoles, charger_dans(bac, dossier), charger_dans(bac, dossier))
        bac.avancer("48h")
        bac.avancer("24h")
        for ecole in ecoles:
            j.ent[ecole.uai] = bac["ent"].get("/api/projets/ENT-RENTREE/bilan", params={"uai": ecole.uai}).json()
        yield j
    installation.gestion.supprimer("charger")


def test_each_school_comes_to_its_own_end(joue: Joue) -> None:
    """A bad school is told apart and stops nobody; the exit code says that something was refused."""
    etats = [joue.de(rang).etat for rang in range(6)]
    assert etats == ["charge", "partiel", "refuse", "charge", "charge", "charge"]
    assert joue.rapport.code == 1
    assert joue.rapport.projet == "ENT-RENTREE"


def test_what_is_refused_says_where_and_what_to_do(joue: Joue) -> None:
    """The broken file with its line, the other year with both years, the archive that is not one."""
    (nom, casse), *autres = joue.de(CASSEE).refus
    assert (nom, casse.code) == ("b/c/d/ElevesAvecAdresses.xml", "XML_MAL_FORME")
    assert casse.lieu.ligne > 1
    assert {r.code for _, r in autres} <= {"PART_PRECEDENTE"}
    assert {r.code for _, r in joue.de(AUTRE_ANNEE).refus} == {"AUTRE_ANNEE"}
    assert "2018-2019" in joue.de(AUTRE_ANNEE).refus[0][1].phrase
    assert [(r.nom, r.refus.code) for r in joue.rapport.rejets] == [("abime.zip", "ZIP_ILLISIBLE")]
    tous = [r for e in joue.rapport.ecoles for _, r in e.refus] + [r.refus for r in joue.rapport.rejets]
    assert all(r.remede for r in tous)


def test_the_broken_file_condemns_its_part_alone(joue: Joue) -> None:
    """STS-Web has the school whose pupils' file is broken; its base stays closed until the file is given again."""
    ecole = joue.ecoles[CASSEE]
    parts = {p.nom: p.etat for p in joue.de(CASSEE).jeux[0].parts}
    assert (parts["STS-Web"], parts["Base élèves"], parts["Emploi du temps"]) == ("charge", "refuse", "charge")
    assert joue.bac["sts_web"].get(f"/api/etablissements/{ecole.uai}").json()["annees"][0]["annee"] == 2021
    assert joue.bac["siecle_bee"].get(f"/api/etablissements/{ecole.uai}/bases/2021").status_code == 404


def test_copies_count_once(joue: Joue) -> None:
    """Of seven files given twice, seven are said to be copies, and none is loaded twice."""
    ecole = joue.de(DOUBLEE)
    assert len(ecole.ecole.ecartes) == 7
    assert all("copie de" in pourquoi for _, pourquoi in ecole.ecole.ecartes)


def test_everything_given_is_in_the_applications(joue: Joue) -> None:
    """Counts of the applications are those of the files, wherever the files lay."""
    for rang in (SAINE, EPARPILLEE, DOUBLEE):
        ecole = joue.ecoles[rang]
        comptes = {p.nom: p.comptes for p in joue.de(rang).jeux[0].parts}
        assert comptes["Base élèves"]["eleves"] == len(ecole.eleves)
        assert comptes["STS-Web"]["ressources"] == ecole.personnels
        assert comptes["Emploi du temps"]["groupes"] == len(ecole.groupes)
        assert comptes["Liens élève-groupe"]["eleves"] > 0
        structures = joue.bac["siecle_bee"].get(f"/api/etablissements/{ecole.uai}/bases/2021/structures").json()
        assert {g["code"] for g in structures["groupes"]} == set(ecole.groupes)


def test_a_teacher_of_two_schools_keeps_both(joue: Joue) -> None:
    """The second school's load does not take him away from the first."""
    siens = []
    for rang in (EPARPILLEE, DOUBLEE):
        agents = joue.bac["rectorat"].get(f"/api/etablissements/{joue.ecoles[rang].uai}/agents").json()
        siens.append({a["id"]: {f["uai"] for f in a["affectations"]} for a in agents})
    communs = sorted(set(siens[0]) & set(siens[1]))
    assert len(communs) == 1
    assert siens[0][communs[0]] == {joue.ecoles[EPARPILLEE].uai, joue.ecoles[DOUBLEE].uai}


def test_the_nights_bring_the_schools_to_the_ent(joue: Joue) -> None:
    """Pupils, classes, groups and their members are in the ENT; what was refused is not."""
    for rang in (SAINE, EPARPILLEE, DOUBLEE):
        ecole, vue = joue.ecoles[rang], joue.ent[joue.ecoles[rang].uai]
        avec_ine = sum(e.ine is not None for e in ecole.eleves)
        assert vue["comptes"]["eleves"] == avec_ine
        assert vue["comptes"]["enseignants"] > 0
        assert vue["comptes"]["responsables"] > 0
        assert vue["classes"] == len(ecole.divisions)
        assert vue["groupes"] == len(ecole.groupes)
        assert vue["liens"] == ecole.liens
    assert joue.ent[joue.ecoles[STS_SEUL].uai]["comptes"]["eleves"] == 0
    assert joue.ent[joue.ecoles[AUTRE_ANNEE].uai]["comptes"]["enseignants"] == 0


def test_a_second_run_changes_nothing(joue: Joue) -> None:
    """What is loaded is said to be; what was refused still is; no second ENT is opened."""
    etats = [e.etat for e in joue.encore.ecoles]
    assert etats == ["deja", "partiel", "refuse", "deja", "deja", "deja"]
    assert joue.encore.projet is None


def test_nobody_of_the_files_is_in_the_applications(joue: Joue) -> None:
    """Identities are replaced on entry: no INE and no (nom, prénom) of the files is in the base."""
    ecole = joue.ecoles[SAINE]
    base = joue.bac["siecle_bee"].get(f"/api/etablissements/{ecole.uai}/bases/2021/eleves").json()
    assert len(base) == len(ecole.eleves)
    assert not {e["ine"] for e in base} & {e.ine for e in ecole.eleves}
    assert not {(e["nom"], e["prenom"]) for e in base} & {(e.nom, e.prenom) for e in ecole.eleves}
