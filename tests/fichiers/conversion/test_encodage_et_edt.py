"""Encodings repaired when nothing else is possible; timetables encrypted and decrypted; the command."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rentree.commandes import application
from shared.contracts.refus import Refus
from shared.formats.comparaison import Reglages, comparer
from shared.formats.conversion import Chiffrement, Cles, ReglagesConversion, reparer
from shared.formats.edt import Destinataire

from .jeu_conversion import EDT_CLAIR, LIENS_13, LIENS_14, SIECLE, code_du_refus, convertir, copie, regles

ELEVES = SIECLE / "ElevesAvecAdresses.xml"


# --- encodings ----------------------------------------------------------------------------------------------------


def _en(cible: Path, encodage: str, declare: str, *changements: tuple[str, str]) -> Path:
    """The pupils' export with its text in `encodage`, declaring `declare`."""
    texte = ELEVES.read_bytes().decode("iso-8859-15")
    for ancien, neuf in (("ISO-8859-15", declare), *changements):
        assert ancien in texte
        texte = texte.replace(ancien, neuf)
    cible.write_bytes(texte.encode(encodage))
    return cible


def test_de_l_utf_8_declare_iso_est_repare(tmp_path: Path) -> None:
    """UTF-8 bytes under an ISO-8859-15 declaration give back the very file."""
    source = _en(tmp_path / "source.xml", "utf-8", "ISO-8859-15")
    rapport = reparer(source, tmp_path / "cible.xml")
    assert (tmp_path / "cible.xml").read_bytes() == ELEVES.read_bytes()
    assert rapport.sans_perte
    assert (rapport.de, rapport.vers) == ("octets utf-8", "octets iso8859-15")


def test_ce_que_l_encodage_declare_n_a_pas_est_substitue(tmp_path: Path) -> None:
    """A Ł becomes an L, a letter of no Latin alphabet « ? », typographic quotes what XML can hold; all counted."""
    source = _en(tmp_path / "source.xml", "utf-8", "ISO-8859-15", (">Ivo<", ">Łucja Ж “x”<"))
    rapport = reparer(source, tmp_path / "cible.xml")
    assert regles(rapport) == {("CARACTERES_REMPLACES", "caractères"): ("substitué", 4)}
    assert b">Lucja ? &quot;x&quot;<" in (tmp_path / "cible.xml").read_bytes()


def test_de_l_iso_declare_utf_8_est_repare_sans_ambiguite(tmp_path: Path) -> None:
    """Accents that all single-byte encodings write alike are put into UTF-8."""
    source = _en(tmp_path / "source.xml", "iso-8859-15", "UTF-8", ("Œ", "OE"))
    reparer(source, tmp_path / "cible.xml")
    texte = (tmp_path / "cible.xml").read_text("utf-8")
    assert "Zoé" in texte
    assert comparer(tmp_path / "cible.xml", copie(tmp_path / "cible.xml", tmp_path / "autre.xml")).identique


@pytest.mark.parametrize(
    ("encodage", "declare", "code"),
    [
        ("iso-8859-15", "UTF-8", "ENCODAGE_AMBIGU"),  # œ: not the same byte everywhere
        ("cp1252", "UTF-8", "ENCODAGE_AMBIGU"),
        ("iso-8859-15", "ISO-8859-15", "ENCODAGE_JUSTE"),
        ("utf-8", "UTF-8", "ENCODAGE_JUSTE"),
        ("utf-8-sig", "ISO-8859-15", "ENCODAGE_JUSTE"),  # the mark at the beginning wins over the declaration
    ],
)
def test_dans_le_doute_rien_n_est_repare(tmp_path: Path, encodage: str, declare: str, code: str) -> None:
    """What several encodings would read otherwise, or what is right already, is refused and nothing written."""
    source = _en(tmp_path / "source.xml", encodage, declare)
    with pytest.raises(Refus) as refus:
        reparer(source, tmp_path / "cible.xml")
    assert refus.value.code == code
    assert [f.name for f in tmp_path.iterdir()] == ["source.xml"]


def test_un_fichier_casse_n_est_pas_repare(tmp_path: Path) -> None:
    """Bytes put right in a document that is cut: what is written would not be XML, so it is not."""
    source = _en(tmp_path / "source.xml", "utf-8", "ISO-8859-15")
    source.write_bytes(source.read_bytes()[:-20])
    with pytest.raises(Refus) as refus:
        reparer(source, tmp_path / "cible.xml")
    assert refus.value.code == "XML_MAL_FORME"
    assert [f.name for f in tmp_path.iterdir()] == ["source.xml"]


def test_un_caractere_coupe_par_la_lecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A character whose bytes fall in two readings is one character."""
    monkeypatch.setattr("shared.formats.conversion.encodage._LECTURE", 7)
    reparer(_en(tmp_path / "source.xml", "utf-8", "ISO-8859-15"), tmp_path / "cible.xml")
    assert (tmp_path / "cible.xml").read_bytes() == ELEVES.read_bytes()


# --- timetables ---------------------------------------------------------------------------------------------------


def _cles(nom: str = "MonENT") -> tuple[Cles, bytes]:
    """What encrypts for a partner, and his private key."""
    pytest.importorskip("cryptography")
    from cryptography.hazmat.primitives import serialization as s

    from tests.formats.edt.jeu_edt import cle_rsa

    prive = cle_rsa("ent")
    publique = prive.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    secrete = prive.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    instant = datetime(2025, 9, 2, 7, 15, tzinfo=timezone(timedelta(hours=2)))
    chiffrement = Chiffrement(
        (Destinataire(nom, publique),), bytes(range(16)), bytes(range(16, 32)), random.Random(1), instant
    )
    return Cles(None, chiffrement), secrete


def test_chiffrer_puis_dechiffrer_rend_le_meme_fichier(tmp_path: Path) -> None:
    """Clear, encrypted, clear again: byte for byte; what only the container says is told."""
    cles, secrete = _cles()
    aller = convertir(EDT_CLAIR, tmp_path / "c.xml", "chiffre", ReglagesConversion(cles=cles))
    assert aller.sans_perte
    assert b"QUERVELLEC" not in (tmp_path / "c.xml").read_bytes()
    retour = convertir(tmp_path / "c.xml", tmp_path / "clair.xml", reglages=ReglagesConversion(cles=Cles(secrete)))
    assert (tmp_path / "clair.xml").read_bytes() == EDT_CLAIR.read_bytes()
    assert set(regles(retour)) == {("EDT_CONTENEUR", "LOGICIEL"), ("EDT_CONTENEUR", "DATEHEURE")}
    assert comparer(EDT_CLAIR, tmp_path / "c.xml", Reglages(cle_privee=secrete)).identique


def test_un_emploi_du_temps_demande_destinataire_ou_cle(tmp_path: Path) -> None:
    """Without a recipient nothing is encrypted, without its key nothing is opened, and nothing is written."""
    assert code_du_refus(EDT_CLAIR, tmp_path / "c.xml") == "CONVERTIR_DESTINATAIRE"
    conteneur = EDT_CLAIR.with_name("Edt_To_ENTInvente_0980017L.xml")
    assert code_du_refus(conteneur, tmp_path / "c.xml") == "EDT_CLE_ABSENTE"
    assert list(tmp_path.iterdir()) == []


# --- the command --------------------------------------------------------------------------------------------------


def lancer(*arguments: str) -> Any:
    """Run `rentree fichier convertir …`; a refusal is raised."""
    reponse = CliRunner().invoke(application, ["fichier", "convertir", *arguments], env={"COLUMNS": "80"})
    if reponse.exception is not None and not isinstance(reponse.exception, SystemExit):
        raise reponse.exception
    return reponse


def test_la_commande_dit_ce_qui_est_perdu(tmp_path: Path) -> None:
    """On a narrow terminal and in JSON: field, count, rule; no value of the file."""
    reponse = lancer(str(LIENS_14), "-o", str(tmp_path / "c.xml"), "--vers", "1.3")
    assert reponse.exit_code == 0
    assert "NOM_USAGE" in reponse.stdout
    assert "FICTIF" not in reponse.stdout
    assert max(map(len, reponse.stdout.splitlines())) <= 80
    document = json.loads(lancer(str(LIENS_14), "--essai", "--vers", "1.3", "--json").stdout)
    assert (document["cible"], document["sans_perte"], document["ecarts"][0]["nombre"]) == (None, False, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-o", "x.xml", "--essai"],
        ["--essai", "--reparer-encodage", "--vers", "1.4"],
        ["--essai", "--destinataire", "x"],
    ],
)
def test_la_commande_refuse_ce_qui_se_contredit(arguments: list[str]) -> None:
    """Neither output nor trial, both, two things at once, a recipient without a key."""
    with pytest.raises(Refus):
        lancer(str(LIENS_13), *arguments)


def test_la_commande_repare(tmp_path: Path) -> None:
    """The encoding is repaired by its own option."""
    source = _en(tmp_path / "source.xml", "utf-8", "ISO-8859-15")
    assert lancer(str(source), "--reparer-encodage", "-o", str(tmp_path / "c.xml")).exit_code == 0
    assert (tmp_path / "c.xml").read_bytes() == ELEVES.read_bytes()


def test_la_commande_chiffre(tmp_path: Path) -> None:
    """A recipient given by name and public key can open what is written."""
    cles, secrete = _cles()
    assert cles.chiffrement is not None
    (tmp_path / "pub.pem").write_bytes(cles.chiffrement.destinataires[0].cle_publique)
    (tmp_path / "prive.pem").write_bytes(secrete)
    options = ["--destinataire", f"MonENT={tmp_path / 'pub.pem'}", "--date-heure", "2025-09-02T07:15:00+0200"]
    lancer(str(EDT_CLAIR), "-o", str(tmp_path / "c.xml"), *options)
    assert b"2025-09-02T07:15:00.000+02:00" in (tmp_path / "c.xml").read_bytes()
    lancer(str(tmp_path / "c.xml"), "-o", str(tmp_path / "clair.xml"), "--cle-privee", str(tmp_path / "prive.pem"))
    assert (tmp_path / "clair.xml").read_bytes() == EDT_CLAIR.read_bytes()
