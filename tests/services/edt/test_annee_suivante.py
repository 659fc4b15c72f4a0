"""PRONOTE from one year to the next: « Préparer l'année suivante », « Initialiser la base » (EDT-07, EDT-44)."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote

import pytest

from tests.services.edt.test_pages_edt import envoyer, page_de

PLACES: dict[int, str | None] = {1001: "6A", 1002: "6B"}
ELEMENTS = (
    ("utilisateur", "MARISSEL Odette", "Secrétariat"),
    ("courrier", "Convocation", "Madame, Monsieur,\nvous êtes attendus."),
    ("competence", "Lire un tableau", "D1.3"),
    ("modele", "Bulletin du trimestre", "Deux colonnes"),
)
NOM = "_2020_PreparerLAnneeSuivante.zip"


def image() -> bytes:
    """A PNG of one pixel."""

    def bloc(nom: bytes, contenu: bytes) -> bytes:
        return struct.pack(">I", len(contenu)) + nom + contenu + struct.pack(">I", zlib.crc32(nom + contenu))

    tete = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    points = zlib.compress(b"\x00\x80")
    return b"\x89PNG\r\n\x1a\n" + bloc(b"IHDR", tete) + bloc(b"IDAT", points) + bloc(b"IEND", b"")


def remplir(e: Any) -> None:
    """A PRONOTE base of 2020-2021, in use: four lines, the photos of two pupils."""
    for genre, libelle, texte in ELEMENTS:
        e.demander("POST", "/pronote/elements", 201, json={"genre": genre, "libelle": libelle, "texte": texte})
    for eleve in (1001, 1009):
        e.demander("PUT", f"/pronote/photos/{eleve}", 204, files={"fichier": ("photo.png", image())})


@pytest.fixture
def deux_annees(bac: Any) -> Any:
    """The collège in 2020-2021, in use, and its base of 2021-2022: (old, new)."""
    from .conftest import Ecole

    ancienne, nouvelle = Ecole(bac, 2020), Ecole(bac, 2021)
    for e in (ancienne, nouvelle):
        e.demander("POST", statut=201)
        e.importer_sts()
    ancienne.importer_siecle(ancienne.export_eleves({1001: "6A", 1009: "6B"}, millesime=2020))
    remplir(ancienne)
    return ancienne, nouvelle


def _elements(e: Any) -> list[tuple[str, str]]:
    return [(x["genre"], x["libelle"]) for x in e.demander("GET", "/pronote")["elements"]]


@pytest.mark.procedure("EDT-07")
@pytest.mark.procedure("EDT-44")
def test_the_file_of_last_year_fills_the_new_base(deux_annees: Any) -> None:
    """The old base writes its file, then goes; the new one, made from EDT, takes over all but the photo of who left."""
    ancienne, nouvelle = deux_annees
    reponse = ancienne.demander("POST", "/exports/preparation")
    nom = reponse.headers["content-disposition"].split('"')[1]
    assert nom == f"PRONOTE_{ancienne.uai}{NOM}"
    assert unquote(reponse.headers["x-rentree-message"]) == f"Le fichier {nom} est enregistré sur votre ordinateur"
    assert ancienne.demander("POST", "/exports/preparation").content == reponse.content
    assert ancienne.bac["edt"].get(f"/{ancienne.uai}/2020/exports/preparation/fichier").content == reponse.content
    ancienne.demander("DELETE", "", 204)
    nouvelle.importer_siecle(nouvelle.export_eleves(PLACES))
    bilan = nouvelle.demander("POST", "/imports/preparation", files={"fichier": (nom, reponse.content)})
    assert bilan["edt"] == {"classes": 2, "groupes": 0, "professeurs": 3, "eleves": 2, "cours": 0}
    assert bilan["repris"] == {"utilisateur": 1, "courrier": 1, "competence": 1, "photo": 1, "modele": 1}
    assert bilan["photos_sans_eleve"] == 1
    attendus = [(genre, libelle) for genre, libelle, _ in ELEMENTS] + [("photo", "Photo de l'élève 1001")]
    assert sorted(_elements(nouvelle)) == sorted(attendus)
    lu = nouvelle.bac["edt"].get(f"/{nouvelle.uai}/2021/pronote/photos/1001")
    assert (lu.content, lu.headers["content-type"]) == (image(), "image/png")
    assert nouvelle.demander("GET", "/pronote")["initialisee_le"] is not None
    texte = page_de(nouvelle, "/pronote")
    assert "Base PRONOTE initialisée le" in texte
    assert "vous êtes attendus." in texte


@pytest.mark.procedure("EDT-07")
def test_a_hosted_school_leaves_it_on_its_machine(deux_annees: Any) -> None:
    """Once hosted, « Sur ma machine hébergée » is offered; the file stays there when the old base is gone."""
    ancienne, nouvelle = deux_annees
    assert "Sur ma machine hébergée" not in _choix(page_de(ancienne, "/exports/preparation"))
    refus = ancienne.demander("POST", "/exports/preparation", 409, json={"destination": "hebergee"})
    assert refus["code"] == "PRONOTE_NON_HEBERGE"
    assert nouvelle.demander("POST", "/imports/preparation", 404, data={"hebergee": "true"})["code"] == (
        "SANS_PREPARATION"
    )
    envoyer(ancienne, "/pronote/hebergement", data={"hebergee": "oui"})
    assert "Sur ma machine hébergée" in _choix(page_de(ancienne, "/exports/preparation"))
    texte = envoyer(ancienne, "/exports/preparation", data={"destination": "hebergee"})
    assert f"Le fichier PRONOTE_{ancienne.uai}{NOM} est enregistré « Sur ma machine hébergée »." in texte
    ancienne.demander("DELETE", "", 204)
    assert f"Sur ma machine hébergée : PRONOTE_{ancienne.uai}{NOM}" in page_de(nouvelle, "/imports/preparation")
    texte = envoyer(nouvelle, "/imports/preparation", data={"source": "hebergee", "genres": ["courrier", "modele"]})
    assert "Repris de l'année précédente : 1 courrier type, 1 modèle." in texte
    assert [genre for genre, _ in _elements(nouvelle)] == ["courrier", "modele"]


def _choix(texte: str) -> str:
    return texte[texte.index("Enregistrer le fichier") :].partition("</fieldset>")[0]


@pytest.mark.procedure("EDT-44")
def test_what_pronote_will_not_take(deux_annees: Any) -> None:
    """A file of another school, year or kind, hostile or tampered with, and an empty EDT base, are refused whole."""
    ancienne, nouvelle = deux_annees
    bon = ancienne.demander("POST", "/exports/preparation").content
    with zipfile.ZipFile(io.BytesIO(bon)) as archive:
        document = json.loads(archive.read("preparation.json"))
    cas = {
        "AUTRE_ETABLISSEMENT": _zip(document | {"uai": ancienne.autre}),
        "AUTRE_ANNEE": _zip(document | {"annee": 2019}),
        "PREPARATION_ILLISIBLE": _zip(document | {"version": 9}),
        "ZIP_ILLISIBLE": b"PK rien",
        "ZIP_NOM_INTERDIT": _zip(document, {"../photos/1001": b"x"}),
        "PHOTO_REFUSEE": _zip(document, {"photos/1001": b"<svg/>"}),
        "SELECTION_VIDE": b"",
    }
    nouvelle.importer_siecle(nouvelle.export_eleves(PLACES))
    for code, contenu in cas.items():
        refus = nouvelle.demander("POST", "/imports/preparation", 422, files={"fichier": ("prep.zip", contenu)})
        assert refus["code"] == code
        assert refus["remede"]
    sans = nouvelle.demander("POST", "/imports/preparation", 422, files={"fichier": ("prep.zip", _zip(None))})
    assert sans["code"] == "PREPARATION_ILLISIBLE"
    assert _elements(nouvelle) == []
    assert nouvelle.demander("GET", "/pronote")["initialisee_le"] is None
    vide = type(nouvelle)(nouvelle.bac, 2022)
    vide.demander("POST", statut=201)
    assert vide.demander("POST", "/imports/preparation", 409)["code"] == "EDT_VIDE"
    assert vide.demander("POST", "/exports/preparation", 422)["code"] == "RIEN_A_PREPARER"


def _zip(document: Any, autres: dict[str, bytes] | None = None) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        if document is not None:
            archive.writestr("preparation.json", json.dumps(document))
        for nom, contenu in (autres or {"photos/1001": image()}).items():
            archive.writestr(nom, contenu)
    return sortie.getvalue()
