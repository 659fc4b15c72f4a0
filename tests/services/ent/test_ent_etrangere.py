"""A feed that Rentrée did not write: an older grammar, made elsewhere, zipped in a folder, references that dangle."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from shared.identifiers import fabriquer_uai

from .jeu_ent import comptes, ouvrir_projet

UAI = fabriquer_uai("098", 21)
ETAB, ELEVE, PARENT, PROF = "EtabEducNat", "Eleve", "PersRelEleve", "PersEducNat"
GENRE = {ETAB: "categorieStructure"}


def requete(categorie: str, id_: int, **attributs: str | tuple[str, ...]) -> str:
    """One addRequest, on one line as some writers do."""
    lignes = "".join(
        f'<attr name="{nom}">{"".join(f"<value>{v}</value>" for v in ((x,) if isinstance(x, str) else x))}</attr>'
        for nom, x in attributs.items()
    )
    genre = GENRE.get(categorie, "categoriePersonne")
    return (
        f'<addRequest><operationalAttributes><attr name="{genre}"><value>{categorie}</value></attr>'
        f"</operationalAttributes><identifier><id>{id_}</id></identifier><attributes>{lignes}</attributes></addRequest>"
    )


def fichier(*requetes: str) -> bytes:
    """A file of 2013: no XML declaration, CRLF, accents as references."""
    corps = [
        '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">',
        "<ficAlimMENESR>",
        '<!-- versionAF="AAF-VE1301" -->',
    ]
    return "\r\n".join([*corps, *requetes, "</ficAlimMENESR>", ""]).encode("ascii")


def archive(**fichiers: bytes) -> bytes:
    """A zip whose files stand in a folder, named as another académie names them."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as z:
        for categorie, contenu in fichiers.items():
            z.writestr(f"anon/FULL_ENTTSSERVICES_Complet_20130908_{categorie}_0000.xml", contenu)
    return sortie.getvalue()


@pytest.fixture
def flux() -> bytes:
    """A collège of 2013: hyphens in its name, links 1 to 7, no INE, and names that lead nowhere."""
    college = requete(
        ETAB,
        4200,
        ENTStructureJointure="4200",
        ENTStructureUAI=UAI,
        ENTStructureSIREN="",
        ENTStructureNomCourant="CLG-DES SOURCES-ac-EXEMPLE",
        ENTStructureTypeStruct="COLLEGE",
        ENTServAcAcademie="EXEMPLE",
        ENTStructureClasses=("6A$SIXIEME A$10010012110",),
        ENTStructureGroupes=("6LATIN$LATIN$6A",),
    )
    eleves = [
        requete(
            ELEVE,
            7000 + n,
            ENTPersonJointure=str(7000 + n),
            ENTEleveStructRattachId=str(900 + n),
            ENTPersonDateNaissance=f"0{n}/05/2002",
            sn="D&apos;&#202;TCHEV&#201;RRY",
            givenName=f"Pr&#233;nom{n}",
            personalTitle="Mlle",
            ENTEleveParents="8001",
            ENTEleveMere="8001",
            ENTElevePersRelEleve=("8001$2$1$1$0$0", "8999$1$0$1$0$0"),
            ENTPersonStructRattach="4200",
            ENTEleveMEF="10010012110",
            ENTEleveLibelleMEF="6EME",
            ENTEleveClasses="4200$6A" if n == 1 else "4200$6Z",
            ENTEleveGroupes=("4200$6LATIN", "9999$AILLEURS"),
        )
        for n in (1, 2)
    ]
    illisible = requete(ELEVE, 7003, sn="SANS", givenName="Lien", ENTElevePersRelEleve="8001$2$1")
    parent = requete(
        PARENT, 8001, ENTPersonJointure="8001", sn="OSTREL", givenName="Ad&#232;le", ENTPersonAdresse="3 RUE DU PRE"
    )
    prof = requete(
        PROF,
        5001,
        ENTPersonJointure="5001",
        sn="VERMEL",
        givenName="Anne",
        PersEducNatPresenceDevantEleves="O",
        ENTAuxEnsClassesMatieres="4200$6A$061300",
    )
    return archive(
        EtabEducNat=fichier(college),
        Eleve=fichier(*eleves, illisible),
        PersRelEleve=fichier(parent),
        PersEducNat=fichier(prof),
    )


def test_a_feed_of_2013_from_elsewhere(bac: Any, flux: bytes) -> None:
    """Accounts, classes and links come in; what dangles is listed with what to do; an unreadable record is left out."""
    ouvrir_projet(bac, uais=[UAI])
    envoi = {"archive": ("aaf-de-2013.zip", flux, "application/zip")}
    rapport = bac["ent"].post("/api/projets/essai/imports", files=envoi).json()
    assert rapport["etat"] == "applique", rapport["phrase"]
    assert (rapport["jour"], rapport["type"]) == ("2013-09-08", "Complet")
    lus = comptes(bac)
    assert {c["aaf_id"]: c["login"] for c in lus.values()} == {
        7001: "prenom.detcheverry",
        7002: "prenom.detcheverry2",
        8001: "adele.ostrel",
        5001: "anne.vermel",
    }
    assert (lus[7001]["classes"], lus[7001]["groupes"]) == (["6A"], ["6LATIN"])
    assert (lus[7002]["classes"], lus[7002]["groupes"]) == ([], ["6LATIN"])
    assert (lus[5001]["profil"], lus[5001]["classes"]) == ("enseignant", ["6A"])
    assert [e["uai"] for e in lus[8001]["etablissements"]] == [UAI]
    listees = {(x["code"], x["aaf_id"], x["reference"]) for x in rapport["lignes"]}
    assert {
        ("CLASSE_NON_DECLAREE", 7002, "6Z"),
        ("STRUCTURE_INCONNUE", 7001, "9999"),
        ("RESPONSABLE_ABSENT", 7001, "8999"),
        ("MATIERE_INCONNUE", 5001, "061300"),
        ("FICHE_ILLISIBLE", 7003, ""),
    } <= listees
    assert all(x["phrase"] and x["remede"] for x in rapport["lignes"])
    page = bac["ent"].get(f"/{UAI}/2013/imports/{rapport['id']}", headers={"accept": "text/html"}).text
    assert "CLASSE_NON_DECLAREE" in page
