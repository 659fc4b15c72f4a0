"""The pupils' file of SIECLE beside its floors, and the memory that reading it takes.

`python -m rentree.bench.siecle FICHIER` reads one pupils' file and prints the memory of the whole process, in bytes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from lxml import etree

from rentree.bench.memoire import memoire_maximale
from rentree.bench.mesure import Mesure, medianes
from shared.formats.siecle.adresses import CHAMPS_ADRESSE, Adresse
from shared.formats.siecle.champs import Champ, Forme
from shared.formats.siecle.eleves import CHAMPS_ELEVE, CHAMPS_SCOLARITE_AN_DERNIER, Eleve, OptionEleve
from shared.formats.siecle.eleves import ScolariteAnDernier as AnDernier
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.enveloppe import ENCODAGE, Enveloppe

NOMBRE = 3_000
MEMOIRE_MO = 100
UAI = "0970001Z"
ENVELOPPE = Enveloppe(UAI, 2025, date(2025, 10, 8), datetime(2025, 10, 8, 18, 30, 5))  # noqa: DTZ001 - a wall clock
_MO = 1_000_000


def inventer(nombre: int) -> tuple[list[Eleve], list[Adresse]]:
    """As many pupils as asked, each with options, groups, last year and an address of its own; always the same."""
    eleves = [_eleve(rang) for rang in range(nombre)]
    adresses = [
        Adresse(
            900_000 + rang,
            ligne1=f"{rang % 97 + 1} RUE DE L'ÎLE AUX CŒURS",
            ligne2=f"BATIMENT {rang % 7}",
            code_postal="97000",
            code_pays="100",
            code_commune_insee="97001",
            libelle_pays="FRANCE",
            code_departement="097",
            libelle_postal="VILLE IMAGINAIRE",
        )
        for rang in range(nombre)
    ]
    return eleves, adresses


def _eleve(rang: int) -> Eleve:
    passe = AnDernier("10010012110", f"6{rang % 9}", UAI, "340", "CLG", "COLLEGE", "JEANNE INVENTEE", "1 PLACE DU LAC")
    return Eleve(
        eleve_id=700_000 + rang,
        elenoet=rang % 100_000,
        nom_de_famille=f"FICTIF-MODÈLE{rang}",
        prenom="Zoé-Anaïs",
        date_naiss=date(2013, 1 + rang % 12, 1 + rang % 28),
        doublement=False,
        code_regime="24",
        date_entree=date(2025, 9, 1),
        code_sexe="2",
        adhesion_transport=False,
        id_eleve_etab=f"{rang % 100_000:05d}970001",
        nom_usage="FICTIF",
        prenom2="Ada",
        code_pays="100",
        accepte_sms=False,
        date_modification=date(2025, 9, 2),
        mel=f"eleve{rang}@eleves.invalid",
        ville_naiss="",
        adresse_id=900_000 + rang,
        code_pays_nat="100",
        code_statut="ST",
        code_mef="10110001110",
        code_departement_naiss="097",
        code_commune_insee_naiss="97001",
        code_provenance="1",
        scolarite_an_dernier=passe,
        options=(OptionEleve(1, "O", "030201"), OptionEleve(2, "F", "020300"), OptionEleve(3, "O", "030602")),
        division=f"5{rang % 9}",
        groupes=(f"5LATIN{rang % 3}", f"5ESP2G{rang % 4}", f"5ACCP{rang % 5}"),
    )


def mesurer_siecle(fois: int) -> Iterator[Mesure]:
    """Writing and reading ElevesAvecAdresses of `NOMBRE` pupils, beside the least that each could cost; the memory."""
    eleves, adresses = inventer(NOMBRE)
    with tempfile.TemporaryDirectory(prefix="rentree-bench-") as temporaire:
        chemin, nu = Path(temporaire) / "ElevesAvecAdresses.xml", Path(temporaire) / "nu.xml"
        rendre, rendre_adresse = _rendus(eleves[0], adresses[0])

        def ecrire() -> None:
            with chemin.open("wb") as sortie:
                ecrire_eleves(sortie, ENVELOPPE, eleves, adresses)

        def ecrire_nu() -> None:
            with nu.open("wb") as sortie:
                for eleve in eleves:
                    sortie.write(rendre(eleve).encode(ENCODAGE))
                for adresse in adresses:
                    sortie.write(rendre_adresse(adresse).encode(ENCODAGE))

        def lire() -> None:
            with chemin.open("rb") as flux:
                assert len(lire_eleves(flux, chemin.name).eleves) == NOMBRE

        def lire_nu() -> None:
            assert sum(1 for _ in _dictionnaires(chemin)) == 4 * NOMBRE

        ecriture, ecriture_nue, lecture, lecture_nue = medianes([ecrire, ecrire_nu, lire, lire_nu], fois)
        memoire, plancher = memoire_de_lecture(chemin), memoire_de_lecture(None)
    quoi = f"SIECLE, {{}} {NOMBRE} élèves avec adresses"
    yield Mesure(
        quoi.format("écrire"), ecriture, "s", "", "une f-string par élève, encodée en ISO-8859-15", ecriture_nue
    )
    yield Mesure(quoi.format("lire"), lecture, "s", "", "iterparse durci, en dictionnaires", lecture_nue)
    yield Mesure(
        f"{quoi.format('lire')}, mémoire du processus",
        memoire / _MO,
        "Mo",
        f"{MEMOIRE_MO} Mo",
        "le même processus qui ne lit rien",
        plancher / _MO,
    )


def memoire_de_lecture(chemin: Path | None) -> int:
    """Bytes that a process of its own needs, in all, to read a pupils' file whole; None: to read nothing."""
    commande = [sys.executable, "-m", "rentree.bench.siecle", *([] if chemin is None else [str(chemin)])]
    return int(subprocess.run(commande, check=True, capture_output=True, text=True).stdout)


def _rendus(eleve: Eleve, adresse: Adresse) -> tuple[Callable[[Eleve], str], Callable[[Adresse], str]]:
    """The f-strings that one would write by hand for records of these shapes, compiled once."""
    cles = ' ELEVE_ID="{e.eleve_id}" ELENOET="{e.elenoet}"'
    passe = _feuilles(eleve.scolarite_an_dernier, CHAMPS_SCOLARITE_AN_DERNIER, "e.scolarite_an_dernier")
    options = "".join(
        f"<OPTIONS_ELEVE>\\n<NUM_OPTION>{{e.options[{i}].num_option}}</NUM_OPTION>\\n<CODE_MODALITE_ELECT>"
        f"{{e.options[{i}].code_modalite_elect}}</CODE_MODALITE_ELECT>\\n<CODE_MATIERE>"
        f"{{e.options[{i}].code_matiere}}</CODE_MATIERE>\\n</OPTIONS_ELEVE>\\n"
        for i in range(len(eleve.options))
    )
    structures = "".join(
        f"<STRUCTURE>\\n<CODE_STRUCTURE>{{{code}}}</CODE_STRUCTURE>\\n"
        f"<TYPE_STRUCTURE>{genre}</TYPE_STRUCTURE>\\n</STRUCTURE>\\n"
        for code, genre in (("e.division", "D"), *((f"e.groupes[{i}]", "G") for i in range(len(eleve.groupes))))
    )
    texte = (
        f"<ELEVE{cles}>\\n{_feuilles(eleve, CHAMPS_ELEVE, 'e')}<SCOLARITE_AN_DERNIER>\\n{passe}"
        f"</SCOLARITE_AN_DERNIER>\\n</ELEVE>\\n<OPTION{cles}>\\n{options}</OPTION>\\n"
        f"<STRUCTURES_ELEVE{cles}>\\n{structures}</STRUCTURES_ELEVE>\\n"
    )
    lieu = f'<ADRESSE ADRESSE_ID="{{e.adresse_id}}">\\n{_feuilles(adresse, CHAMPS_ADRESSE, "e")}</ADRESSE>\\n'
    return _compiler(texte), _compiler(lieu)


def _feuilles(source: object, champs: Sequence[Champ], nom: str) -> str:
    formats = {Forme.DATE: ":%d/%m/%Y", Forme.ZERO_UN: ":d"}
    presents = [c for c in champs if getattr(source, c.attribut) is not None]
    return "".join(f"<{c.balise}>{{{nom}.{c.attribut}{formats.get(c.forme, '')}}}</{c.balise}>\\n" for c in presents)


def _compiler(texte: str) -> Callable[[object], str]:
    rendu: Callable[[object], str] = eval(f"lambda e: f'''{texte}'''")  # noqa: S307 - our own text
    return rendu


def _dictionnaires(chemin: Path) -> Iterator[dict[str, object]]:
    balises = ("ELEVE", "OPTION", "STRUCTURES_ELEVE", "ADRESSE")
    for _, element in etree.iterparse(
        str(chemin), tag=balises, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    ):
        lu: dict[str, object] = dict(element.attrib)
        for rang, enfant in enumerate(element):
            lu[f"{enfant.tag}{rang}"] = {e.tag: e.text for e in enfant} if len(enfant) else enfant.text
        yield lu
        element.clear()
        while element.getprevious() is not None:
            parent = element.getparent()
            assert parent is not None
            del parent[0]


def main(arguments: Sequence[str]) -> None:
    """Read the file named, if any; print the memory of this process, in bytes."""
    for chemin in arguments:
        with Path(chemin).open("rb") as flux:
            lire_eleves(flux, Path(chemin).name)
    sys.stdout.write(str(memoire_maximale()))


if __name__ == "__main__":
    main(sys.argv[1:])
