"""Seeded mutations of a golden file, at the level of bytes, of lines and of values."""

from __future__ import annotations

import copy
import random
import re

from lxml import etree

_TEXTE = re.compile(rb">([^<>\n]{1,200})<")
_ATTRIBUT = re.compile(rb'="([^"\n]{1,200})"')
_BALISE = re.compile(rb"</?[A-Za-z_][\w.:-]*")
_VALEURS = (
    b"",
    b" ",
    b"0",
    b"-1",
    b"99999999999999999999",
    b"1e9",
    b"NaN",
    b"31/02/2025",
    b"00/00/0000",
    b"9999-99-99",
    b"2400",
    b"99:99",
    b"true",
    b"peut-\xeatre",
    b"\xb2\xb3",
    b"&#8364;&#321;",
    b"&#x2028;",
    b"<![CDATA[x]]>",
    b"<a/>",
    b"x" * 300,
    b"4/3",
    b"\xa0",
)


def muter(octets: bytes, alea: random.Random) -> bytes:
    """One to four changes drawn from `alea`."""
    for _ in range(alea.randint(1, 4)):
        octets = alea.choice(_CHANGEMENTS)(octets, alea)
    return octets


def _octet(octets: bytes, alea: random.Random) -> bytes:
    position = alea.randrange(len(octets) + 1)
    return octets[:position] + alea.randbytes(alea.randint(0, 3)) + octets[position + alea.randint(0, 3) :]


def _bloc(octets: bytes, alea: random.Random) -> bytes:
    """A piece removed, repeated or moved."""
    a, b, c = sorted(alea.randrange(len(octets) + 1) for _ in range(3))
    return alea.choice((octets[:a] + octets[b:], octets[:b] + octets[a:], octets[:a] + octets[b:c] + octets[a:b]))


def _ligne(octets: bytes, alea: random.Random) -> bytes:
    """A line removed, repeated or exchanged with another: elements missing, repeated, out of place."""
    lignes = octets.split(b"\n")
    i, j = alea.randrange(len(lignes)), alea.randrange(len(lignes))
    genre = alea.randrange(3)
    if genre == 0:
        del lignes[i]
    elif genre == 1:
        lignes.insert(j, lignes[i])
    else:
        lignes[i], lignes[j] = lignes[j], lignes[i]
    return b"\n".join(lignes)


def _valeur(octets: bytes, alea: random.Random) -> bytes:
    """A text or an attribute replaced by a nasty one."""
    trouves = list(alea.choice((_TEXTE, _ATTRIBUT)).finditer(octets))
    if not trouves:
        return octets
    trouve = alea.choice(trouves)
    return octets[: trouve.start(1)] + alea.choice(_VALEURS) + octets[trouve.end(1) :]


def _balise(octets: bytes, alea: random.Random) -> bytes:
    """An element's name replaced, everywhere, by that of another."""
    noms = sorted({b.lstrip(b"</") for b in _BALISE.findall(octets)})
    if len(noms) < 2:
        return octets
    ancien, nouveau = alea.sample(noms, 2)
    return re.sub(rb"(</?)" + re.escape(ancien) + rb"(?=[ />])", lambda m: m[1] + nouveau, octets)


def _element(octets: bytes, alea: random.Random) -> bytes:
    """An element removed, repeated or put elsewhere, the whole remaining well-formed."""
    try:
        racine = etree.fromstring(octets, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        return octets
    tous = list(racine.iter("*"))[1:]
    if not tous:
        return octets
    choisi, autre = alea.choice(tous), alea.choice(tous)
    if alea.random() < 0.6:
        choisi.getparent().remove(choisi)
    if alea.random() < 0.6 and choisi not in autre.iterancestors() and choisi is not autre:
        autre.insert(0, copy.deepcopy(choisi))
    return etree.tostring(racine, encoding="ISO-8859-15", xml_declaration=True)


_CHANGEMENTS = (_octet, _bloc, _ligne, _valeur, _valeur, _valeur, _balise, _element, _element, _element)
