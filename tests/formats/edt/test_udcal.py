"""UDCal files are read by their elements, whatever their roots."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shared.contracts.refus import FichierRefuse
from shared.formats.edt import Brut, lire_udcal, lire_udcal_zip
from shared.formats.edt.udcal import (
    ELEMENTS,
    DivUdt,
    EleveGroupeUdt,
    EleveUdt,
    FermetureUdt,
    GroupeUdt,
    InitUdt,
    LigneFicheUdt,
    ProfUdt,
    RepereUdt,
    SalleUdt,
    SemaineUdt,
)
from shared.formats.reconnaissance import Famille, reconnaitre, reconnaitre_membres
from shared.security.archives import write_zip

QUAND = datetime(2025, 9, 2, tzinfo=UTC)
FICHIERS: dict[str, tuple[str, tuple[object, ...]]] = {
    "UDCal_00": (
        '<r><init premiere_semaine_ISO="36" duree_seq="55,0"/></r>',
        (InitUdt(36, "55,0"),),
    ),
    "UDCal_03": ('<salles><salle code="B12" nom="Salle éà"/></salles>', (SalleUdt("B12", "Salle éà"),)),
    "UDCal_04": (
        '<r><bloc><prof code="OEST" nom="ŒSTRADEL" prenom="Camille" epj="E" code_matppl="FRANC"/></bloc></r>',
        (ProfUdt("OEST", "ŒSTRADEL", "Camille", "E", "FRANC"),),
    ),
    "UDCal_08": ('<r><div code="6A" libelle="6ème A" code_gep="6A"/></r>', (DivUdt("6A", "6ème A", "6A"),)),
    "UDCal_10": (
        '<r><eleve nom="QUERVELLEC" prenom="Anaïs" naissance="09/05/2014"/></r>',
        (EleveUdt("QUERVELLEC", "Anaïs", "09/05/2014"),),
    ),
    "UDCal_12_01": (
        '<r><ligfiche fic="1" div="6A" mat="FRANC" prof="OEST" salle="B12" rgpmt="" gpe="" idgpe="" co="1">'
        "<salle code='x'/></ligfiche></r>",
        (
            LigneFicheUdt(
                *("1", "6A", "FRANC", "OEST", "B12", "", "", ""),
                autres_attributs=(("co", "1"),),
                autres=(Brut("salle", (("code", "x"),)),),
            ),
        ),
    ),
    "UDCal_19": ('<r><gpe code="1" code_div="6A" code_sts="6ALL1"/></r>', (GroupeUdt("1", "6A", "6ALL1"),)),
    "UDCal_21": (
        '<r><ele_gpe ele="1" gpe="1" code_div="6A" semaines="111"/></r>',
        (EleveGroupeUdt("1", "1", "6A", "111"),),
    ),
    "UDCal_24": (
        "<r><annee>2025</annee><debut_eleve> 01/09/2025 </debut_eleve>"
        '<fermeture debut="18/10/2025" fin="02/11/2025"/></r>',
        (
            RepereUdt("annee", "2025", None),
            RepereUdt("debut_eleve", "01/09/2025", date(2025, 9, 1)),
            FermetureUdt(date(2025, 10, 18), date(2025, 11, 2)),
        ),
    ),
    "semaines": (
        '<semaines><semaine num="36"/><semaine num="37"/></semaines>',
        (SemaineUdt(36), SemaineUdt(37)),
    ),
    "racine_qui_est_une_fiche": ('<init premiere_semaine_ISO="36"/>', (InitUdt(36),)),
}


def octets(texte: str) -> bytes:
    return b'<?xml version="1.0" encoding="ISO-8859-15"?>\n' + texte.encode("iso-8859-15")


@pytest.mark.parametrize("cas", FICHIERS)
def test_chaque_fichier(cas: str, tmp_path: Path) -> None:
    """Each file gives its records, whatever the root and what wraps them, and is recognised by its content."""
    texte, attendues = FICHIERS[cas]
    assert lire_udcal(io.BytesIO(octets(texte)), "x.xml").fiches == attendues
    chemin = tmp_path / "nom_sans_rapport"
    chemin.write_bytes(octets(texte))
    reconnu = reconnaitre(chemin, "depot")
    assert reconnu.famille is Famille.UDCAL
    assert reconnu.variante in ELEMENTS


def test_archive(tmp_path: Path) -> None:
    """The ZIP gives its files in order; a file without anything known, or not XML, is told and stops nothing."""
    membres = [(f"{cas}.xml", octets(texte)) for cas, (texte, _) in FICHIERS.items()]
    membres += [("UDCal_06.xml", b'<r><jour code="1" nom="lundi"/></r>'), ("lisez.txt", b"bonjour")]
    chemin = tmp_path / "udt.zip"
    with chemin.open("wb") as sortie:
        write_zip(sortie, membres, QUAND)
    lus = lire_udcal_zip(chemin, "udt.zip")
    assert [(f.nom, f.fiches) for f in lus[:-2]] == [(f"{cas}.xml", fiches) for cas, (_, fiches) in FICHIERS.items()]
    assert [[r.code for r in f.remarques] for f in lus[-2:]] == [["ELEMENT_INCONNU"], ["MEMBRE_NON_LU"]]
    familles = [m.famille for m in reconnaitre_membres(chemin, "udt.zip")]
    assert familles == [Famille.UDCAL] * len(FICHIERS) + [Famille.INCONNU]
    assert reconnaitre(chemin, "udt.zip").famille is Famille.UDCAL


def test_inconnu_dit() -> None:
    """An attribute that is not known is kept with its record; a date that cannot be read is told."""
    lu = lire_udcal(io.BytesIO(b'<r><salle code="1" etage="2"/><fermeture debut="x" fin=""/><z a="1"/></r>'), "x.xml")
    assert lu.fiches == (SalleUdt("1", autres_attributs=(("etage", "2"),)), FermetureUdt())
    assert sorted(r.code for r in lu.remarques) == ["ATTRIBUT_INCONNU", "ELEMENT_INCONNU", "VALEUR_ILLISIBLE"]


@pytest.mark.parametrize("texte", ['<html><body a="1">x</body></html>', '<r><div class="x">y</div></r>'])
def test_autre_fichier(texte: str, tmp_path: Path) -> None:
    """A page of a site is not taken for a list of divisions."""
    chemin = tmp_path / "page"
    chemin.write_bytes(octets(texte))
    assert reconnaitre(chemin, "page").famille is Famille.INCONNU


def test_refus() -> None:
    """A file, or an archive, where nothing is known is refused."""
    page = octets('<html><body a="1">x</body></html>')
    archive = io.BytesIO()
    write_zip(archive, [("a.xml", page)], QUAND)
    with pytest.raises(FichierRefuse) as refus:
        lire_udcal(io.BytesIO(page), "x.xml")
    with pytest.raises(FichierRefuse) as du_zip:
        lire_udcal_zip(archive.getvalue(), "x.zip")
    assert (refus.value.code, du_zip.value.code) == ("EDT_MAUVAIS_FICHIER",) * 2
    assert refus.value.remede == du_zip.value.remede


def test_exp_cours_reconnu(tmp_path: Path) -> None:
    """EXP_COURS is told by its table of courses; another table is not."""
    for texte, famille in (
        ('<TABLE nom="Cours"/>', Famille.EXP_COURS),
        ('<table><Cours_annuels numero="1"/></table>', Famille.EXP_COURS),
        ("<table><tr><td>x</td></tr></table>", Famille.INCONNU),
    ):
        chemin = tmp_path / "f"
        chemin.write_bytes(octets(texte))
        assert reconnaitre(chemin, "f").famille is famille
