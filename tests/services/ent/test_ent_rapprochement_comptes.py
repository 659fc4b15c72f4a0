"""The account-matching files: whom each holds, its columns, separators, quotes and marks, byte for byte."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from lxml import etree

from . import jeu_ent as jeu
from .test_ent_mon_ent import AURORE, HTML, ILONA, alimenter

BOM = b"\xef\xbb\xbf"


def test_each_product_gets_its_file(bac: Any, tmp_path: Path) -> None:
    """Gepi, SACoche, Cerise, ProEPS, PMB, Chamilo, e-sidoc: the same accounts, as each one reads them."""
    alimenter(bac, tmp_path)
    login = jeu.comptes(bac)[ILONA]["login"]

    def fichier(genre: str) -> bytes:
        reponse = bac["ent"].get(f"/api/projets/essai/identifiants/{genre}", params={"uai": jeu.UAI, "prefixe": "AC"})
        assert reponse.status_code == 200, reponse.text
        return bytes(reponse.content)

    def lignes(genre: str, separateur: str = ";") -> list[list[str]]:
        return list(csv.reader(io.StringIO(fichier(genre).removeprefix(BOM).decode()), delimiter=separateur))

    gepi = fichier("gepi").split(b"\n")
    assert gepi[0] == BOM + (
        b'"RNE";"UID";"Classe";"Profil";"Pr\xc3\xa9nom";"Nom";"Login";"Mot de passe";"Cl\xc3\xa9 de jointure";'
        b'"UID Responsable 1";"UID Responsable 2";"UID tuteur 1";"UID tuteur 2"'
    )
    attendu = f'"";"AC-{ILONA}";"6A";"Student";"Ilona";"VALBRUNE";"";"";"";"AC-{AURORE}";"";"";""'
    assert attendu.encode() in gepi
    assert gepi[-1] == b"", "the last line ends too"
    sacoche = {x[2] + x[3]: x for x in lignes("sacoche")}
    assert sacoche["StudentVALBRUNE"][1::4] == [str(1_900_001), login]
    assert len(sacoche["StudentVALBRUNE"][0]) == 36
    assert lignes("cerise-eleves")[0] == ["Identifiant", "Sconet", "Nom", "Prénom", "Classe", "Groupe Enseignement"]
    assert ["AC-" + str(ILONA), "1900001", "VALBRUNE", "Ilona", "6A", "6ANG1, 6LATIN"] in lignes("cerise-eleves")
    assert b'"' not in fichier("cerise-enseignants")
    assert b"National" not in fichier("proeps")
    assert next(x for x in lignes("proeps", ",") if x[3] == "Ilona")[1] == "Student"
    pmb = fichier("pmb-eleves")
    assert pmb.startswith(f"AC-{ILONA}".encode()) or f"\nAC-{ILONA};VALBRUNE;Ilona;;;;;;".encode() in pmb
    assert {len(x) for x in lignes("pmb-eleves")} == {16}
    assert {len(x) for x in lignes("pmb-enseignants")} == {13}
    assert fichier("chamilo").startswith(b"NOMMA;PRENOM;NOMLOGMI;MDP;MAIL;SGR;GR\n")
    defaut = {x[5]: dict(zip(lignes("defaut")[0], x, strict=True)) for x in lignes("defaut")}
    assert defaut[login]["Responsable(s)"] == "Aurore VALBRUNE"
    assert defaut["aurore.valbrune"]["Enfant(s)"] == "Ilona VALBRUNE, Théo VALBRUNE"
    esidoc = etree.fromstring(fichier("esidoc"))
    assert f"AC-{ILONA}" in [x.text for x in esidoc.iterfind("EMPRUNTEURS/IDENTITE_ENT_M")]
    assert f"AC-{AURORE}" not in [x.text for x in esidoc.iterfind("EMPRUNTEURS/IDENTITE_ENT_M")]
    for genre, uai, code in (("inconnu", jeu.UAI, "FICHIER_INCONNU"), ("gepi", "0990001X", "UAI_INCONNU")):
        refus = bac["ent"].get(f"/api/projets/essai/identifiants/{genre}", params={"uai": uai})
        assert (refus.status_code, refus.json()["code"]) == (404, code)
    page = bac["ent"].get(f"/{jeu.UAI}/2021/comptes/rapprochement", params={"type_fichier": "gepi"}, headers=HTML)
    assert page.headers["content-disposition"] == 'attachment; filename="ENT-Identifiants.csv"'
