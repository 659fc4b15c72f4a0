"""What each product's preset writes for a pupil, a parent, a teacher of two schools, a chef: rules alone, no server."""

from __future__ import annotations

from datetime import UTC, date, datetime

import cas
import pytest
from lxml import etree

from services.ent.rules.cas_attributs import Contexte
from services.ent.rules.cas_prereglages import PREREGLAGES, PRINCIPAUX
from services.ent.rules.connecteurs import Ecole, Personne, correspond, pourquoi_pas
from shared.formats import cas as corps

NS = {"cas": corps.CAS}
COLLEGE = Ecole(1, "0970007F", "CLG DES SOURCES", "COLLEGE", (("ENS", "ENSEIGNEMENT"),), ("6A", "6B"), ("6LATIN",))
LYCEE = Ecole(2, "0970008G", "LYC DES CIMES", "LYCEE", (("ENS", "ENSEIGNEMENT"),), ("2A",), ())
GENS = {
    "eleve": Personne(
        7,
        "u-7",
        "ilona.valbrune",
        "VALBRUNE",
        "Ilona",
        "eleve",
        date(2010, 3, 4),
        "",
        "10010012110",
        ecoles=(Ecole(1, "0970007F", "CLG DES SOURCES", "COLLEGE", (), ("6A",), ("6LATIN",)),),
        parents=((8, "Aurore VALBRUNE"),),
    ),
    "parent": Personne(
        8, "u-8", "aurore.valbrune", "VALBRUNE", "Aurore", "responsable", enfants=((7, "Ilona VALBRUNE"),)
    ),
    "enseignant": Personne(
        9, "u-9", "berenice.orval", "ORVAL", "Bérénice", "enseignant", mel="b@x.invalid", ecoles=(COLLEGE, LYCEE)
    ),
    "chef": Personne(
        10, "u-10", "odile.savigne", "SAVIGNÉ & fils", "Odile", "autre", ecoles=(LYCEE,), fonctions=frozenset({"DIR"})
    ),
}
ICI = Contexte("RENTREE", "numeros", "https://x.invalid/?UAI=0970008g")


def reponse(code: str, qui: str) -> etree._Element:
    """The success of a preset for somebody."""
    p = PREREGLAGES[code]
    octets = corps.succes(p.forme, PRINCIPAUX[p.principal][1](GENS[qui], ICI), p.attributs(GENS[qui], ICI))
    succes = etree.fromstring(octets).find("cas:authenticationSuccess", NS)
    assert succes is not None
    return succes


@pytest.mark.parametrize("qui", GENS)
@pytest.mark.parametrize("code", PREREGLAGES)
def test_every_preset_answers_everybody(code: str, qui: str) -> None:
    """Well formed, names its user, its attributes in its own shape and namespace."""
    forme, succes = PREREGLAGES[code].forme, reponse(code, qui)
    assert succes[0].tag == f"{{{corps.CAS}}}user"
    attendus = [nom for nom, _ in PREREGLAGES[code].attributs(GENS[qui], ICI)]
    dessous = [etree.QName(x).localname for x in succes[1:]]
    if forme == "B":
        assert dessous == attendus
    elif forme == "C":
        assert [x.tag for x in succes.iterfind("cas:attributes/cas:userAttributes/*", NS)] == attendus
    else:
        bloc = [etree.QName(x).localname for x in succes.iterfind("cas:attributes/*", NS)]
        assert bloc == attendus
        assert dessous == (["attributes", *attendus] if forme == "D" else ["attributes"])


def test_profiles_in_both_systems() -> None:
    """National_ELV or National_1: by the SDET's name, by the old number of entcore, or both."""
    assert [GENS[q].codes_profil("les_deux") for q in GENS] == [
        ["National_ELV", "National_1"],
        ["National_TUT", "National_2"],
        ["National_ENS", "National_3"],
        ["National_DIR", "National_4"],
    ]


def test_the_kne_answers_for_the_school_of_the_address() -> None:
    """`UAI=` of the service chooses the school of a teacher of two; lists are wrappers, empty when not applicable."""
    succes = reponse("kne", "enseignant")
    assert [x.text for x in succes.iterfind("cas:ENTPersonStructRattachUAI", NS)] == ["0970008G"]
    assert succes.findtext("cas:ENTStructureTypeStruct", namespaces=NS) == "LYC"
    assert [x.text for x in succes.iterfind("cas:ENTAuxEnsClasses/cas:ENTAuxEnsClasse", NS)] == ["2A"]
    assert len(succes.find("cas:ENTEleveClasses", NS)) == 0  # type: ignore[arg-type]


def test_a_repeated_attribute_is_a_list_for_python_cas() -> None:
    """Shape A: the two schools of a teacher."""
    p = PREREGLAGES["apereo"]
    lu = cas.CASClientV3.verify_response(corps.succes("A", "x", p.attributs(GENS["enseignant"], ICI)))
    assert lu[1]["ENTPersonStructRattachRNE"] == ["0970007F", "0970008G"]
    assert lu[1]["cn"] == "ORVAL Bérénice"


def test_failures_and_logout_are_read() -> None:
    """Each code of failure; a logout request that python-cas knows for its ticket's."""
    for code in corps.ECHECS:
        refus = etree.fromstring(corps.echec(code)).find("cas:authenticationFailure", NS)
        assert refus is not None
        assert (refus.get("code"), bool(refus.text)) == (code, True)
    demande = corps.deconnexion("ST-1", "LR-1", datetime(2021, 9, 1, tzinfo=UTC))
    assert cas.CASClientV3.verify_logout_request(demande, "ST-1")
    assert not cas.CASClientV3.verify_logout_request(demande, "ST-2")


@pytest.mark.parametrize(
    ("service", "bon"),
    [
        ("https://a.invalid/appli", True),
        ("https://a.invalid/appli/", True),
        ("https://a.invalid:443/appli/retour?x=1", True),
        ("https://A.invalid/appli/", True),
        ("https://a.invalid/applications", False),
        ("https://a.invalid/appli/../autre", False),
        ("https://a.invalid\\@b.invalid/appli/", False),
        ("https://u:p@a.invalid/appli/", False),
        ("http://a.invalid/appli/", False),
        ("https://a.invalid:8443/appli/", False),
        ("https://a.invalid:99999/appli/", False),
        ("//a.invalid/appli/", False),
        ("", False),
    ],
)
def test_a_service_is_under_a_declared_address(service: str, bon: bool) -> None:
    """Scheme, host, port, whole segments of the path; the explanation never fails, whatever the address."""
    assert correspond("https://a.invalid/appli/", service) is bon
    assert "https://a.invalid/appli/" in pourquoi_pas(service, [("Appli", "https://a.invalid/appli/")])
