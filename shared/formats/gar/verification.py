"""The validation report of an export: names, checksum, schema, then the rules between files.

What the GAR really sends back is not public (connectors reference §13): the lines, their codes and the text of the
report are inferred from its schema and from the rules of §7.4. Lines hold codes and opaque identifiers, no name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.contracts.refus import FichierRefuse, Lieu, Remarque
from shared.formats.gar.coherence import REGLES, Controle
from shared.formats.gar.ecriture import empreinte
from shared.formats.gar.lecture import ExportGar, FichierGar, ouvrir
from shared.formats.gar.noeuds import Sorte
from shared.formats.gar.noms import lire_nom_archive
from shared.formats.gar.schema import schema

MAX_PAR_CODE = 100
"""Lines of one code that a report tells; it counts them all."""
REGENERER = "Produisez à nouveau l'export ; s'il vient d'un logiciel, signalez-le à son éditeur."
OBLIGATOIRES = (Sorte.ETAB, Sorte.ENSEIGNANT, Sorte.ELEVE, Sorte.GROUPE)


@dataclass(slots=True)
class Rapport:
    """What the GAR would send back. `comptes`: records read, by element; `nombres`: anomalies, by code."""

    nom: str
    lignes: list[Remarque] = field(default_factory=list)
    comptes: Counter[str] = field(default_factory=Counter)
    nombres: Counter[str] = field(default_factory=Counter)

    @property
    def conforme(self) -> bool:
        """Whether nothing is wrong."""
        return not self.nombres

    def ajouter(self, remarque: Remarque) -> None:
        """Keep a line, or only count it."""
        self.nombres[remarque.code] += 1
        if self.nombres[remarque.code] <= MAX_PAR_CODE:
            self.lignes.append(remarque)

    def en_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "archive": self.nom,
            "conforme": self.conforme,
            "comptes": dict(sorted(self.comptes.items())),
            "anomalies": dict(sorted(self.nombres.items())),
            "lignes": [
                {
                    "code": r.code,
                    "fichier": r.lieu.fichier,
                    "ligne": r.lieu.ligne,
                    "element": r.lieu.element,
                    "phrase": r.phrase,
                    "remede": r.remede,
                }
                for r in self.lignes
            ],
        }

    def en_texte(self) -> str:
        """The report as a text file."""
        return texte_du_rapport(self.en_json())


def texte_du_rapport(rapport: Mapping[str, Any]) -> str:
    """A report (`Rapport.en_json`) as a text file: one line for each anomaly, `fichier;ligne;élément;code;phrase`."""
    etat = "CONFORME" if rapport["conforme"] else "ANOMALIES"
    tete = [f"{rapport['archive']};{etat};{sum(rapport['anomalies'].values())}"]
    tete += [f"#{element};{nombre}" for element, nombre in sorted(rapport["comptes"].items())]
    champs = ("fichier", "ligne", "element", "code", "phrase")
    corps = [";".join(str(ligne[c] or "") for c in champs) for ligne in rapport["lignes"]]
    return "\n".join([*tete, *corps]) + "\n"


def verifier_archive(archive: Path, md5: str | None = None, nom: str = "") -> Rapport:
    """The report of an archive, a folder or a file.

    Arguments: `md5`, what the file of the checksum holds, None without it; `nom`, of the archive when its path has
    another. Whatever is wrong is a line of the report.
    """
    rapport = Rapport(nom or archive.name)
    if md5 is not None and md5 != empreinte(archive):
        rapport.ajouter(
            Remarque(
                "GAR_MD5",
                "L'empreinte de l'archive n'est pas celle du fichier .md5.",
                Lieu(rapport.nom),
                "Déposez à nouveau l'archive, puis son .md5 : 32 chiffres hexadécimaux en minuscules, rien d'autre.",
            )
        )
    if rapport.nom.endswith(".gz") and lire_nom_archive(rapport.nom) is None:
        rapport.ajouter(_nom(rapport.nom))
    try:
        with ouvrir(archive) as export:
            for remarque in remarques(export, rapport.comptes):
                rapport.ajouter(remarque)
    except FichierRefuse as refus:
        rapport.ajouter(_refus(refus, rapport.nom))
    return rapport


def md5_voisin(archive: Path) -> str | None:
    """What the file of the checksum beside an archive holds, None without it."""
    voisin = archive.with_name(archive.name.removesuffix(".tar.gz") + ".md5")
    if archive.is_dir() or voisin == archive or not voisin.is_file() or voisin.stat().st_size > 1024:
        return None
    return voisin.read_bytes().decode("ascii", "replace")


def remarques(export: ExportGar, comptes: Counter[str]) -> Iterator[Remarque]:
    """Everything that is wrong in an export, file after file; `comptes` is filled with what was read."""
    for refus in export.refuses:
        yield _refus(refus, export.nom)
    for nom in export.autres:
        yield Remarque("GAR_NOM", "Ce fichier n'est pas d'un export GAR.", Lieu(nom), "Retirez-le de l'archive.")
    yield from _ensemble(export)
    controle = Controle()
    for fichier in export.fichiers:
        if fichier.lu is None or fichier.lu.sorte is not fichier.sorte:
            yield _nom(fichier.nom)
        valide = True
        for remarque in _schema(fichier):
            valide = False
            yield remarque
        try:
            yield from _regles(controle, export, fichier, comptes)
        except FichierRefuse as refus:
            if valide:
                yield _refus(refus, fichier.nom)


def _ensemble(export: ExportGar) -> Iterator[Remarque]:
    """What the names say: a kind that is missing, numbers that do not follow, two exports or degrees mixed."""
    if not export.fichiers:
        yield Remarque("GAR_ABSENT", "Aucun fichier d'export n'est là.", Lieu(export.nom), REGENERER)
        return
    if len(export.fichiers) > 1:
        for sorte in OBLIGATOIRES:
            if not any(f.sorte is sorte for f in export.fichiers):
                yield Remarque("GAR_FICHIER_ABSENT", f"Le fichier {sorte} manque.", Lieu(export.nom), REGENERER)
    if len({f.degre for f in export.fichiers}) > 1 or len({f.lu.export for f in export.fichiers if f.lu}) > 1:
        yield Remarque(
            "GAR_MELANGE", "Deux exports, ou deux degrés, sont mélangés.", Lieu(export.nom), "Un export par archive."
        )
    if len(export.fichiers) > 1:
        for sorte in Sorte:
            numeros = [f.lu.numero for f in export.fichiers if f.sorte is sorte and f.lu]
            if numeros != list(range(len(numeros))):
                yield Remarque(
                    "GAR_NUMEROS",
                    f"Les numéros des fichiers {sorte} ne se suivent pas depuis 0000.",
                    Lieu(export.nom),
                    REGENERER,
                )


def _schema(fichier: FichierGar) -> Iterator[Remarque]:
    from shared.formats.examen.schemas import ecarts  # which loads every examination: only when a report is wanted

    try:
        with fichier.ouvrir() as flux:
            for ecart in ecarts(flux, fichier.nom, schema(fichier.degre)):
                yield Remarque("GAR_SCHEMA", ecart.phrase, Lieu(fichier.nom, ecart.ligne, ecart.element), REGENERER)
    except FichierRefuse as refus:
        yield _refus(refus, fichier.nom)


def _regles(controle: Controle, export: ExportGar, fichier: FichierGar, comptes: Counter[str]) -> Iterator[Remarque]:
    for code, noeud, element in controle.fautes(export.fichiers, fichier, comptes):
        phrase, remede = REGLES[code]
        identifiant = noeud.un("GARPersonIdentifiant") or noeud.un("GARGroupeCode")
        dit = f"{phrase} ({_court(noeud.un('GARStructureUAI'))}, {_court(identifiant)})" if identifiant else phrase
        yield Remarque(code, dit, Lieu(fichier.nom, noeud.ligne, element), remede)


def _court(texte: str) -> str:
    return "".join(s for s in texte[:64] if s.isprintable()) or "?"


def _nom(nom: str) -> Remarque:
    return Remarque(
        "GAR_NOM",
        "Le nom n'est pas celui d'un fichier d'export.",
        Lieu(nom),
        "Il se forme ainsi : <idENT>_GAR-ENT_Complet_<AAAAMMJJ>_<HHMMSS>_<2D|1D>_<fichier>_<0000>.xml.",
    )


def _refus(refus: FichierRefuse, nom: str) -> Remarque:
    lieu = refus.lieu or Lieu()
    return Remarque(refus.code, refus.phrase, Lieu(lieu.fichier or nom, lieu.ligne, lieu.element), refus.remede)
