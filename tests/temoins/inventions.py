"""Any record that a SIECLE file can carry, made from its table of fields: the nasty names first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from shared.formats.siecle.champs import Champ, Forme

LATIN9 = "".join(bytes([n]).decode("iso-8859-15") for n in (*range(0x20, 0x7F), *range(0xA1, 0x100)))
_MECHANTS = "ŒœŸ€'’&<>\"-éÇ "
_ALPHABET = st.sampled_from(LATIN9) | st.sampled_from(_MECHANTS.replace("’", ""))
_SANS_BLANC = st.sampled_from(LATIN9.replace(" ", ""))
DATES = st.dates(date(1000, 1, 1))
REGLAGES = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def textes(maxi: int | None = None, mini: int = 0) -> st.SearchStrategy[str]:
    """Texts of at most `maxi` characters that ISO-8859-15 carries, without blanks around; often as long as may be."""
    borne = maxi or 40
    longs = st.text(_SANS_BLANC, min_size=borne, max_size=borne)
    courts = st.text(_ALPHABET, min_size=mini, max_size=min(borne, 12)).map(str.strip).filter(lambda t: len(t) >= mini)
    return courts | longs


def codes(maxi: int) -> st.SearchStrategy[str]:
    """Codes: no blank, one character at least."""
    return st.text(_SANS_BLANC, min_size=1, max_size=maxi)


def valeurs(champ: Champ) -> st.SearchStrategy[Any]:
    """The values of one leaf; None and "" where the format tells them apart from a value."""
    if champ.forme in (Forme.TEXTE, Forme.TELEPHONE):
        pleins = textes(champ.maxi, mini=1)
        return pleins if champ.oblige or champ.toujours else st.none() | st.just("") | pleins
    formes: dict[Forme, st.SearchStrategy[Any]] = {
        Forme.ENTIER: st.integers(0, 10 ** min(champ.maxi or 9, 9) - 1),
        Forme.DATE: DATES,
        Forme.DATE_ISO: DATES,
        Forme.ZERO_UN: st.booleans(),
        Forme.VRAI_FAUX: st.booleans(),
        Forme.DECIMAL: st.decimals(0, 9999, places=2).map(Decimal),
    }
    valeur = formes[champ.forme]
    return valeur if champ.oblige or champ.toujours else st.none() | valeur


def fiches(classe: type[Any], champs: Sequence[Champ], **imposes: Any) -> st.SearchStrategy[Any]:
    """Any record of a class; `imposes`, strategies that stand in place of those of the table, or beside them."""
    attributs = {c.attribut: valeurs(c) for c in champs}
    attributs |= {nom: v if isinstance(v, st.SearchStrategy) else st.just(v) for nom, v in imposes.items()}
    return st.builds(classe, **attributs)


def plusieurs(fiche: st.SearchStrategy[Any], mini: int = 0, cle: str | None = None) -> st.SearchStrategy[Any]:
    """A few records, in a tuple; `cle`, the attribute in which they differ."""
    unique = None if cle is None else (lambda x: getattr(x, cle))
    return st.lists(fiche, min_size=mini, max_size=3, unique_by=unique).map(tuple)
