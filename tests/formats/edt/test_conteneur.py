"""The container: written, opened with the right key, and refused in every other case with its own code."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import re
import sys
import zlib
from collections import deque
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.contracts.refus import Refus
from shared.formats.edt import (
    Conteneur,
    Destinataire,
    EdtRefuse,
    LimitesCharge,
    ecrire_conteneur,
    lire_conteneur,
    lire_edt,
    ouvrir_charge,
    ouvrir_edt,
    valider,
)
from shared.security.xml import XmlRefuse

from .jeu_edt import DONNEES, ENTETE_CONTENEUR, PARTENAIRE, UAI, emploi_du_temps, prive, public

CLAIR = (DONNEES / f"Edt_To_{PARTENAIRE}_{UAI}_clair.xml").read_bytes()
GARDE = (DONNEES / f"Edt_To_{PARTENAIRE}_{UAI}.xml").read_bytes()
CLE, VECTEUR = bytes(range(16)), bytes(range(100, 116))
REGLAGES = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def _cryptography() -> None:
    pytest.importorskip("cryptography")


def ferme(charge: bytes = CLAIR, *, graine: int = 1, **reglages: Any) -> bytes:
    sortie = io.BytesIO()
    destinataires = (Destinataire("INDEXEDUCATION", public("autre")), Destinataire(PARTENAIRE, public("ent")))
    reglages = {"destinataires": destinataires, "cle": CLE, "vecteur": VECTEUR} | reglages
    taille = ecrire_conteneur(sortie, io.BytesIO(charge), ENTETE_CONTENEUR, alea=random.Random(graine), **reglages)
    assert taille == len(charge)
    return sortie.getvalue()


def conteneur(octets: bytes) -> Conteneur:
    return lire_conteneur(io.BytesIO(octets), "essai.xml")


def ouvre(octets: bytes, qui: str = "ent", **reglages: Any) -> bytes:
    return ouvrir_edt(io.BytesIO(octets), "essai.xml", prive(qui), **reglages).read()


def chiffre(clair: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    manque = 16 - len(clair) % 16
    chiffreur = Cipher(algorithms.AES(CLE), modes.CBC(VECTEUR)).encryptor()
    octets: bytes = chiffreur.update(clair + bytes([manque]) * manque) + chiffreur.finalize()
    return octets


def refuse(octets: bytes | Conteneur, qui: str = "ent", **reglages: Any) -> str:
    """The code with which a container is refused, whoever refuses it."""
    lu = octets if isinstance(octets, Conteneur) else conteneur(octets)
    with pytest.raises(Refus) as refus:
        lire_edt(ouvrir_charge(lu, prive(qui), "essai.xml", **reglages), "essai.xml")
    assert refus.value.remede
    return refus.value.code


def test_fichier_garde() -> None:
    """The container kept here opens with its key and holds the invented school's timetable."""
    assert ouvre(GARDE) == CLAIR
    assert ouvre(GARDE, "autre") == CLAIR
    lu = conteneur(GARDE)
    assert [c.nom for c in lu.cles] == ["INDEXEDUCATION", PARTENAIRE]
    assert [len(c.bloc) for c in lu.cles] == [256, 256]
    assert (lu.version, lu.logiciel, lu.uai) == ("1.0", ENTETE_CONTENEUR.logiciel, UAI)
    assert lu.date_heure == ENTETE_CONTENEUR.date_heure
    assert (lu.nom_etablissement, lu.code_postal_ville) == (ENTETE_CONTENEUR.nom_etablissement, "98799")
    assert lu.compresse
    assert lu.remarques == ()
    assert lire_edt(ouvrir_edt(io.BytesIO(GARDE), "x", prive("ent")), "x") == emploi_du_temps()
    assert valider(io.BytesIO(GARDE), "essai.xml") == []


def test_forme_exacte() -> None:
    """What readers insist on: LF alone, no indentation inside base64, 76 columns, no attribute on CONTENU."""
    octets = ferme(CLAIR * 20)
    assert b"\r" not in octets
    assert b"<CONTENU>" in octets
    for texte in re.findall(rb"<(?:PARTENAIRE|CONTENU)[^>]*>([^<]*)<", octets):
        lignes = texte.split(b"\n")
        assert {len(ligne) for ligne in lignes[:-1]} == {76}
        assert 0 < len(lignes[-1]) <= 76
        assert re.fullmatch(rb"[A-Za-z0-9+/=\n]+", texte)
    assert b"<DATEHEURE>2025-09-02T07:15:00.000+02:00</DATEHEURE>" in octets
    assert valider(io.BytesIO(octets), "essai.xml") == []


def test_cryptographie_de_la_reference() -> None:
    """Opened by hand with the library alone: key block, MD5, AES-CBC, SHA-256 of the compressed bytes, zlib."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    lu = conteneur(ferme())
    bloc = load_der_private_key(prive("ent"), None).decrypt(lu.cles[1].bloc, PKCS1v15())  # type: ignore[union-attr]
    assert bloc == CLE + VECTEUR + hashlib.md5(CLE + VECTEUR).digest()
    clair = Cipher(algorithms.AES(CLE), modes.CBC(VECTEUR)).decryptor().update(lu.contenu)
    clair = clair[: -clair[-1]]
    assert hashlib.sha256(clair).digest() == lu.verification
    assert zlib.decompress(clair) == CLAIR


def test_memes_octets_pour_la_meme_graine() -> None:
    """Same arguments, same bytes; another seed changes the padding of the keys only."""
    assert ferme() == ferme()
    autre = ferme(graine=2)
    assert autre != ferme()
    assert conteneur(autre).contenu == conteneur(ferme()).contenu


@REGLAGES
@given(st.binary(max_size=4000), st.binary(min_size=16, max_size=16), st.integers(0), st.booleans())
def test_toute_charge(charge: bytes, cle: bytes, graine: int, compresse: bool) -> None:
    """Whatever the content, the key, the seed, compressed or not, the same bytes come back."""
    octets = ferme(charge, graine=graine, cle=cle, compresse=compresse)
    assert conteneur(octets).compresse == compresse
    assert ouvre(octets) == charge


def test_grande_charge() -> None:
    """A content of several megabytes of base64 is read, which the limits of ordinary files would refuse."""
    charge = random.Random(3).randbytes(5_000_000)
    assert ouvre(ferme(charge)) == charge


@pytest.mark.parametrize(
    "cle",
    [
        lambda: prive("ent", "PEM"),
        lambda: prive("ent", "PEM", "PKCS1"),
        lambda: prive("ent", "DER", "PKCS1"),
    ],
)
def test_formes_de_cles(cle: Any) -> None:
    """PEM or DER, PKCS#8 or PKCS#1, with a password or without."""
    assert ouvrir_edt(io.BytesIO(GARDE), "x", cle()).read() == CLAIR
    secrete = prive("ent", "PEM", mot_de_passe=b"mot")
    assert ouvrir_edt(io.BytesIO(GARDE), "x", secrete, mot_de_passe=b"mot").read() == CLAIR
    pem = ferme(destinataires=(Destinataire(PARTENAIRE, public("ent", "PEM")),))
    assert ouvre(pem) == CLAIR


def test_fichier_clair_rendu_tel_quel() -> None:
    """A clear file needs no key, even with the mark that some begin with."""
    assert ouvrir_edt(io.BytesIO(CLAIR), "x").read() == CLAIR
    avec_marque = ferme(b"\xef\xbb\xbf" + CLAIR)
    assert lire_edt(ouvrir_edt(io.BytesIO(avec_marque), "x", prive("ent")), "x") == emploi_du_temps()


def test_variantes_admises_en_lecture() -> None:
    """Indented base64, CR LF, missing later elements and unknown ones: read, and told when unknown."""
    texte = GARDE.decode().replace("</UAI>", "</UAI>\n<SIGLE>X</SIGLE>")
    texte = texte[: texte.index("  <NOMETAB")] + texte[texte.index("</EXPORT") :]
    texte = re.sub(r"(?<=[\w+/]{76})\n", "\r\n\t ", texte)
    lu = conteneur(texte.encode())
    assert lu.nom_etablissement is None
    assert [r.lieu.element for r in lu.remarques] == ["EXPORT_INDEX_EDUCATION/SIGLE"]
    assert ouvrir_charge(lu, prive("ent"), "x").read() == CLAIR


def test_cle_absente() -> None:
    """Without a key, the refusal says whose key would do."""
    with pytest.raises(EdtRefuse) as refus:
        ouvrir_edt(io.BytesIO(GARDE), "essai.xml")
    assert refus.value.code == "EDT_CLE_ABSENTE"
    assert PARTENAIRE in (refus.value.remede or "")


def test_cles_refusees() -> None:
    """The key of another, of none of the recipients, or no key at all: each has its code."""
    seul = ferme(destinataires=(Destinataire(PARTENAIRE, public("ent")),))
    assert refuse(seul, "autre") == "EDT_CLE_FAUSSE"
    assert refuse(GARDE, "autre", partenaire=PARTENAIRE) == "EDT_CLE_FAUSSE"
    assert refuse(GARDE, partenaire="Inconnu") == "EDT_PARTENAIRE_ABSENT"
    for cle in (b"", b"n'importe quoi", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        with pytest.raises(Refus) as refus:
            ouvrir_edt(io.BytesIO(GARDE), "x", cle)
        assert refus.value.code == "EDT_CLE_ILLISIBLE"
    with pytest.raises(Refus) as refus:
        ouvrir_edt(io.BytesIO(GARDE), "x", prive("ent", "PEM", mot_de_passe=b"mot"), mot_de_passe=b"autre")
    assert refus.value.code == "EDT_CLE_ILLISIBLE"
    with pytest.raises(Refus) as refus:
        ferme(destinataires=(Destinataire("X", b"rien"),))
    assert refus.value.code == "EDT_CLE_ILLISIBLE"


def test_cle_qui_n_est_pas_rsa() -> None:
    """A key of another kind is said to be one."""
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    cle = generate_private_key(SECP256R1())
    octets = cle.private_bytes(s.Encoding.DER, s.PrivateFormat.PKCS8, s.NoEncryption())
    with pytest.raises(Refus, match="pas une clé RSA"):
        ouvrir_edt(io.BytesIO(GARDE), "x", octets)
    publique = cle.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(Refus, match="pas une clé RSA"):
        ferme(destinataires=(Destinataire("X", publique),))


def test_bloc_a_l_empreinte_fausse() -> None:
    """A key block whose MD5 is wrong opens nothing."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    lu = conteneur(GARDE)
    faux = load_der_public_key(public("ent")).encrypt(CLE + VECTEUR + b"0" * 16, PKCS1v15())  # type: ignore[union-attr]
    cles = (replace(lu.cles[1], bloc=faux),)
    assert refuse(replace(lu, cles=cles)) == "EDT_CLE_FAUSSE"


def test_contenu_abime() -> None:
    """Truncated, altered, badly compressed: each has its code, before anything is read of the document."""
    lu = conteneur(ferme())
    assert refuse(replace(lu, contenu=lu.contenu[:-5])) == "EDT_CONTENU_TRONQUE"
    assert refuse(replace(lu, contenu=b"")) == "EDT_CONTENU_TRONQUE"
    altere = bytearray(lu.contenu)
    altere[40] ^= 1
    assert refuse(replace(lu, contenu=bytes(altere))) == "EDT_VERIFICATION"
    assert refuse(replace(lu, verification=b"x" * 32)) == "EDT_VERIFICATION"

    def charge(clair: bytes) -> Conteneur:
        return replace(lu, contenu=chiffre(clair), verification=hashlib.sha256(clair).digest())

    compresse = zlib.compress(CLAIR)
    assert refuse(charge(compresse[:-20])) == "EDT_CONTENU_TRONQUE"
    assert refuse(charge(b"")) == "EDT_CONTENU_TRONQUE"
    assert refuse(charge(CLAIR)) == "EDT_CONTENU_ILLISIBLE"


@pytest.mark.parametrize(
    ("code", "avant", "apres"),
    [
        ("EDT_CONTENEUR_INCOMPLET", r"<CLES>.*</CLES>", ""),
        ("EDT_CONTENEUR_INCOMPLET", r"<CONTENU>.*</CONTENU>", ""),
        ("EDT_CONTENEUR_INCOMPLET", r"<VERIFICATION>.*</VERIFICATION>", ""),
        ("EDT_BASE64", r"(<CONTENU>.{80})", r"\1é"),
        ("EDT_BASE64", r"(<CONTENU>.{80}).*</CONTENU>", r"\1AAA</CONTENU>"),
        ("EDT_BASE64", r"<VERIFICATION>.", "<VERIFICATION>*"),
        ("EDT_BASE64", r"(<PARTENAIRE[^>]*>).", r"\1%"),
        ("EDT_MAUVAIS_FICHIER", r"EXPORT_INDEX_EDUCATION", "EXPORT_AUTRE"),
        ("XML_MAL_FORME", r"</CLES>", ""),
    ],
)
def test_conteneur_abime(code: str, avant: str, apres: str) -> None:
    """What is missing or garbled in the container itself is refused without any key."""
    with pytest.raises(Refus) as refus:
        conteneur(re.sub(avant, apres, GARDE.decode(), flags=re.DOTALL).encode())
    assert refus.value.code == code
    assert refus.value.remede


@pytest.mark.parametrize(
    ("charge", "limites"),
    [
        (b"<ExportEmploiDuTemps>" + b"<a/>" * 5_000_000, None),
        (CLAIR, LimitesCharge(max_octets=1000)),
        (CLAIR * 50, LimitesCharge(max_taux=4, plancher_taux=2000)),
    ],
)
def test_bombe(charge: bytes, limites: LimitesCharge | None) -> None:
    """A content that inflates beyond measure is refused as it inflates, by its ratio or by its size."""
    octets = ferme(charge, niveau=9)
    assert len(octets) < 100_000
    flux = ouvrir_edt(io.BytesIO(octets), "essai.xml", prive("ent"), limites=limites)
    with pytest.raises(EdtRefuse) as refus:
        deque(iter(lambda: flux.read(1_000_000), b""), maxlen=0)
    assert refus.value.code == "EDT_BOMBE"
    if limites is not None:
        assert refuse(octets, limites=limites) == "EDT_BOMBE"


@pytest.mark.parametrize(
    ("code", "charge"),
    [
        (
            "XML_ENTITES",
            b'<!DOCTYPE ExportEmploiDuTemps [<!ENTITY a "b">]><ExportEmploiDuTemps>&a;</ExportEmploiDuTemps>',
        ),
        ("XML_PROFONDEUR", b"<ExportEmploiDuTemps>" + b"<a>" * 99),
        ("XML_MAL_FORME", CLAIR[:-40]),
        ("XML_VIDE", b""),
        ("EDT_MAUVAIS_FICHIER", b"<autre/>"),
        ("EDT_CONTENEUR_FERME", GARDE),
    ],
)
def test_charge_hostile(code: str, charge: bytes) -> None:
    """A hostile or wrong document inside is refused as it would be in clear."""
    assert refuse(ferme(charge)) == code
    assert issubclass(XmlRefuse, Refus)


@pytest.mark.parametrize(
    "reglages",
    [
        {"cle": b"courte"},
        {"vecteur": b""},
        {"destinataires": ()},
        {"destinataires": (Destinataire("A", b""),) * 3},
    ],
)
def test_arguments_impossibles(reglages: dict[str, Any]) -> None:
    """Keys of another length or another number of recipients are mistakes of the caller."""
    with pytest.raises(ValueError):
        ferme(**reglages)


def test_date_sans_fuseau() -> None:
    """The instant of a container bears its zone."""
    entete = replace(ENTETE_CONTENEUR, date_heure=ENTETE_CONTENEUR.date_heure.replace(tzinfo=None))
    with pytest.raises(ValueError, match="fuseau"):
        ecrire_conteneur(
            io.BytesIO(),
            io.BytesIO(),
            entete,
            destinataires=(Destinataire("A", public("ent")),),
            cle=CLE,
            vecteur=VECTEUR,
            alea=random.Random(1),
        )


def test_base64_de_la_verification() -> None:
    """VERIFICATION is 32 bytes on one line."""
    trouve = re.search(rb"<VERIFICATION>([^<]*)<", GARDE)
    assert trouve is not None
    assert len(base64.b64decode(trouve[1], validate=True)) == 32
    assert "cryptography" in sys.modules
