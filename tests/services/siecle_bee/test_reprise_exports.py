"""Reprise of a base, bascule to the next year, XML exports."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from lxml import etree

from shared.contracts.echanges import BasculeBee, EtablissementMsg
from shared.formats.siecle.exports import Export, schema

from .ecole import AUTRE_UAI, CINQUIEME, SIXIEME, TROISIEME, UAI, Ecole, dossier, fichiers_reprise, peupler

NEUF = (
    "Nomenclature",
    "Geographique",
    "Etablissements",
    "Structures",
    "Communs",
    "ElevesSansAdresses",
    "ElevesAvecAdresses",
    "ResponsablesSansAdresses",
    "ResponsablesAvecAdresses",
)


def reprendre(bac: Any, attendu: int = 201, **options: Any) -> dict[str, Any]:
    reponse = bac["siecle_bee"].post("/api/reprise", files=fichiers_reprise(**options))
    assert reponse.status_code == attendu, reponse.text
    return reponse.json()


def exporter(ecole: Ecole, nom: str) -> etree._Element:
    """The root of the only XML of an export's zip."""
    contenu = ecole.appeler("POST", f"/exports-xml/{nom}")
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        assert archive.namelist() == [f"{nom}.xml"]
        return etree.fromstring(archive.read(f"{nom}.xml"))


def test_reprise_keeps_identifiers(bac: Any) -> None:
    """A base is loaded as it is: same ELEVE_ID and PERSONNE_ID, complete fiches; new numbers come after."""
    bilan = reprendre(bac, groupes=("6LATIN",))
    assert (bilan["eleves"], bilan["personnes"], bilan["liens_groupe"]) == (3, 3, 3)
    ecole = Ecole(bac, millesime=2020)
    eleves = ecole.appeler("GET", "/eleves")
    assert [(e["eleve_id"], e["elenoet"], e["etat"]) for e in eleves] == [
        (700101, 1201, "complet"),
        (700102, 1202, "complet"),
        (700103, 1203, "complet"),
    ]
    assert ecole.appeler("GET", "/eleves/700101")["groupes"][0]["code"] == "6LATIN"
    assert [d["code"] for d in ecole.appeler("GET", "/structures")["divisions"]] == ["6A"]
    assert ecole.envois("demande_ine") == []
    assert reprendre(bac, 409)["code"] == "BASE_DEJA_OUVERTE"


def test_reprise_refuses_what_is_not_a_set(bac: Any) -> None:
    """A set without pupils, of two schools, or holding another kind of file is refused and leaves nothing."""
    eleves, responsables = fichiers_reprise()
    autres = fichiers_reprise(uai=AUTRE_UAI)
    cas = [
        ([responsables], "REPRISE_SANS_ELEVES"),
        ([eleves, eleves], "REPRISE_FICHIER_EN_DOUBLE"),
        ([eleves, autres[1]], "SIECLE_AUTRE_ETABLISSEMENT"),
        ([eleves, ("fichiers", ("x.xml", b"<?xml version='1.0'?>\n<EDT/>", "text/xml"))], "REPRISE_FICHIER_INCONNU"),
    ]
    for fichiers, code in cas:
        reponse = bac["siecle_bee"].post("/api/reprise", files=fichiers)
        assert (reponse.status_code, reponse.json()["code"]) == (422, code)
    assert bac["siecle_bee"].get("/api/etablissements").json() == []


@pytest.mark.procedure("REC-11", "REC-12", "REC-13", "BEE-21")
def test_bascule_copies_the_base(bac: Any) -> None:
    """The year in preparation holds the same pupils and responsables, without MEF nor division; leavers stay behind."""
    reprendre(bac, groupes=("6LATIN",))
    ecole = Ecole(bac, millesime=2020)
    ecole.appeler("PATCH", "/eleves/700102", json={"date_sortie": "2021-08-20", "motif_sortie": "10"})
    ecole.appeler("PATCH", "/eleves/700103", json={"nom_usage": "ENCORE"})
    fiche = EtablissementMsg(uai=UAI)
    bilan = ecole.recevoir("bascule_bee", BasculeBee(uai=UAI, millesime=2021, etablissement=fiche))
    assert (bilan["fiches"], bilan["personnes"], bilan["liens"]) == (2, 2, 2)
    suivante = Ecole(bac)
    suivante._cles = 100
    eleves = suivante.appeler("GET", "/eleves")
    assert [(e["eleve_id"], e["mef"], e["mef_propose"], e["division"]) for e in eleves] == [
        (700101, "", CINQUIEME, ""),
        (700103, "", CINQUIEME, ""),
    ]
    copie = suivante.appeler("GET", "/eleves/700101")
    assert (copie["elenoet"], copie["groupes"], copie["options"]) == (1201, [], [])
    assert copie["an_dernier"] == {"code_rne": UAI, "code_mef": SIXIEME, "code_structure": "6A"}
    assert [r["personne_id"] for r in copie["responsables"]] == [810501]
    assert suivante.appeler("GET", "/nomenclatures")["mefs"] == []
    etats = {x["millesime"]: x["etat"] for x in bac["siecle_bee"].get(f"/api/etablissements/{UAI}").json()["bases"]}
    assert etats == {2020: "courante", 2021: "preparation"}
    encore = suivante.recevoir("bascule_bee", BasculeBee(uai=UAI, millesime=2021, etablissement=fiche))
    assert encore["deja_ouverte"] is True


@pytest.mark.procedure("REC-11")
def test_last_level_waits_without_a_proposal(bac: Any) -> None:
    """A pupil of 3e who has not left is copied (she may repeat it): no MEF is proposed, she waits for one."""
    reprendre(bac, mef=TROISIEME, division="3A", nombre=1)
    message = BasculeBee(uai=UAI, millesime=2021, etablissement=EtablissementMsg(uai=UAI))
    assert Ecole(bac, millesime=2020).recevoir("bascule_bee", message)["fiches"] == 1
    (fiche,) = Ecole(bac).appeler("GET", "/eleves")
    assert (fiche["mef"], fiche["mef_propose"], fiche["scolarise"]) == ("", "", False)


@pytest.mark.procedure("BEE-65", "BEE-68", "BEE-69")
def test_nine_exports(ecole: Ecole) -> None:
    """Each entry gives a zip with one XML, valid, of the school, dated by the simulated clock."""
    (eleve, *_) = peupler(ecole, 2)
    ecole.appeler("POST", f"/eleves/{eleve}/groupes", 201, json={"groupe": "6LATIN"})
    for nom in NEUF:
        racine = exporter(ecole, nom)
        export = next(e for e in Export if e.value.radical == nom)
        schema(export).assertValid(racine)
        assert racine.findtext("PARAMETRES/UAJ") == UAI
        assert racine.findtext("PARAMETRES/ANNEE_SCOLAIRE") == "2021"
        assert racine.findtext("PARAMETRES/HORODATAGE") == "23/08/2021 08:00:00"
    eleves = exporter(ecole, "ElevesAvecAdresses")
    (premiere,) = eleves.findall(f".//STRUCTURES_ELEVE[@ELEVE_ID='{eleve}']")
    assert [s.findtext("CODE_STRUCTURE") for s in premiere] == ["6A", "6LATIN"]
    nomenclature = exporter(ecole, "Nomenclature")
    assert [m.get("CODE_MEF") for m in nomenclature.iter("MEF")] == [SIXIEME, CINQUIEME]


def test_exports_have_their_preconditions(bac: Any) -> None:
    """Nothing profiled, no structure, no pupil: the export says which is missing."""
    ecole = Ecole(bac)
    ecole.ouvrir()
    for nom, code in (
        ("Nomenclature", "SIECLE_SANS_NOMENCLATURE"),
        ("Structures", "SIECLE_SANS_STRUCTURE"),
        ("ElevesSansAdresses", "SIECLE_SANS_ELEVE"),
        ("ResponsablesAvecAdresses", "SIECLE_SANS_RESPONSABLE"),
    ):
        assert ecole.appeler("POST", f"/exports-xml/{nom}", 422)["code"] == code
    assert ecole.appeler("POST", "/exports-xml/Rien", 404)["code"] == "EXPORT_INCONNU"


def test_a_base_can_be_reprised_from_its_own_exports(ecole: Ecole, nouveau_bac: Any) -> None:
    """What BEE exports, BEE takes back: same fiches, same structures, same MEF."""
    peupler(ecole, 3)
    fichiers = [
        ("fichiers", (f"ExportXML_{nom}.zip", ecole.appeler("POST", f"/exports-xml/{nom}"), "application/zip"))
        for nom in ("ElevesAvecAdresses", "ResponsablesAvecAdresses", "Structures", "Nomenclature", "Communs")
    ]
    neuf = nouveau_bac()
    reponse = neuf["siecle_bee"].post("/api/reprise", files=fichiers)
    assert reponse.status_code == 201, reponse.text
    copie = Ecole(neuf)
    for chemin in ("/eleves", "/communs/calendrier"):
        attendu, obtenu = ecole.appeler("GET", chemin), copie.appeler("GET", chemin)
        for fiche in [*attendu, *obtenu] if chemin == "/eleves" else []:
            fiche["origine"] = fiche["mef_propose"] = ""
        assert obtenu == attendu
    assert copie.appeler("GET", "/structures")["groupes"] == ecole.appeler("GET", "/structures")["groupes"]
    assert copie.appeler("GET", "/nomenclatures")["mefs"] == ecole.appeler("GET", "/nomenclatures")["mefs"]


def test_a_reprise_tells_what_it_does_not_know(ecole: Ecole, nouveau_bac: Any) -> None:
    """An element that no reader knows, in any of the files, is a remark of the reprise."""
    peupler(ecole, 1)
    fichiers = []
    for nom in ("ElevesAvecAdresses", "Structures"):
        racine = exporter(ecole, nom)
        if nom == "Structures":
            etree.SubElement(next(racine.iter("DIVISION")), "COULEUR_DE_LA_PORTE").text = "verte"
        fichiers.append(("fichiers", (f"{nom}.xml", etree.tostring(racine, encoding="ISO-8859-15"), "text/xml")))
    reponse = nouveau_bac()["siecle_bee"].post("/api/reprise", files=fichiers)
    assert reponse.status_code == 201, reponse.text
    inconnus = [r["phrase"] for r in reponse.json()["remarques"] if r["code"] == "ELEMENT_INCONNU"]
    assert len(inconnus) == 1
    assert "COULEUR_DE_LA_PORTE" in inconnus[0]


def test_an_export_counts_the_characters_it_replaces(ecole: Ecole) -> None:
    """ISO-8859-15 has no Ł: the export writes L, and the journal says that one character was replaced."""
    ecole.appeler("POST", "/eleves", 201, json=dossier(1, nom="ŁUKASZ").valeurs())
    assert "LUKASZ" in etree.tostring(exporter(ecole, "ElevesSansAdresses"), encoding="unicode")
    lignes = ecole.bac["siecle_bee"].get("/_sim/journal").json()
    assert [x["resume"]["caracteres_remplaces"] for x in lignes if x["genre"] == "export_xml"] == [1]


def test_same_acts_same_bytes(nouveau_bac: Any) -> None:
    """Two bacs, the same acts: the exports are the same bytes."""
    from .ecole import preparer

    contenus = []
    for _ in range(2):
        ecole = preparer(Ecole(nouveau_bac()))
        peupler(ecole, 5)
        contenus.append([ecole.appeler("POST", f"/exports-xml/{nom}") for nom in NEUF])
    assert contenus[0] == contenus[1]
