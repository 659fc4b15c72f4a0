"""Whatever the records, reading what was written gives them back; what the encoding lacks is replaced by a rule."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, BinaryIO

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.formats.ecriture import substitute
from shared.formats.siecle import communs as c
from shared.formats.siecle import eleves as e
from shared.formats.siecle import etablissements, geographique, nomenclature
from shared.formats.siecle import responsables as r
from shared.formats.siecle import structures as s
from shared.formats.siecle.adresses import CHAMPS_ADRESSE, Adresse
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.listes import Liste
from tests.temoins.inventions import DATES, REGLAGES, codes, fiches, plusieurs, textes

from . import jeu_siecle as jeu

ENVELOPPES = st.builds(
    Enveloppe,
    st.sampled_from(["0970001Z", "0980002J"]),
    st.integers(1000, 9999),
    DATES,
    st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)).map(lambda i: i.replace(microsecond=0)),  # noqa: DTZ001
)
IDS = st.integers(0, 10**9)
ADRESSES = plusieurs(fiches(Adresse, CHAMPS_ADRESSE, adresse_id=IDS), cle="adresse_id")
PASSE = st.none() | fiches(e.ScolariteAnDernier, e.CHAMPS_SCOLARITE_AN_DERNIER).filter(
    lambda p: p != e.ScolariteAnDernier()
)
ELEVE = fiches(
    e.Eleve,
    e.CHAMPS_ELEVE,
    eleve_id=IDS,
    elenoet=st.integers(0, 99999),
    adresse_id=None,
    scolarite_an_dernier=PASSE,
    options=plusieurs(fiches(e.OptionEleve, e.CHAMPS_OPTION)),
    division=st.none() | codes(20),
    groupes=st.lists(codes(20), max_size=3).map(tuple),
    bourses=st.lists(codes(1), max_size=2).map(tuple),
)
PERSONNES = plusieurs(fiches(r.Personne, r.CHAMPS_PERSONNE, personne_id=IDS, adresse_id=None), 1, "personne_id")
LIEN = fiches(
    r.ResponsableEleve, r.CHAMPS_LIEN, niveau=st.integers(1, 3), code_parente=codes(2).filter(lambda x: x[1:])
)
STRUCTURE: dict[str, Any] = {"code": codes(20), "mefs": st.lists(codes(11), max_size=2).map(tuple)}


def relit(ecrire: Callable[[BinaryIO], object], lire: Callable[[BinaryIO, str], Any]) -> Any:
    """The document read from what was written, without a remark nor a replaced character."""
    sortie = io.BytesIO()
    assert ecrire(sortie) == 0
    document = lire(io.BytesIO(sortie.getvalue()), "essai.xml")
    assert document.remarques == ()
    return document


@REGLAGES
@given(ENVELOPPES, plusieurs(ELEVE, 1, "eleve_id"), ADRESSES, st.data())
def test_eleves_avec_adresses(enveloppe: Enveloppe, eleves: Any, adresses: Any, tirage: st.DataObject) -> None:
    """Any pupils with any addresses."""
    cles = st.sampled_from([None, *(a.adresse_id for a in adresses)])
    eleves = tuple(replace(x, adresse_id=tirage.draw(cles)) for x in eleves)
    lu = relit(lambda f: ecrire_eleves(f, enveloppe, eleves, adresses), lire_eleves)
    assert (lu.eleves, lu.adresses, lu.entete.enveloppe) == (eleves, adresses, enveloppe)


@REGLAGES
@given(plusieurs(ELEVE, 1, "eleve_id"))
def test_eleves_sans_adresses(eleves: Any) -> None:
    """Any pupils, in the file without addresses."""
    lu = relit(lambda f: ecrire_eleves(f, jeu.ENVELOPPE, eleves), lire_eleves)
    assert (lu.eleves, lu.adresses) == (eleves, ())


@REGLAGES
@given(PERSONNES, st.lists(LIEN, min_size=1, max_size=4), ADRESSES, st.booleans(), st.data())
def test_responsables(personnes: Any, liens: Any, adresses: Any, avec: bool, tirage: st.DataObject) -> None:
    """Any persons and links, with addresses or without."""
    liens = tuple(replace(x, personne_id=tirage.draw(st.sampled_from(personnes)).personne_id) for x in liens)
    if avec and adresses:
        personnes = (replace(personnes[0], adresse_id=adresses[-1].adresse_id), *personnes[1:])
    ecrites = adresses if avec else None
    lu = relit(lambda f: r.ecrire_responsables(f, jeu.ENVELOPPE, personnes, liens, ecrites), r.lire_responsables)
    assert (lu.personnes, lu.liens, lu.adresses) == (personnes, liens, adresses if avec else ())


@REGLAGES
@given(
    plusieurs(fiches(s.Division, s.CHAMPS_STRUCTURE, **STRUCTURE), 1),
    plusieurs(fiches(s.Groupe, s.CHAMPS_STRUCTURE, **STRUCTURE, divisions=st.lists(codes(20), max_size=2).map(tuple))),
)
def test_structures(divisions: Any, groupes: Any) -> None:
    """Any divisions and groups."""
    lu = relit(lambda f: s.ecrire_structures(f, jeu.ENVELOPPE, divisions, groupes), s.lire_structures)
    assert (lu.divisions, lu.groupes) == (divisions, groupes)


def _liste(liste: Liste, mini: int = 0) -> st.SearchStrategy[Any]:
    cle = {} if liste.cle is None else {"code": codes(11)}
    return plusieurs(fiches(liste.record, liste.champs, **cle), mini)


NOMENCLATURES = st.builds(
    nomenclature.Nomenclatures,
    **{liste.nom: _liste(liste, int(liste.nom in ("mefs", "matieres", "programmes"))) for liste in nomenclature.LISTES},
)


@REGLAGES
@given(NOMENCLATURES)
def test_nomenclature(nomenclatures: Any) -> None:
    """Any code lists."""
    lu = relit(
        lambda f: nomenclature.ecrire_nomenclature(f, jeu.ENVELOPPE, nomenclatures), nomenclature.lire_nomenclature
    )
    assert lu.nomenclatures == nomenclatures


@REGLAGES
@given(*(_liste(liste) for liste in geographique.LISTES))
def test_geographique(pays: Any, departements: Any, communes: Any) -> None:
    """Any countries, départements and communes."""
    lu = relit(
        lambda f: geographique.ecrire_geographique(f, jeu.ENVELOPPE, pays, departements, communes),
        geographique.lire_geographique,
    )
    assert (lu.pays, lu.departements, lu.communes) == (pays, departements, communes)


@REGLAGES
@given(_liste(etablissements.LISTES[0]))
def test_etablissements(fiches_lues: Any) -> None:
    """Any schools."""
    lu = relit(
        lambda f: etablissements.ecrire_etablissements(f, jeu.ENVELOPPE, fiches_lues),
        etablissements.lire_etablissements,
    )
    assert lu.etablissements == fiches_lues


ANNEES = fiches(c.AnneeScolaire, c.CHAMPS_ANNEE)


@REGLAGES
@given(
    fiches(
        c.Communs,
        (),
        uaj=fiches(c.IdentiteEtablissement, c.CHAMPS_UAJ),
        annee=ANNEES,
        annee_derniere=st.none() | ANNEES.filter(lambda a: a != c.AnneeScolaire()),
        periodes=plusieurs(fiches(c.PeriodePedagogique, c.CHAMPS_PERIODE)),
        fermetures=plusieurs(fiches(c.Fermeture, c.CHAMPS_FERMETURE)),
    )
)
def test_communs(communs: Any) -> None:
    """Any identity and calendar."""
    assert relit(lambda f: c.ecrire_communs(f, jeu.ENVELOPPE, communs), c.lire_communs).communs == communs


TOUT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cn")), min_size=1, max_size=100)


def _encodable(caractere: str) -> bool:
    try:
        caractere.encode("iso-8859-15")
    except UnicodeEncodeError:
        return False
    return True


@REGLAGES
@given(TOUT | textes(100, mini=1) | st.sampled_from(["ŁUKASZ", "N’DIAYE", "Đỗ", "Ivanović", "…", "\U0001f600"]))
def test_ce_que_l_encodage_n_a_pas_est_remplace_par_la_regle(nom: str) -> None:
    """Each character that ISO-8859-15 lacks is replaced as `substitute` says, and counted: no more, no less."""
    eleve = replace(jeu.ELEVES[2], nom_de_famille=nom, prenom="X", date_naiss=date(2013, 1, 2))
    manquants = [x for x in nom if not _encodable(x)]
    attendu = "".join(x if _encodable(x) else substitute(x, "iso-8859-15") for x in nom)
    sortie = io.BytesIO()
    assert ecrire_eleves(sortie, jeu.ENVELOPPE, [eleve]) == len(manquants)
    (lu,) = lire_eleves(io.BytesIO(sortie.getvalue()), "essai.xml").eleves
    assert lu.nom_de_famille == attendu.strip()
