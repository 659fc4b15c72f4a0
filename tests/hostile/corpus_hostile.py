"""Hostile and broken files, made in code: nothing dangerous is kept in the repository."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable

ISO = b'<?xml version="1.0" encoding="ISO-8859-15"?>\n'


def _doctype(interne: str, reference: str = "&a;", racine: str = "STS_EDT") -> bytes:
    return f"<!DOCTYPE {racine} [{interne}]>\n<{racine}>{reference}</{racine}>".encode()


def _rires() -> bytes:
    """Ten levels of ten: a thousand million laughs."""
    niveaux = ['<!ENTITY r0 "rire">']
    niveaux += [f'<!ENTITY r{n} "{f"&r{n - 1};" * 10}">' for n in range(1, 10)]
    return _doctype("\n".join(niveaux), "&r9;")


def _quadratique() -> bytes:
    return _doctype(f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 5_000)


XML: dict[str, tuple[str, Callable[[], bytes]]] = {
    "entite_interne": ("XML_ENTITES", lambda: _doctype('<!ENTITY a "b">')),
    "entite_externe": ("XML_ENTITES", lambda: _doctype('<!ENTITY a SYSTEM "file:///etc/hostname">')),
    "entite_reseau": ("XML_ENTITES", lambda: _doctype('<!ENTITY a SYSTEM "http://127.0.0.1:9/a">')),
    "entite_publique": ("XML_ENTITES", lambda: _doctype('<!ENTITY a PUBLIC "p" "file:///etc/hostname">')),
    "entite_parametre": (
        "XML_ENTITES",
        lambda: _doctype('<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;', ""),
    ),
    "entite_parametre_interne": (
        "XML_ENTITES",
        lambda: _doctype("<!ENTITY % p '<!ENTITY a \"b\">'> %p;"),
    ),
    "entite_non_analysee": (
        "XML_ENTITES",
        lambda: _doctype('<!NOTATION n SYSTEM "n"><!ENTITY a SYSTEM "f" NDATA n>', ""),
    ),
    "entite_non_declaree": ("XML_ENTITES", lambda: b"<STS_EDT>&eacute;</STS_EDT>"),
    "entite_en_attribut": ("XML_ENTITES", lambda: b'<STS_EDT><A B="&eacute;"/></STS_EDT>'),
    "entite_coupee": ("XML_ENTITES", lambda: b"<STS_EDT>&eacute</STS_EDT>"),
    "rires": ("XML_ENTITES", _rires),
    "quadratique": ("XML_ENTITES", _quadratique),
    "doctype_vide": ("XML_DOCTYPE", lambda: b"<!DOCTYPE STS_EDT []><STS_EDT/>"),
    "doctype_element": ("XML_DOCTYPE", lambda: _doctype("<!ELEMENT STS_EDT ANY>", "")),
    "doctype_attribut": ("XML_DOCTYPE", lambda: _doctype('<!ATTLIST STS_EDT a CDATA "b">', "")),
    "doctype_public": (
        "XML_DOCTYPE",
        lambda: b'<!DOCTYPE STS_EDT PUBLIC "-//X" "http://127.0.0.1:9/x.dtd"><STS_EDT/>',
    ),
    "doctype_systeme_et_interne": (
        "XML_DOCTYPE",
        lambda: b'<!DOCTYPE STS_EDT SYSTEM "x.dtd" [<!ELEMENT STS_EDT ANY>]><STS_EDT/>',
    ),
    "doctype_inattendu": ("XML_DOCTYPE", lambda: b'<!DOCTYPE STS_EDT SYSTEM "x.dtd"><STS_EDT/>'),
    "doctype_autre_racine": ("XML_DOCTYPE", lambda: b'<!DOCTYPE autre SYSTEM "x.dtd"><STS_EDT/>'),
    "deux_doctypes": ("XML_MAL_FORME", lambda: b"<!DOCTYPE STS_EDT><!DOCTYPE STS_EDT><STS_EDT/>"),
    "doctype_dans_la_racine": (
        "XML_MAL_FORME",
        lambda: b'<STS_EDT><!DOCTYPE a [<!ENTITY a "b">]>&a;</STS_EDT>',
    ),
    "profondeur": ("XML_PROFONDEUR", lambda: b"<STS_EDT>" + b"<a>" * 60 + b"</a>" * 60 + b"</STS_EDT>"),
    "profondeur_folle": ("XML_PROFONDEUR", lambda: b"<STS_EDT>" + b"<a>" * 300_000),
    "texte_geant": ("XML_TEXTE_GEANT", lambda: b"<STS_EDT><A>" + b"x" * 1_000_001 + b"</A></STS_EDT>"),
    "texte_sans_fin": ("XML_TEXTE_GEANT", lambda: b"<STS_EDT><A>" + b"x" * 6_000_000),
    "texte_en_cdata": (
        "XML_TEXTE_GEANT",
        lambda: b"<STS_EDT><A><![CDATA[" + b"<" * 1_000_001 + b"]]></A></STS_EDT>",
    ),
    "attribut_geant": ("XML_TEXTE_GEANT", lambda: b'<STS_EDT><A B="' + b"x" * 1_000_001 + b'"/></STS_EDT>'),
    "nom_geant": ("XML_TEXTE_GEANT", lambda: b"<STS_EDT><" + b"a" * 6_000_000 + b"/></STS_EDT>"),
    "commentaire_geant": ("XML_TEXTE_GEANT", lambda: b"<STS_EDT><!--" + b"x" * 6_000_000 + b"--></STS_EDT>"),
    "attributs_nombreux": (
        "XML_TROP_GROS",
        lambda: b"<STS_EDT><A " + b" ".join(b'a%d=""' % n for n in range(5_000)) + b"/></STS_EDT>",
    ),
    "encodage_menteur": ("XML_ENCODAGE", lambda: b'<?xml version="1.0" encoding="UTF-8"?>\n<STS_EDT>\xe9</STS_EDT>'),
    "encodage_absent_latin": ("XML_ENCODAGE", lambda: b"<STS_EDT>\n\xe9</STS_EDT>"),
    "encodage_inconnu": ("XML_ENCODAGE", lambda: b'<?xml version="1.0" encoding="klingon"?><STS_EDT/>'),
    "encodage_base64": ("XML_ENCODAGE", lambda: b'<?xml version="1.0" encoding="base64"?><STS_EDT/>'),
    "encodage_utf7": ("XML_ENCODAGE", lambda: b'<?xml version="1.0" encoding="UTF-7"?><STS_EDT/>'),
    "encodage_utf32": ("XML_ENCODAGE", lambda: "<STS_EDT/>".encode("utf-32")),
    "bom_et_octet_faux": ("XML_ENCODAGE", lambda: b"\xef\xbb\xbf<STS_EDT>\xe9</STS_EDT>"),
    "utf8_surlong": ("XML_ENCODAGE", lambda: b"<STS_EDT>\xc0\xbc</STS_EDT>"),
    "utf8_coupe": ("XML_ENCODAGE", lambda: b"<STS_EDT>\xc3"),
    "tronque": ("XML_MAL_FORME", lambda: ISO + b"<STS_EDT>\n<PARAMETRES>\n<UAJ CODE="),
    "tronque_dans_le_prologue": ("XML_MAL_FORME", lambda: ISO + b"<!-- sans fin"),
    "racine_seule_ouverte": ("XML_MAL_FORME", lambda: ISO + b"<STS_EDT>\n"),
    "croise": ("XML_MAL_FORME", lambda: b"<STS_EDT><A><B></A></B></STS_EDT>"),
    "deux_racines": ("XML_MAL_FORME", lambda: b"<STS_EDT/><STS_EDT/>"),
    "texte_apres_la_racine": ("XML_MAL_FORME", lambda: b"<STS_EDT/>bonjour"),
    "attribut_repete": ("XML_MAL_FORME", lambda: b'<STS_EDT a="1" a="2"/>'),
    "controle": ("XML_MAL_FORME", lambda: b"<STS_EDT>\x01</STS_EDT>"),
    "controle_par_reference": ("XML_MAL_FORME", lambda: b"<STS_EDT>&#1;</STS_EDT>"),
    "zero": ("XML_MAL_FORME", lambda: b"<STS_EDT>\x00</STS_EDT>"),
    "declaration_en_retard": ("XML_MAL_FORME", lambda: b"\n" + ISO + b"<STS_EDT/>"),
    "prologue_interminable": ("XML_MAL_FORME", lambda: b"<!--" + b"x" * 200_000 + b"--><STS_EDT/>"),
    "pas_du_xml": ("XML_MAL_FORME", lambda: b"%PDF-1.7 rien de bon"),
    "csv": ("XML_MAL_FORME", lambda: b"NOM;PRENOM\nX;Y\n"),
    "html": ("XML_DOCTYPE", lambda: b"<!DOCTYPE html><html><body>Erreur 500</body></html>"),
    "vide": ("XML_VIDE", lambda: b""),
    "blanc": ("XML_VIDE", lambda: b" \r\n\t\n"),
    "bom_sur_utf16": ("XML_ENCODAGE", lambda: b"\xff\xfe" + "<STS_EDT>".encode("utf-16-le") + b"\x00\xd8<\x00"),
    "bom_et_declaration_contraires": (
        "XML_MAL_FORME",
        lambda: b"\xef\xbb\xbf" + b'<?xml version="1.0" encoding="UTF-16"?>\n<STS_EDT><A></STS_EDT>',
    ),
    "bom_seul": ("XML_VIDE", lambda: b"\xef\xbb\xbf"),
}


def zip_de(*membres: tuple[str | zipfile.ZipInfo, bytes], methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive made by the standard library."""
    sortie = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(sortie, "w", methode) as archive:
        warnings.simplefilter("ignore")
        for nom, contenu in membres:
            archive.writestr(nom, contenu)
    return sortie.getvalue()


def _retouche(archive: bytes, signature: bytes, position: int, octets: bytes) -> bytes:
    """The archive with `octets` at `position` after each occurrence of a header's signature."""
    retouche = bytearray(archive)
    depuis = 0
    while (trouve := archive.find(signature, depuis)) >= 0:
        retouche[trouve + position : trouve + position + len(octets)] = octets
        depuis = trouve + 4
    return bytes(retouche)


_LOCAL, _CENTRAL, _FIN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def _chiffree() -> bytes:
    archive = zip_de(("a.xml", b"<a/>"), methode=zipfile.ZIP_STORED)
    return _retouche(_retouche(archive, _LOCAL, 6, b"\x01\x00"), _CENTRAL, 8, b"\x01\x00")


def _chevauchee() -> bytes:
    """Every entry of the directory points at the first content."""
    archive = zip_de(("a.xml", b"x" * 3000), ("b.xml", b"y" * 3000), methode=zipfile.ZIP_STORED)
    return _retouche(archive, _CENTRAL, 42, struct.pack("<I", 0))


def _emboitee() -> bytes:
    """The first content covers the whole second entry."""
    archive = zip_de(("a.xml", b"x" * 100), ("b.xml", b"y" * 100), methode=zipfile.ZIP_STORED)
    central = archive.find(_CENTRAL)
    retouche = bytearray(archive)
    retouche[central + 20 : central + 28] = struct.pack("<II", 200, 200)
    return bytes(retouche)


def _lien() -> bytes:
    info = zipfile.ZipInfo("lien.xml")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zip_de((info, b"/etc/hostname"))


def _nombreuse(membres: int, annonces: int | None = None) -> bytes:
    archive = zip_de(*((f"{n}.xml", b"<a/>") for n in range(membres)), methode=zipfile.ZIP_STORED)
    if annonces is None:
        return archive
    return _retouche(archive, _FIN, 8, struct.pack("<HH", annonces, annonces))


def _taille_annoncee(taille: int) -> bytes:
    archive = zip_de(("a.xml", b"<a/>"), methode=zipfile.ZIP_STORED)
    return _retouche(archive, _CENTRAL, 24, struct.pack("<I", taille))


def _poupees(niveaux: int) -> bytes:
    """Archives in archives, each holding ten copies of the next: a bomb that only recursion opens."""
    contenu = zip_de(("a.xml", b"0" * 1_000_000))
    for niveau in range(niveaux):
        contenu = zip_de(*((f"{niveau}-{n}.zip", contenu) for n in range(10)), methode=zipfile.ZIP_STORED)
    return contenu


def _fifield(entrees: int) -> bytes:
    """One content under a thousand entries, none of which holds it: an archive whose members overlap."""
    noyau = zip_de(("a.xml", b"0" * 200_000))
    debut = noyau[: noyau.index(_CENTRAL)]
    info = zipfile.ZipFile(io.BytesIO(noyau)).infolist()[0]
    repertoire = b"".join(
        struct.pack(
            "<4s6H3I5H2I",
            _CENTRAL,
            *(20, 20, 0, 8, 0, 33),
            *(info.CRC, info.compress_size, info.file_size),
            *(len(nom), 0, 0, 0, 0),
            *(0, 0),
        )
        + nom
        for nom in (b"%04d.xml" % n for n in range(entrees))
    )
    return debut + repertoire + struct.pack("<4s4H2IH", _FIN, 0, 0, entrees, entrees, len(repertoire), len(debut), 0)


def _menteuse() -> bytes:
    """The directory announces ten bytes of a content that has twenty million."""
    archive = zip_de(("a.xml", b"0" * 20_000_000))
    return _retouche(_retouche(archive, _CENTRAL, 24, struct.pack("<I", 10)), _LOCAL, 22, struct.pack("<I", 10))


def _somme_fausse() -> bytes:
    return zip_de(("a.xml", b"<a/>" * 1000), methode=zipfile.ZIP_STORED).replace(b"<a/><a/>", b"<b/><b/>", 1)


ZIP_LUS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bombe_menteuse": ("ZIP_ILLISIBLE", _menteuse),
    "somme_fausse": ("ZIP_ILLISIBLE", _somme_fausse),
}
"""Archives that only the reading of a member gives away."""

ZIP: dict[str, tuple[str, Callable[[], bytes]]] = {
    "poupees": ("ZIP_IMBRIQUE", lambda: _poupees(3)),
    "chevauchee_mille_fois": ("ZIP_CHEVAUCHEMENT", lambda: _fifield(1000)),
    "bombe_plate": ("ZIP_TAUX", lambda: zip_de(("a.xml", b"0" * 20_000_000))),
    "bombe_annoncee": ("ZIP_TROP_GROS", lambda: _taille_annoncee(0xFFFF_FFF0)),
    "imbriquee": ("ZIP_IMBRIQUE", lambda: zip_de(("a.zip", zip_de(("a.xml", b"<a/>"))))),
    "imbriquee_deguisee": ("ZIP_IMBRIQUE", lambda: zip_de(("a.xml", zip_de(("a.xml", b"<a/>"))))),
    "chevauchee": ("ZIP_CHEVAUCHEMENT", _chevauchee),
    "emboitee": ("ZIP_CHEVAUCHEMENT", _emboitee),
    "remontee": ("ZIP_NOM_INTERDIT", lambda: zip_de(("../../a.xml", b"<a/>"))),
    "remontee_windows": ("ZIP_NOM_INTERDIT", lambda: zip_de(("..\\a.xml", b"<a/>"))),
    "remontee_au_milieu": ("ZIP_NOM_INTERDIT", lambda: zip_de(("a/../../b.xml", b"<a/>"))),
    "absolue": ("ZIP_NOM_INTERDIT", lambda: zip_de(("/a.xml", b"<a/>"))),
    "lecteur": ("ZIP_NOM_INTERDIT", lambda: zip_de(("C:a.xml", b"<a/>"))),
    "nom_controle": ("ZIP_NOM_INTERDIT", lambda: zip_de(("a\n.xml", b"<a/>"))),
    "nom_trop_long": ("ZIP_NOM_INTERDIT", lambda: zip_de(("a" * 300 + ".xml", b"<a/>"))),
    "nom_repete": ("ZIP_NOM_INTERDIT", lambda: zip_de(("a.xml", b"<a/>"), ("A.XML", b"<b/>"))),
    "lien_symbolique": ("ZIP_NOM_INTERDIT", _lien),
    "nombreuse": ("ZIP_TROP_DE_MEMBRES", lambda: _nombreuse(2500)),
    "nombreuse_menteuse": ("ZIP_TROP_DE_MEMBRES", lambda: _nombreuse(2500, annonces=1)),
    "chiffree": ("ZIP_CHIFFRE", _chiffree),
    "bzip2": ("ZIP_COMPRESSION", lambda: zip_de(("a.xml", b"<a/>"), methode=zipfile.ZIP_BZIP2)),
    "lzma": ("ZIP_COMPRESSION", lambda: zip_de(("a.xml", b"<a/>"), methode=zipfile.ZIP_LZMA)),
    "sans_fichier": ("ZIP_VIDE", zip_de),
    "dossier_seul": ("ZIP_VIDE", lambda: zip_de(("a/", b""))),
    "tronquee": ("ZIP_ILLISIBLE", lambda: zip_de(("a.xml", b"<a/>" * 1000))[:60]),
    "repertoire_abime": ("ZIP_ILLISIBLE", lambda: _retouche(zip_de(("a.xml", b"<a/>")), _CENTRAL, 0, b"ZZ")),
    "entete_abime": ("ZIP_ILLISIBLE", lambda: _retouche(zip_de(("a.xml", b"<a/>")), _LOCAL, 0, b"ZZ")),
    "pas_un_zip": ("ZIP_ILLISIBLE", lambda: b"PK\x03\x04 et puis rien"),
    "vide": ("ZIP_ILLISIBLE", lambda: b""),
}
