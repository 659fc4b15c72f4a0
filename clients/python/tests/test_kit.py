"""The kit against a real installation: run with `pytest -n 4`, four bacs live at once."""

from __future__ import annotations

import pytest
from rentree_kit import Bac, Ecole, Eleve, Installation, Monde, RefusRentree, monde_type
from rentree_kit.mondes import SIXIEME

PETIT = Monde([Ecole("ecole", "Du Petit", {"6A": SIXIEME})], [Eleve("zoe", "Aubrac", "Zoé", "ecole", "6A")])


def test_everybody_becomes_what_is_expected(bac: Bac) -> None:
    """Every key of the world: as many accounts as announced, held back under the code announced."""
    exclus = bac.aaf.exclusions()
    for cle, eleve in bac.eleves.items():
        assert len(bac.ent.comptes.de(cle)) == eleve.attendu.comptes, cle
        assert exclus.get(f"eleve:{eleve.eleve_id}", []) == (
            [eleve.attendu.exclusion] if eleve.attendu.exclusion else []
        )
    for cherche in (bac.eleves, bac.ent.comptes):
        with pytest.raises(KeyError, match="« zoé » n'est pas une clé de ce monde"):
            cherche["zoé"]
    for cle in ("aurore", "guy"):
        assert len(bac.ent.comptes.de(cle)) == bac.responsables[cle].attendu.comptes, cle
    for cle in ("berenice", "louis", "odile"):
        compte = bac.ent.comptes[cle]
        assert sorted(compte.uais) == sorted(bac.personnels[cle].attendu.uais)
    assert len(bac.ent.comptes) == 4 + 3 + 3
    assert "ines" not in bac.ent.comptes


def test_a_world_is_made_once(rentree: Installation) -> None:
    """Each bac is a copy of it: its model is made by whoever comes first, and no other after."""

    def modeles() -> list[str]:
        return [b["nom"] for b in rentree.client("pilotage").lire("/api/bacs") if b["nom"].startswith("m_")]

    rentree.bac("premier").supprimer()
    faits = [nom for nom in modeles() if monde_type().empreinte in nom]
    with rentree.bac("second") as bac:
        assert len(bac.ent.comptes) == 10
        assert [nom for nom in modeles() if monde_type().empreinte in nom] == faits
    assert len(faits) == 1


@pytest.mark.parametrize("rang", range(4))
def test_a_world_is_of_one_test(bac: Bac, rang: int) -> None:
    """What a test does is seen by no other, at the same moment."""
    assert bac.ent.comptes["lea"].etat == "a_activer"
    assert bac.ent.comptes.activer("lea").etat == "actif"
    assert [c.etat for c in bac.ent.comptes].count("actif") == 1


def test_nights_pass_and_files_come(bac: Bac) -> None:
    """A pupil leaves: two days later the delta says so, on disk, and her account is announced as leaving."""
    entiere = bac.aaf.alimentation(complet=True)
    assert entiere.complet
    assert entiere.categories["Eleve"].ajouts == 4
    assert all(f.exists() for f in entiere)
    avant = bac.horloge.instant
    bac.eleves["lou"].partir()
    assert (bac.horloge.avancer("48h") - avant).total_seconds() == 48 * 3600
    delta = bac.aaf.alimentation()
    assert not delta.complet
    assert delta.categories["Eleve"].suppressions == 1
    assert bac.ent.comptes["lou"].brut["retrait_annonce_le"]
    assert bac.aaf.extraction().octets()[:2] == b"\x1f\x8b"


def test_deliveries_with_faults(bac: Bac) -> None:
    """A truncated archive, a delivery that comes twice: only what is delivered is spoilt, and by its seed."""
    bonne = bac.aaf.alimentation().octets()
    bac.aaf.faute("alimentation_doublee")
    bac.aaf.faute("alimentation_tronquee", graine=3)
    premiere, seconde = bac.aaf.livraisons()
    assert premiere.octets() == seconde.octets() == bonne[: len(premiere.octets())] != bonne
    bac.aaf.sans_faute()
    assert [x.octets() for x in bac.aaf.livraisons()] == [bonne]
    bac.aaf.faute("alimentation_tronquee", nuits=1)
    bac.horloge.nuit()
    assert bac.ent.imports[0]["code"] == "FLUX_TRONQUE"
    assert len(bac.aaf.livraisons()[1].fichiers) == len(bac.aaf.alimentation().fichiers), "others read it whole"
    with pytest.raises(RefusRentree, match="La plus proche est « alimentation_tronquee »"):
        bac.aaf.faute("tronquee")


@pytest.mark.rentree(monde=PETIT, apres="")
def test_a_world_of_ones_own(bac: Bac) -> None:
    """The mark says what to begin with, and when: here before any night."""
    assert list(bac.eleves) == ["zoe"]
    assert len(bac.ent.comptes) == 0
    assert bac.eleves["zoe"].attendu.dans_ent
    assert "zoe_parent" in bac.responsables


def test_an_empty_bac(bac_vide: Bac) -> None:
    """Nothing in it but a clock."""
    assert bac_vide.horloge.instant.isoformat().startswith("2021-08-23T06:00")
    assert bac_vide["ent"].lire("/api/projets") == []


def test_a_connector(bac: Bac) -> None:
    """A CAS client is sent back with a ticket; the ENT says who, and keeps what was said."""
    service = "https://appli.exemple.invalid/retour"
    connecteur = bac.ent.connecteur("appli", service)
    with bac.ent.navigateur("jean_noel") as navigateur:
        retour = navigateur.get(bac.ent.cas + "login", params={"service": service}, follow_redirects=False)
        ticket = retour.headers["location"].partition("ticket=")[2]
    dit = bac["ent"].requete("GET", "/cas/serviceValidate", params={"service": service, "ticket": ticket}).text
    assert bac.ent.comptes["jean_noel"].login in dit
    assert connecteur.echanges[0]["genre"] == "validation"


def test_a_connector_of_another_protocol(bac: Bac) -> None:
    """Any protocol by its name and settings; its secret is drawn by the ENT."""
    connecteur = bac.ent.connecteur("appli", "https://appli.exemple.invalid/retour", protocole="oidc", sub="login")
    assert connecteur.reglages["reglages"]["sub"] == "login"
    assert connecteur.secret() != connecteur.secret()


def test_the_same_world_has_the_same_print() -> None:
    """Nothing of the process gets into it."""
    assert monde_type().empreinte == monde_type().empreinte != PETIT.empreinte
