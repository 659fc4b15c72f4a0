"""What is written is read back, for every value that the format carries; what it does not carry is said."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.formats.aaf import (
    Degre,
    Enregistrement,
    Fiche,
    Grammaire,
    Modification,
    Substitutions,
    degre_de,
    lire_fiches,
    lire_fichier,
    pertes,
)
from shared.formats.aaf.ecriture import debut_de_fichier
from shared.formats.aaf.rendu import Rendu
from shared.formats.aaf.valeurs import DansStructure

from .exemples_1d import CE2, ELEVES_1D
from .exemples_format_aaf import ELEVES, JOUR
from .strategies_aaf import fiches

REGLAGES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def document(grammaire: Grammaire, operations: list, substitutions: Substitutions | None = None) -> io.BytesIO:
    """A whole file."""
    octets = debut_de_fichier(grammaire, "96", JOUR) + Rendu(grammaire.degre, substitutions).rendre(operations)
    assert octets.isascii()
    return io.BytesIO(octets + b"</ficAlimMENESR>\n")


@pytest.mark.parametrize("grammaire", list(Grammaire))
def test_ecrit_puis_relu(grammaire: Grammaire) -> None:
    """read(write(x)) == x for typed records of every category, in every generation and degree."""

    @REGLAGES
    @given(st.lists(fiches(grammaire), min_size=1, max_size=3))
    def propriete(ecrites: list[Fiche]) -> None:
        substitutions = Substitutions()
        enregistrements = [fiche.vers_enregistrement(grammaire, substitutions) for fiche in ecrites]
        lues = list(lire_fiches(document(grammaire, enregistrements), "x.xml"))
        assert lues == ecrites
        assert substitutions.remarques == []
        assert [perte for e in enregistrements for perte in pertes(e)] == []

    propriete()


@pytest.mark.parametrize("grammaire", list(Grammaire))
def test_delta_ecrit_puis_relu(grammaire: Grammaire) -> None:
    """A modification gives back every value as well, and its record knows its degree."""

    @settings(REGLAGES, max_examples=20)
    @given(fiches(grammaire))
    def propriete(fiche: Fiche) -> None:
        e = fiche.vers_enregistrement(grammaire)
        avant = Modification(e.categorie, e.id, e.noms, e.valeurs)
        assert list(lire_fichier(document(grammaire, [avant]), "x.xml")) == [avant]
        assert degre_de(e.categorie, e.noms) is grammaire.degre

    propriete()


@REGLAGES
@given(st.text(st.characters(), max_size=8), st.text(st.characters(), max_size=8).filter(bool))
def test_ce_qui_n_est_pas_porte_est_substitue(texte: str, nom: str) -> None:
    """Any text is written: what XML or a composite value cannot carry is replaced by the written rule, and told."""

    def admis(caractere: str) -> bool:
        return (
            caractere in "\t\n\r"
            or " " <= caractere <= "\ud7ff"
            or "\ue000" <= caractere <= "\ufffd"
            or ord(caractere) > 65535
        )

    propre = "".join(c if admis(c) else "?" for c in texte)
    classe = "".join(c if admis(c) else "?" for c in nom).replace("$", "_")
    for exemple, change, grammaire in (
        (ELEVES[0], {"classes": (DansStructure(420, nom),), "regime": texte}, Grammaire.V6_4),
        (ELEVES_1D[0], {"classes": (CE2._replace(nom=nom),), "nom_famille": texte}, Grammaire.V6_3_1D),
    ):
        substitutions = Substitutions()
        ecrit = replace(exemple, **change).vers_enregistrement(grammaire, substitutions)
        (lue,) = lire_fiches(document(grammaire, [ecrit], substitutions), "x.xml")
        assert lue.classes[0].nom == classe
        assert (lue.regime if grammaire.degre is Degre.SECOND else lue.nom_famille) == propre
        codes = {remarque.code for remarque in substitutions.remarques}
        assert ("AAF_DOLLAR_REMPLACE" in codes) == ("$" in nom)
        assert ("AAF_CARACTERE_REMPLACE" in codes) == (not all(map(admis, texte + nom)))


@REGLAGES
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("C",)), max_size=6), max_size=3), min_size=1, max_size=4
    )
)
def test_requetes_quelconques(valeurs: list[list[str]]) -> None:
    """A request of unknown attributes comes back whole: a lone empty value is no value, the others keep their place."""
    paires = [(f"futur{rang}", textes) for rang, textes in enumerate(valeurs)]
    avant = Enregistrement.de(ELEVES[0].CATEGORIE, "7", paires)
    (lu,) = lire_fichier(document(Grammaire.V6_4, [avant]), "x.xml")
    assert lu.attributs == tuple((nom, () if textes == [""] else tuple(textes)) for nom, textes in paires)
