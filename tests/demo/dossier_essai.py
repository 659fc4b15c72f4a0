"""The hand-written folder `dossier_reel`, given as real folders are, and what it holds of people.

One small collège (0970034K, 2021-2022), as each application would export it. Nobody in it was made by our generator.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

from rentree.demo import DemandeDemo, Entree
from rentree.demo.dossier import population_du_dossier
from shared.horloge.profils import profil
from shared.identifiers import cle_tri

REEL = Path(__file__).parent / "dossier_reel"
NICE = profil("nice-2021")
NOMS = {
    "sts_emp.xml": "Emploi du temps (2).xml",
    "emp_sts.xml": "retour-logiciel.txt",
    "ElevesAvecAdresses.xml": "ExportXML_ElevesAvecAdresses (1).zip",
    "ResponsablesAvecAdresses.xml": "ExportXML_ResponsablesAvecAdresses(1).zip",
    "Nomenclature.xml": "nomenclature du college.zip",
    "Structures.xml": "structures",
    "liens.xml": "0970034KELEGROUPE2021210915101500.zip",
}
"""Under which names the files are given: downloads numbered by a browser, renamed, zipped or not."""

SIECLE = ("ElevesAvecAdresses.xml", "ResponsablesAvecAdresses.xml", "Structures.xml", "Communs.xml", "Nomenclature.xml")


def remplir(dossier: Path, fichiers: tuple[str, ...], change: dict[str, tuple[str, str]]) -> Path:
    """The folder itself."""
    dossier.mkdir(exist_ok=True)
    for nom in fichiers:
        contenu = (REEL / nom).read_bytes()
        if nom in change:
            ancien, nouveau = (t.encode("iso-8859-15") for t in change[nom])
            assert ancien in contenu
            contenu = contenu.replace(ancien, nouveau)
        sous = NOMS.get(nom, nom)
        if sous.endswith(".zip"):
            with zipfile.ZipFile(dossier / sous, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(nom, contenu)
        else:
            (dossier / sous).write_bytes(contenu)
    return dossier


def lire(dossier: Path, nom_profil: str = "nice-2021", **options: Any) -> Entree:
    """What the demo would play."""
    demande = DemandeDemo(dossier=dossier, profil=nom_profil, **options)
    choisi = profil(nom_profil)
    return population_du_dossier(demande, choisi, choisi.annee_collectee(choisi.jour_debut))


class Originaux:
    """What the hand-written files hold of people, read without any of the code under test."""

    def __init__(self) -> None:
        self.ines: set[str] = set()
        self.telephones: set[str] = set()
        self.mels: set[str] = set()
        self.lignes: set[str] = set()
        self.noms: set[str] = set()
        self.couples: set[tuple[str, str]] = set()
        for fichier in sorted(REEL.glob("*.xml")):
            for element in etree.parse(str(fichier)).iter():
                self._noter(element)

    def _noter(self, e: Any) -> None:
        texte = (e.text or "").strip()
        if not texte:
            return
        if e.tag in ("ID_NATIONAL", "INE_RNIE"):
            self.ines.add(texte)
        elif e.tag.startswith("TEL"):
            self.telephones.add("0" + "".join(c for c in texte if c.isdigit())[-9:])
        elif e.tag.startswith("MEL"):
            self.mels.add(texte)
        elif e.tag in ("LIGNE1_ADRESSE", "LIGNE2_ADRESSE", "ADRESSE"):
            self.lignes.add(texte)
        elif e.tag in ("NOM_DE_FAMILLE", "NOM_USAGE", "NOM_PATRONYMIQUE"):
            self.noms.add(texte)
            self.couples.add((texte, e.getparent().findtext("PRENOM")))

    def fuites(self, texte: str) -> list[str]:
        """What of it a text still holds; surnames anywhere, whatever the case and accents."""
        sans = cle_tri(texte)
        chiffres = texte.replace(" ", "")
        vues = [x for x in (*self.ines, *self.mels, *self.lignes) if x in texte]
        vues += [t for t in self.telephones if t in chiffres or "+33" + t[1:] in chiffres]
        return sorted(vues + [n for n in self.noms if f" {cle_tri(n)} " in f" {sans} "])


ORIGINAUX = Originaux()
