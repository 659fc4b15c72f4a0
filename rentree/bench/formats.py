"""The AAF feed beside its floors: what a loop without any check costs for the same records."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from rentree.bench.aaf import ACADEMIE, JOUR, inventer
from rentree.bench.mesure import Mesure, medianes
from shared.formats import aaf
from shared.formats.aaf.dtd import RACINE
from shared.formats.aaf.ecriture import debut_de_fichier
from shared.formats.aaf.grammaire import DECLARATIONS, attributs_de

NOMBRE = 20_000
ECRITURE, LECTURE = 0.45, 0.9
"""What writing and reading must be worth, as parts of the speed of their floors."""

_MO = 1_000_000
_NU = "une f-string par fiche, encodée en ASCII"
_DICTIONNAIRES = "iterparse durci, en dictionnaires"


def mesurer_formats(fois: int) -> Iterator[Mesure]:
    """Writing and reading `NOMBRE` pupils, typed and as requests: records and megabytes in a second."""
    fiches = list(inventer(NOMBRE))
    requetes = [fiche.vers_enregistrement() for fiche in fiches]
    nom = aaf.NomFichier("BENCH", aaf.TypeAlimentation.COMPLET, JOUR, aaf.Categorie.ELEVE, 0)
    with tempfile.TemporaryDirectory(prefix="rentree-bench-") as temporaire:
        dossier = Path(temporaire)
        chemin, nu = dossier / str(nom), dossier / "nu.xml"
        de_requete, de_fiche = _f_string(requetes[0]), _f_string_de_fiche(fiches[0], requetes[0])

        def ecrire_fiches() -> None:
            aaf.ecrire_fichier(dossier, nom, (f.vers_enregistrement() for f in fiches), code_academie=ACADEMIE)

        def ecrire_requetes() -> None:
            aaf.ecrire_fichier(dossier, nom, requetes, code_academie=ACADEMIE)

        def nu_fiches() -> None:
            _ecrire_nu(nu, (de_fiche(fiche) for fiche in fiches))

        def nu_requetes() -> None:
            _ecrire_nu(nu, (de_requete(r.id, r.valeurs) for r in requetes))

        def lire_fiches() -> None:
            with chemin.open("rb") as flux:
                assert sum(1 for _ in aaf.lire_fiches(flux, str(nom), nom.categorie)) == NOMBRE

        def lire_requetes() -> None:
            with chemin.open("rb") as flux:
                assert sum(1 for _ in aaf.lire_fichier(flux, str(nom), nom.categorie, complet=True)) == NOMBRE

        def lire_nu() -> None:
            assert sum(1 for _ in _dictionnaires(chemin)) == NOMBRE

        ecrites = medianes([ecrire_fiches, nu_fiches, ecrire_requetes, nu_requetes], fois)
        lues = medianes([lire_fiches, lire_nu, lire_requetes], fois)
        octets = chemin.stat().st_size
    yield from _debits("écrire, de fiches typées", octets, ecrites[0], ecrites[1], ECRITURE, _NU)
    yield from _debits("écrire, de requêtes", octets, ecrites[2], ecrites[3], ECRITURE, _NU)
    yield from _debits("lire en fiches typées", octets, lues[0], lues[1], LECTURE, _DICTIONNAIRES)
    yield from _debits("lire en requêtes", octets, lues[2], lues[1], LECTURE, _DICTIONNAIRES)


def _debits(quoi: str, octets: int, duree: float, plancher: float, visee: float, plancher_nom: str) -> Iterator[Mesure]:
    """What a second holds: the greater the better, and the ratio is that of the speeds."""
    texte = f"au moins {visee} ×".replace(".", ",")
    yield Mesure(f"AAF, {quoi}", NOMBRE / duree, "fiches/s", texte, plancher_nom, NOMBRE / plancher)
    yield Mesure(f"AAF, {quoi}", octets / _MO / duree, "Mo/s", texte, plancher_nom, octets / _MO / plancher)


def _ecrire_nu(chemin: Path, textes: Iterator[str]) -> None:
    with chemin.open("wb") as sortie:
        sortie.write(debut_de_fichier(aaf.Grammaire.V6_4, ACADEMIE, JOUR))
        for texte in textes:
            sortie.write(texte.encode("ascii", "xmlcharrefreplace"))
        sortie.write(f"</{RACINE}>\n".encode())


def _f_string(modele: aaf.Enregistrement) -> Callable[[str, tuple[tuple[str, ...], ...]], str]:
    """The f-string that one would write by hand for requests of that shape, compiled once."""
    attributs = {
        nom: [f"{{v[{i}][{j}]}}" for j in range(len(valeurs))]
        for i, (nom, valeurs) in enumerate(zip(modele.noms, modele.valeurs, strict=True))
    }
    compilee: Callable[[str, tuple[tuple[str, ...], ...]], str] = _compiler("i, v", "{i}", attributs)
    return compilee


def _f_string_de_fiche(fiche: aaf.EleveAaf, modele: aaf.Enregistrement) -> Callable[[aaf.EleveAaf], str]:
    """The same from typed pupils of that shape, their composite values spelled out."""
    attributs = {nom: [] if not valeurs else ["{" + expression + "}"] for nom, valeurs, expression in _simples(modele)}
    attributs |= {
        "ENTPersonDateNaissance": ["{e.naissance:%d/%m/%Y}"],
        "ENTPersonAutresPrenoms": [f"{{e.prenoms[{j}]}}" for j in range(len(fiche.prenoms))],
        "ENTElevePersRelEleve": [
            f"{{e.liens[{j}].personne}}${{e.liens[{j}].type_lien}}${{e.liens[{j}].financier:d}}"
            f"${{e.liens[{j}].legal}}${{e.liens[{j}].contact:d}}${{e.liens[{j}].paiement:d}}"
            for j in range(len(fiche.liens))
        ],
        "ENTEleveBoursier": ["{'O' if e.boursier else 'N'}"],
        "ENTEleveTransport": ["{'O' if e.transport else 'N'}"],
        "ENTPersonAdresse": ["$".join(f"{{e.adresse[{j}]}}" for j in range(4))],
        "ENTEleveEnseignements": [f"{{e.enseignements[{j}][1]}}" for j in range(len(fiche.enseignements))],
        "ENTEleveCodeEnseignements": [f"{{e.enseignements[{j}][0]}}" for j in range(len(fiche.enseignements))],
        "ENTEleveDateEntreeClasses": ["{e.entrees[0].structure}${e.entrees[0].jour:%d/%m/%Y}${e.entrees[0].nom}"],
        "ENTEleveClasses": ["{e.classes[0].structure}${e.classes[0].nom}"],
        "ENTEleveGroupes": [f"{{e.groupes[{j}].structure}}${{e.groupes[{j}].nom}}" for j in range(len(fiche.groupes))],
    }
    rendue: Callable[[aaf.EleveAaf], str] = _compiler("e", "{e.jointure}", attributs)
    if rendue(fiche).count("<value>") != _f_string(modele)(modele.id, modele.valeurs).count("<value>"):
        raise AssertionError("the floor does not write what the records hold")
    return rendue


def _simples(modele: aaf.Enregistrement) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Attribute, values of the model, expression: the fields of `EleveAaf` in the order of the file."""
    champs = list(aaf.EleveAaf.__struct_fields__)
    champs.insert(champs.index("enseignements"), "enseignements")  # two attributes: labels, codes
    for nom, valeurs, champ in zip(attributs_de(modele.categorie), modele.valeurs, champs, strict=True):
        yield nom, valeurs, f"e.{champ}"


def _compiler(arguments: str, identifiant: str, attributs: dict[str, list[str]]) -> Callable[..., str]:
    classe, valeur = DECLARATIONS[aaf.Categorie.ELEVE]
    corps = "".join(
        f'<attr name="{nom}">' + ("".join(f"<value>{v}</value>" for v in valeurs) or "<value/>") + "</attr>\\n"
        for nom, valeurs in attributs.items()
    )
    texte = (
        f'<addRequest>\\n<operationalAttributes><attr name="{classe}"><value>{valeur}</value></attr>'
        f"</operationalAttributes>\\n<identifier><id>{identifiant}</id></identifier>\\n"
        f"<attributes>\\n{corps}</attributes>\\n</addRequest>\\n\\n"
    )
    compilee: Callable[..., str] = eval(f"lambda {arguments}: f'''{texte}'''")  # noqa: S307 - our own text
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
