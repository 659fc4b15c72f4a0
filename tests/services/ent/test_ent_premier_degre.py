"""The first degree: an ENT of écoles fed by hand, what its interfaces say of it, its exports for the GAR."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree
from msgspec.structs import replace
from typer.testing import CliRunner

from rentree.commandes import application
from services.ent.rules.cas_attributs import Contexte
from services.ent.rules.cas_prereglages import PREREGLAGES
from services.ent.rules.connecteurs import Ecole, Personne, uuid_du_compte
from services.ent.use_cases.rapprochement_vecteurs import chercher, vecteurs_de
from shared.formats.aaf import Modification
from shared.formats.aaf.grammaire import Categorie
from shared.formats.gar import ESPACES, Degre
from shared.horloge.profils import profil
from tests.conftest import BacEssai
from tests.formats.aaf.exemples_1d import ELEVES_1D, RESPONSABLES_1D
from tests.services.aaf.test_commande_aaf import environnement

from . import jeu_ecoles as jeu
from . import jeu_ent, jeu_gar
from .jeu_ecoles import ANSELME, DIRECTRICE, FLEURINE, MATERNELLE_UAI, MERE, OSSIAN, PERE, REMPLACANTE, SOUTIEN, UAI
from .test_ent_nuits import unite
from .test_ent_oneroster_csv import archive as zip_oneroster

J1, J2, J3 = date(2021, 9, 6), date(2021, 9, 7), date(2021, 9, 8)
CLASSE, SECONDE = "CE2-CM1 Mme ŒUVRARD", "CE2-CM1 Mme ŒUVRARD (7002)"
HTML = {"accept": "text/html"}
ESPACE = f"{{{ESPACES[Degre.PREMIER]}}}"


def ouvrir(bac: Any, dossier: Path) -> dict[str, Any]:
    """An ENT of the two écoles, fed with a complete feed: the report."""
    jeu_ent.ouvrir_projet(bac, uais=[UAI, MATERNELLE_UAI])
    return jeu_ent.importer(bac, jeu.complet(dossier, jeu.fiches(), J1))


def degre(bac: Any) -> str:
    """The degree of the project."""
    return str(bac["ent"].get("/api/projets/essai").json()["degre"])


def membre(archive: Path, categorie: str) -> bytes:
    """The file of a category in an archive."""
    with tarfile.open(archive) as tar:
        (nom,) = [n for n in tar.getnames() if n.endswith(f"_{categorie}_0000.xml")]
        fichier = tar.extractfile(nom)
        assert fichier is not None
        return fichier.read()


def classes(bac: Any) -> dict[int, list[str]]:
    """The classes of each pupil."""
    return {i: c["classes"] for i, c in jeu_ent.comptes(bac, profil="eleve", etat="a_activer").items()}


def test_a_complete_feed_makes_accounts_classes_and_links(bac: Any, tmp_path: Path) -> None:
    """Pupils by level and class, responsables by authority, staff by école, who directs; nothing is reported."""
    rapport = ouvrir(bac, tmp_path)
    assert (rapport["etat"], rapport["lignes"]) == ("applique", [])
    n = rapport["compteurs"]
    assert (n["structures"], n["crees"], n["classes_creees"], n["groupes_crees"]) == (3, 8, 2, 1)
    assert degre(bac) == "1D"
    assert bac["ent"].get("/api/projets/essai/bilan").json()["comptes"] == {
        "eleves": 3,
        "responsables": 2,
        "enseignants": 3,
        "autres": 0,
    }
    assert classes(bac) == {OSSIAN: [CLASSE], FLEURINE: [CLASSE], ANSELME: [SECONDE]}
    lus = jeu_ent.comptes(bac)
    assert (lus[OSSIAN]["nom"], lus[OSSIAN]["mef"], lus[OSSIAN]["groupes"]) == ("SAINT-AUBÉPIN", "1123", ["UPE2A"])
    assert lus[MERE]["etablissements"] == [{"uai": UAI, "fonctions": []}]
    assert lus[DIRECTRICE]["etablissements"] == [{"uai": UAI, "fonctions": ["ENSEIGNEMENT", "DIRECTION"]}]
    assert [e["uai"] for e in lus[REMPLACANTE]["etablissements"]] == [UAI, MATERNELLE_UAI]
    assert lus[SOUTIEN]["etablissements"][0]["fonctions"] == ["ACCOMPAGNEMENT SOUTIEN ET HORS AIS"]
    liens = bac["ent"].get(f"/api/projets/essai/comptes/{OSSIAN}").json()["liens"]
    assert {(x["aaf_id"], x["type_lien"], x["legal"]) for x in liens} == {(MERE, 10, 1), (PERE, 20, 1)}
    vues = bac["ent"].get("/api/projets/essai/classes", params={"uai": UAI}).json()
    assert {c["nom"]: c["parents"] for c in vues} == {CLASSE: ["1123", "1124"], SECONDE: ["1123"]}
    bac.avancer("24h")
    assert len(bac["ent"].get("/api/projets/essai/imports").json()) == 1, (
        "the night asks nothing of an AAF without école"
    )


def test_a_delta_goes_on_under_the_same_names(bac: Any, tmp_path: Path) -> None:
    """A class keeps its name from feed to feed; a level, a name, a link change alone; who is deleted will leave."""
    ouvrir(bac, tmp_path)
    avant = jeu.fiches()
    ossian = replace(ELEVES_1D[0], classes=(jeu.HOMONYME,), autorites=ELEVES_1D[0].autorites[:1])
    apres = jeu.fiches((ossian, jeu.ANSELME_FICHE))
    apres[apres.index(RESPONSABLES_1D[0])] = replace(RESPONSABLES_1D[0], eleves=(OSSIAN,))
    apres.remove(RESPONSABLES_1D[1])
    assert jeu_ent.importer(bac, jeu.delta(tmp_path, avant, apres, J2))["etat"] == "applique"
    assert classes(bac) == {OSSIAN: [SECONDE], FLEURINE: [CLASSE], ANSELME: [SECONDE]}
    liens = bac["ent"].get(f"/api/projets/essai/comptes/{OSSIAN}").json()["liens"]
    assert [x["aaf_id"] for x in liens] == [MERE]
    assert jeu_ent.comptes(bac)[FLEURINE]["retrait_annonce_le"]
    seules = [
        Modification.de(Categorie.ELEVE, str(ANSELME), [("ENTEleveNiveau", ["1124$CM1"])]),
        Modification.de(Categorie.RESPONSABLE, str(MERE), [("ENTPersonPrenom", ["Solène"])]),
        Modification.de(Categorie.PERSONNEL, str(DIRECTRICE), [("ENTPersonMail", ["o@ac-fictive.invalid"])]),
    ]
    rapport = jeu_ent.importer(bac, jeu.archive(tmp_path, "Delta", J3, seules))
    assert (rapport["etat"], rapport["lignes"]) == ("applique", [])
    lus = jeu_ent.comptes(bac)
    assert (lus[ANSELME]["mef"], lus[ANSELME]["classes"], lus[ANSELME]["nom"]) == ("1124", [SECONDE], "TREZEL")
    assert (lus[MERE]["prenom"], lus[MERE]["nom"]) == ("Solène", "SAINT-AUBÉPIN")
    assert lus[DIRECTRICE]["mel"] == "o@ac-fictive.invalid"
    assert lus[DIRECTRICE]["etablissements"][0]["fonctions"] == ["ENSEIGNEMENT", "DIRECTION"]


def test_a_class_renamed_frees_its_name(bac: Any, tmp_path: Path) -> None:
    """The class of that number takes its new name, the old one stays, emptied; the homonym keeps its own."""
    ouvrir(bac, tmp_path)
    autre = ELEVES_1D[0].classes[0]._replace(nom="CE2 A")
    eleves = [replace(e, classes=(autre,)) for e in ELEVES_1D]
    rapport = jeu_ent.importer(bac, jeu.complet(tmp_path, jeu.fiches((*eleves, jeu.ANSELME_FICHE)), J2))
    assert (rapport["compteurs"]["classes_creees"], rapport["compteurs"]["classes_retirees"]) == (1, 1)
    assert classes(bac) == {OSSIAN: ["CE2 A"], FLEURINE: ["CE2 A"], ANSELME: [SECONDE]}
    vues = bac["ent"].get("/api/projets/essai/classes", params={"uai": UAI}).json()
    assert {c["nom"]: (c["nb_eleves"], c["declare"]) for c in vues} == {
        "CE2 A": (2, True),
        CLASSE: (0, False),
        SECONDE: (1, True),
    }
    (trace,) = bac.interne("ent", "GET", "/_sim/trace", params={"cle": f"division:{CLASSE}"}).json()
    assert [(b["code"], b["menu"]) for b in trace["blocages"]] == [("ANCIEN_NOM", "ONDE")]
    (trace,) = bac.interne("ent", "GET", "/_sim/trace", params={"cle": "groupe:UPE2A"}).json()
    assert trace["blocages"] == [], "no teacher is told of in an école"
    jeu_ent.importer(bac, jeu.complet(tmp_path, jeu.fiches(), J3))
    vues = bac["ent"].get("/api/projets/essai/classes", params={"uai": UAI}).json()
    assert {c["nom"]: c["declare"] for c in vues} == {"CE2 A": False, CLASSE: True, SECONDE: True}
    (trace,) = bac.interne("ent", "GET", "/_sim/trace", params={"cle": f"aaf_id:{OSSIAN}"}).json()
    assert (trace["blocages"], trace["details"]["classes"]) == ([], CLASSE)


def test_the_other_degree_is_refused_whole(bac: Any, tmp_path: Path) -> None:
    """Neither a feed of the other degree nor one that mixes both touches anything; another AAF project begins anew."""
    jeu_ent.ouvrir_projet(bac, uais=[UAI, MATERNELLE_UAI])
    college, ecoles = jeu_ent.complet(tmp_path, jeu_ent.ecole_type(), J1), jeu.complet(tmp_path, jeu.fiches(), J1)
    melee = tmp_path / "melee.zip"
    with zipfile.ZipFile(melee, "w") as sortie:
        for archive, categorie in ((ecoles, "EtabEducNat"), (college, "Eleve")):
            sortie.writestr(f"MELEE_Complet_20210906_{categorie}_0000.xml", membre(archive, categorie))
    refuse = jeu_ent.importer(bac, melee)
    assert (refuse["etat"], refuse["code"]) == ("refuse", "FLUX_AUTRE_DEGRE")
    assert "mêle" in refuse["phrase"]
    assert "Ouvrez un autre projet d'ENT pour le second degré" in refuse["remede"]
    assert degre(bac) == ""
    assert jeu_ent.importer(bac, college)["etat"] == "applique"
    assert degre(bac) == "2D"
    assert jeu_ent.importer(bac, ecoles)["code"] == "FLUX_AUTRE_DEGRE"
    corps = {"aaf_projet": "ENT1D-AUTRE", "libelle": "ENT des écoles", "uais": [UAI, MATERNELLE_UAI]}
    assert bac["ent"].put("/api/projets/essai", json=corps).json()["degre"] == ""
    assert jeu_ent.importer(bac, ecoles)["etat"] == "applique"
    assert degre(bac) == "1D"
    vivants = jeu_ent.comptes(bac)
    refuse = jeu_ent.importer(bac, jeu_ent.complet(tmp_path, jeu_ent.ecole_type(), J2))
    assert (refuse["code"], refuse["compteurs"]) == ("FLUX_AUTRE_DEGRE", {})
    assert "fiches du second degré" in refuse["phrase"]
    assert jeu_ent.comptes(bac) == vivants


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The two écoles in one ENT, with a connector of each protocol that reads people."""
    choisi = profil("nice-2021")
    installation.gestion.creer("essai_1d", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac: Any = BacEssai(installation, "essai_1d", pile)
        assert ouvrir(bac, tmp_path_factory.mktemp("ecoles"))["etat"] == "applique"
        for code, protocole in (("gar", "gar"), ("editeur", "oneroster"), ("mdm", "scim")):
            corps = {"projet": "essai", "nom": code, "protocole": protocole}
            assert bac["ent"].put(f"/api/connecteurs/{code}", json=corps).status_code == 200
        yield bac
    installation.gestion.supprimer("essai_1d")


@pytest.mark.parametrize("code", sorted(PREREGLAGES))
def test_every_product_may_be_told_of_an_ecole(code: str) -> None:
    """What CAS tells each known product of a pupil, a parent and a directrice without number of SIECLE."""
    ecole = Ecole(31, UAI, "E.E.PU", "ECOLE DE NIVEAU ELEMENTAIRE", (("ENS", "E"), ("DIR", "D")), (CLASSE,), ("UPE2A",))
    inspection = Ecole(9, "", "IEN", "CIRCONSCRIPTIONS INSPECTION EDUC NAT")
    for profil_, mef in (("eleve", "1123"), ("responsable", ""), ("enseignant", "")):
        qui = Personne(1, "u", "login", "NOM", "Prénom", profil_, mef=mef, ecoles=(ecole, inspection))
        texte = repr(PREREGLAGES[code].attributs(qui, Contexte("AC", PREREGLAGES[code].codes, "https://x.invalid/")))
        assert "None" not in texte
        assert "LYC" not in texte


def dire(element: etree._Element) -> list[Any]:
    """An element as nested (name, text or children)."""
    return [(str(e.tag).removeprefix(ESPACE), dire(e) if len(e) else (e.text or "")) for e in element.iterchildren("*")]


def test_the_gar_export_is_of_the_first_degree(ent: Any) -> None:
    """The five files of the ENT's own people: levels, specialities, classes; no MEF, no matière, no parent."""
    reponse = ent["ent"].post("/api/connecteurs/gar/gar/exports")
    assert reponse.status_code == 201, reponse.text
    fait = reponse.json()
    assert fait["rapport"]["conforme"], fait["rapport"]
    assert "_1D.tar.gz" in fait["archive"]
    assert all("_1D_" in nom for nom, _ in fait["fichiers"])
    assert [(x["code"], x["nombre"]) for x in fait["exclusions"]] == [("RESPONSABLE_LEGAL", 2)]
    documents = jeu_gar.deplier(
        ent["ent"].get("/api/connecteurs/gar/gar/exports/latest/archive").content, Degre.PREMIER
    )
    assert list(documents) == ["Etab", "Enseignant", "Eleve", "Groupe", "RespAff"]
    qui = {i: uuid_du_compte(ent.nom, "essai", i) for i in (OSSIAN, DIRECTRICE, REMPLACANTE)}
    assert [dire(e)[1][1] for e in documents["Etab"]] == [
        "E.E.PU L'ÎLE AUX ŒILLETS MOULINS-FEINTS",
        "E.M.PU LES ŒILLETS MOULINS-FEINTS",
    ]
    niveaux = [dire(e) for e in documents["Eleve"].iter(f"{ESPACE}GARPersonMEFSTAT4")]
    assert [("GARStructureUAI", UAI), ("GARPersonIdentifiant", qui[OSSIAN]), ("GARMEFSTAT4Code", "1123")] in niveaux
    assert len(niveaux) == 3
    personnels = {dict(dire(e))["GARPersonIdentifiant"]: dire(e) for e in documents["Enseignant"]}
    profils = [v for n, v in personnels[qui[DIRECTRICE]] if n == "GARPersonProfils"]
    assert [p[1][1] for p in profils] == ["National_dir", "National_ens"]
    assert dict(personnels[qui[DIRECTRICE]])["GAREnsSpecialitesPostes"] == [
        ("GARStructureUAI", UAI),
        ("GAREnsSpecialitePosteCode", "D0000"),
    ]
    deux = [v for n, v in personnels[qui[REMPLACANTE]] if n == "GARPersonProfils"]
    assert [(p[0][1], p[1][1]) for p in deux] == [(UAI, "National_ens"), (MATERNELLE_UAI, "National_ens")]
    groupes = [dict(dire(e)) for e in documents["Groupe"].iter(f"{ESPACE}GARGroupe")]
    assert [(g["GARGroupeCode"], g["GARGroupeStatut"]) for g in groupes] == [
        (CLASSE, "DIVISION"),
        (SECONDE, "DIVISION"),
        ("UPE2A", "GROUPE"),
    ]
    siens = [
        dire(e)[2][1] for e in documents["Groupe"].iter(f"{ESPACE}GARPersonGroupe") if dire(e)[1][1] == qui[OSSIAN]
    ]
    assert siens == [CLASSE, "UPE2A"]
    (responsable,) = [dire(e) for e in documents["RespAff"]]
    assert responsable[0] == ("GARPersonIdentifiant", qui[DIRECTRICE])


def test_the_command_and_the_resources_follow_the_degree(
    ent: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`rentree ent gar` writes an export of the first degree; a pupil of an école has the resources of hers."""
    ent["ent"].post("/api/connecteurs/gar/gar/exports")
    for nom, valeur in environnement(ent.installation).items():
        monkeypatch.setenv(nom, valeur)
    monkeypatch.delenv("RENTREE_DATABASE_URL", raising=False)
    commande = ["ent", "gar", "--projet", "essai", "-o", str(tmp_path / "gar"), "--bac", ent.nom]
    reponse = CliRunner().invoke(application, commande, catch_exceptions=False)
    assert reponse.exit_code == 0
    assert "Conforme." in reponse.output
    assert len(list((tmp_path / "gar").glob("*_1D_*.xml"))) == 5
    ouvert = ent["ent"].post(
        f"/api/etablissements/{UAI}/manuels", json={"titre": "M", "genre": "division", "nom": CLASSE}
    )
    assert ouvert.status_code == 201, ouvert.text
    secret = ent["ent"].post("/api/connecteurs/gar/secret").json()["secret"]
    adresse = f"/gar/ressources/essai/{UAI}/{uuid_du_compte(ent.nom, 'essai', OSSIAN)}"
    lues = ent["ent"].get(adresse, headers={"Authorization": f"Bearer {secret}"}).json()
    ressources = [(r["nomRessource"], r["niveauEducatif"][0]["nom"]) for r in lues["listeRessources"]["ressource"]]
    assert ressources == [
        ("Calcul mental, mille parties", "cycle 3"),
        ("Les contes du ruisseau", "cycle 2"),
        ("M", "primaire"),
    ]


def test_every_page_opens(ent: Any) -> None:
    """The pages of an école, of its pupils, parents and staff, of its project and of its export."""
    p = f"/{UAI}/2021"
    chemins = [
        p + x for x in ("", "/messagerie", "/cahier-de-textes", "/classes", "/groupes", "/comptes", "/imports/1")
    ]
    chemins += [f"{p}/classes?nom={CLASSE}", f"{p}/groupes?nom=UPE2A", f"{p}/vue?q=saint", f"{p}/exports-gar"]
    chemins += [f"{p}/{quoi}/{qui}" for quoi in ("comptes", "vue") for qui in (OSSIAN, MERE, DIRECTRICE, SOUTIEN)]
    chemins += [f"{p}/ressources", f"/{MATERNELLE_UAI}/2021", "/projets", "/connecteurs/gar/gar", "/connecteurs/gar"]
    for chemin in chemins:
        reponse = ent["ent"].get(chemin, headers=HTML)
        assert reponse.status_code == 200, (chemin, reponse.text[:2000])
    assert "premier degré" in ent["ent"].get("/projets/essai", headers=HTML).text
    assert CLASSE in ent["ent"].get(f"{p}/vue/{MERE}", headers=HTML).text
    assert "CE2, CM1" in ent["ent"].get(f"{p}/classes", headers=HTML).text
    assert "importées à la main" in ent["ent"].get(p, headers=HTML).text


def test_each_sees_his_own_in_mon_ent(ent: Any) -> None:
    """A pupil and a parent their class, the one who directs all of them, a teacher why there is none."""
    adresse = ent["ent"].base_url
    attendus = ((OSSIAN, CLASSE), (MERE, "Fleurine"), (DIRECTRICE, SECONDE), (SOUTIEN, "ne dit pas qui enseigne"))
    for qui, attendu in attendus:
        with httpx.Client(base_url=adresse, headers=HTML, follow_redirects=True) as navigue:
            assert navigue.get("mon-ent/connexion").status_code == 200
            page = navigue.post("mon-ent/role", data={"projet": "essai", "aaf_id": qui})
            assert page.status_code == 200, page.text[:2000]
            assert attendu in page.text
            assert ("Direction" in page.text) == (qui == DIRECTRICE)


def test_rosters_and_account_files_hold_the_ecole(ent: Any) -> None:
    """OneRoster has her level and her class, SCIM and the account-matching files her account."""
    lus = zip_oneroster(ent)
    par_id = {u["identifier"]: u for u in lus["users"]}
    assert (par_id[str(OSSIAN)]["role"], par_id[str(OSSIAN)]["grades"]) == ("student", "ext:1123")
    assert par_id[str(MERE)]["role"] == "parent"
    assert {(c["title"], c["grades"]) for c in lus["classes"]} == {
        (CLASSE, "ext:1123,ext:1124"),
        (SECONDE, "ext:1123"),
        ("UPE2A", ""),
    }
    assert {c["title"] for c in lus["courses"]} >= {"CE2"}
    secret = ent["ent"].post("/api/connecteurs/mdm/secret").json()["secret"]
    scim = ent["ent"].get("/scim/v2/Users", headers={"Authorization": f"Bearer {secret}"})
    assert (scim.status_code, scim.json()["totalResults"]) == (200, 8)
    login = jeu_ent.comptes(ent)[OSSIAN]["login"]
    for fichier in ("", "/gepi", "/sacoche", "/cerise-eleves", "/pmb-eleves", "/esidoc"):
        reponse = ent["ent"].get(f"/api/projets/essai/identifiants{fichier}", params={"uai": UAI})
        assert reponse.status_code == 200, (fichier, reponse.text)
        assert b"Ossian" in reponse.content, fichier
    assert login.encode() in ent["ent"].get("/api/projets/essai/identifiants", params={"uai": UAI}).content


def test_vectors_name_pupils_and_parents_of_the_first_degree(ent: Any) -> None:
    """FrEduVecteur 3 of a pupil, 1 of a parent by child, the jointure for number; each finds its account again."""
    with unite(ent) as u:
        eleve = vecteurs_de(u, "essai", OSSIAN, "eleve", "", "")
        assert eleve == [f"3|||{OSSIAN}|{UAI}"]
        mere = vecteurs_de(u, "essai", MERE, "responsable", "SAINT-AUBÉPIN", "Solveig")
        assert mere == [f"1|SAINT-AUBÉPIN|Solveig|{i}|{UAI}" for i in (OSSIAN, FLEURINE)]
        assert vecteurs_de(u, "essai", DIRECTRICE, "enseignant", "", "") == []
        for valeurs, attendu in ((eleve, OSSIAN), (mere, MERE)):
            assert [c.aaf_id for c in chercher(u, "essai", "FrEduVecteur", valeurs).comptes] == [attendu]
