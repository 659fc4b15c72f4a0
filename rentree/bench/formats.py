"""The AAF feed beside its floors: what a loop without any check costs for the same records."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from lxml import etree

from rentree.bench.mesure import Mesure, medianes
from shared.formats import aaf
from shared.formats.aaf.dtd import RACINE
from shared.formats.aaf.ecriture import debut_de_fichier
from shared.formats.aaf.enregistrement import Enregistrement
from shared.formats.aaf.grammaire import DECLARATIONS

NOMBRE = 20_000
JOUR = date(2021, 8, 28)
ACADEMIE = "23"


def mesurer_formats(fois: int, complet: Path) -> Iterator[Mesure]:
    """Writing and reading pupils like those of the feed in the folder `complet`, as many as `NOMBRE`."""
    enregistrements = _multiplier(complet)
    nom = aaf.NomFichier("BENCH", aaf.TypeAlimentation.COMPLET, JOUR, aaf.Categorie.ELEVE, 0)
    with tempfile.TemporaryDirectory(prefix="rentree-bench-") as temporaire:
        dossier = Path(temporaire)
        chemin, nu = dossier / str(nom), dossier / "nu.xml"
        rendre = _fstring(enregistrements[0])

        def ecrire() -> None:
            aaf.ecrire_fichier(dossier, nom, enregistrements, code_academie=ACADEMIE)

        def ecrire_nu() -> None:
            with nu.open("wb") as sortie:
                sortie.write(debut_de_fichier(aaf.Grammaire.V6_4, ACADEMIE, JOUR))
                for e in enregistrements:
                    sortie.write(rendre(e.id, e.valeurs).encode("ascii", "xmlcharrefreplace"))
                sortie.write(f"</{RACINE}>\n".encode())

        def lire() -> None:
            with chemin.open("rb") as flux:
                assert sum(1 for _ in aaf.lire_fichier(flux, str(nom), nom.categorie, complet=True)) == NOMBRE

        def lire_nu() -> None:
            assert sum(1 for _ in _dictionnaires(chemin)) == NOMBRE

        ecriture, ecriture_nue, lecture, lecture_nue = medianes([ecrire, ecrire_nu, lire, lire_nu], fois)
    yield Mesure(
        f"AAF, écrire {NOMBRE} élèves", ecriture, "s", "", "une f-string par élève, encodée en ASCII", ecriture_nue
    )
    yield Mesure(f"AAF, lire {NOMBRE} élèves", lecture, "s", "", "iterparse durci, en dictionnaires", lecture_nue)


def _multiplier(complet: Path) -> list[Enregistrement]:
    """The pupils of the commonest shape, over and over, each with an identifier of its own."""
    lus = [o for o in aaf.lire_alimentation(complet) if isinstance(o, aaf.Ajout) and o.categorie is aaf.Categorie.ELEVE]
    forme, _ = Counter((o.noms, tuple(map(len, o.valeurs))) for o in lus).most_common(1)[0]
    semblables = [o.enregistrement for o in lus if (o.noms, tuple(map(len, o.valeurs))) == forme]
    return [replace(semblables[i % len(semblables)], id=str(1_000_000 + i)) for i in range(NOMBRE)]


def _fstring(modele: Enregistrement) -> Callable[[str, tuple[tuple[str, ...], ...]], str]:
    """The f-string that one would write by hand for records of that shape, compiled once."""
    classe, valeur = DECLARATIONS[modele.categorie]
    attributs = "".join(
        f'<attr name="{nom}">'
        + ("".join(f"<value>{{v[{i}][{j}]}}</value>" for j in range(len(valeurs))) or "<value/>")
        + "</attr>\\n"
        for i, (nom, valeurs) in enumerate(zip(modele.noms, modele.valeurs, strict=True))
    )
    texte = (
        f'<addRequest>\\n<operationalAttributes><attr name="{classe}"><value>{valeur}</value></attr>'
        "</operationalAttributes>\\n<identifier><id>{i}</id></identifier>\\n"
        f"<attributes>\\n{attributs}</attributes>\\n</addRequest>\\n\\n"
    )
    compilee: Callable[[str, tuple[tuple[str, ...], ...]], str] = eval(f"lambda i, v: f'''{texte}'''")  # noqa: S307
    return compilee


def _dictionnaires(chemin: Path) -> Iterator[dict[str, list[str]]]:
    for _, requete in etree.iterparse(
        str(chemin), tag="addRequest", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    ):
        yield {str(a.get("name")): [v.text or "" for v in a] for a in requete[2]}
        requete.clear()
        while requete.getprevious() is not None:
            parent = requete.getparent()
            assert parent is not None
            del parent[0]
