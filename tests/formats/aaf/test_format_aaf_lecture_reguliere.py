"""The quick reading of complete files says what the hardened parser says, or lets it speak."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.contracts.refus import Refus
from shared.formats.aaf import Ajout, Categorie, Enregistrement, Grammaire
from shared.formats.aaf.depot import FichierALire
from shared.formats.aaf.ecriture import debut_de_fichier
from shared.formats.aaf.lecture import lire_fichier, lire_fichier_depose
from shared.formats.aaf.lecture_reguliere import Irregulier, lire_reguliers
from shared.formats.aaf.noms import lire_nom
from shared.formats.aaf.rendu import Rendu
from shared.security.xml import Limites

REGLAGES = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FIN = b"</ficAlimMENESR>\n"
VALEURS = ["BELKACEM", "Clémence", "L'ETABLISSEMENT", "A & B <C>", "", "7 RUE$$$", "œuf €", "\x85", "a\tb", "é\n", "\r"]


def document(enregistrements: list[Enregistrement]) -> bytes:
    """A whole complete file of pupils."""
    return debut_de_fichier(Grammaire.V6_4, "96", date(2021, 9, 22)) + Rendu().rendre(enregistrements) + FIN


def eleve(id_: str, *valeurs: tuple[str, ...], noms: tuple[str, ...] = ("sn", "givenName")) -> Enregistrement:
    """A pupil's record; the names are those of any attributes."""
    return Enregistrement(Categorie.ELEVE, id_, noms, valeurs)


def sur_quatre(octets: bytes) -> tuple[list[Ajout], bool]:
    """What the quick reading gives, and whether it went to the end."""
    lus: list[Ajout] = []
    try:
        lus += lire_reguliers(io.BytesIO(octets), Categorie.ELEVE, Limites())
    except Irregulier:
        return lus, False
    return lus, True


def durci(octets: bytes) -> list[object]:
    """What the hardened parser gives; at the end None when it refuses."""
    lus: list[object] = []
    try:
        for operation in lire_fichier(io.BytesIO(octets), "x.xml", Categorie.ELEVE, complet=True):
            lus.append(operation)
    except Refus:
        lus.append(None)
    return lus


@REGLAGES
@given(
    st.lists(
        st.lists(st.lists(st.sampled_from(VALEURS), max_size=3).map(tuple), min_size=2, max_size=2),
        min_size=1,
        max_size=5,
    )
)
def test_dit_la_meme_chose(valeurs: list[list[tuple[str, ...]]]) -> None:
    """Whatever the values, a file read quickly to its end says what the hardened parser reads in it."""
    octets = document([eleve(str(rang), *siennes) for rang, siennes in enumerate(valeurs, 1)])
    lus, entier = sur_quatre(octets)
    if entier:
        assert lus == durci(octets)
    if not any(v in ("\r", "é\n", "") for siennes in valeurs for plusieurs in siennes for v in plusieurs):
        assert entier


BASE = document([eleve("1", ("A",), ("B", "é")), eleve("2", (), ("D'OR",)), eleve("3", ("&",), noms=("sn",))])
GREFFES = [
    b"<",
    b">",
    b"&",
    b"&amp;",
    b"&#60;",
    b"&#0;",
    b"\x00",
    b"\r",
    b"]]>",
    b"<!-- -->",
    b"<?x?>",
    b"</value>",
    b"<value>",
]
GREFFES += [
    b'"',
    b" ",
    b"\n",
    b"<value/>",
    b"<![CDATA[x]]>",
    b"&e;",
    b"\xc3\xa9",
    b"<b/>",
    b"sn",
    b"</attr>\n",
    b"<value></value>",
]


@settings(REGLAGES, max_examples=400)
@example(place=1120, otes=9, greffe=b"<")
@given(st.integers(0, len(BASE)), st.integers(0, 9), st.sampled_from(GREFFES))
def test_un_fichier_abime_n_est_jamais_lu_autrement(place: int, otes: int, greffe: bytes) -> None:
    """With anything put anywhere in a file, what is read quickly is what the hardened parser reads too.

    It may be a record ahead of a parser that refuses the file: that refusal is the one that counts.
    """
    octets = BASE[:place] + greffe + BASE[place + otes :]
    lus, entier = sur_quatre(octets)
    attendus = durci(octets)
    refuse = attendus[-1:] == [None]
    communs = min(len(lus), len(attendus) - refuse)
    assert lus[:communs] == attendus[:communs]
    assert len(lus) == communs or refuse
    assert not entier or lus == attendus


def depose(octets: bytes) -> tuple[FichierALire, list[int]]:
    """A file of a feed, and how many times it was opened."""
    ouvertures: list[int] = []

    def ouvrir() -> io.BytesIO:
        ouvertures.append(1)
        return io.BytesIO(octets)

    nom = lire_nom("P_Complet_20210922_Eleve_0000.xml")
    assert nom is not None
    return FichierALire(nom, len(octets), ouvrir), ouvertures


@pytest.mark.parametrize(
    ("abimer", "fois"),
    [(lambda o: o, 1), (lambda o: o.replace(b"<value/>", b"<value />"), 2)],
    ids=["ecrit ici", "autre"],
)
def test_le_parseur_durci_reprend_ou_la_lecture_rapide_s_arrete(abimer: Callable[[bytes], bytes], fois: int) -> None:
    """Each request comes once, whoever reads it; a file written as ours are is opened once."""
    fichier, ouvertures = depose(abimer(BASE))
    assert [o.id for o in lire_fichier_depose(fichier)] == ["1", "2", "3"]
    assert len(ouvertures) == fois


def test_une_forme_qui_change_est_suivie() -> None:
    """Records that name other attributes come back among the others, and are read quickly as well."""
    octets = document(
        [eleve(str(n), ("A",), noms=("sn",)) if n % 2 else eleve(str(n), ("A",), ("B",)) for n in range(40)]
    )
    assert sur_quatre(octets) == (durci(octets), True)


def test_une_categorie_etrangere_n_est_pas_lue() -> None:
    """A file of another category is left to the hardened parser, which refuses it."""
    with pytest.raises(Irregulier):
        list(lire_reguliers(io.BytesIO(BASE), Categorie.RESPONSABLE, Limites()))


def test_un_fichier_trop_gros_n_est_pas_lu() -> None:
    """The limits of the hardened parser hold for what it does not read."""
    with pytest.raises(Irregulier):
        list(lire_reguliers(io.BytesIO(BASE), Categorie.ELEVE, Limites(max_bytes=100)))
