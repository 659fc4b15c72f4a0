"""The GAR: what the ENT exports of whom, what would be reported of it, the night, who may fetch it."""

from __future__ import annotations

import hashlib
import html
import io
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree
from playwright.sync_api import Browser
from sqlalchemy import text
from typer.testing import CliRunner

from rentree.commandes import application
from services.ent.batches import LOTS
from shared.contracts.refus import Refus
from tests.navigateur.outils import LARGEURS, navigateur, verifier_page
from tests.services.aaf.test_commande_aaf import environnement

from . import jeu_ent as jeu
from .jeu_gar import ESPACE, LATIN, declarer, deplier, dire, ent, exporter, fiche, ident, identite, lies, piece
from .test_ent_mon_ent import AURORE, CHEF, HTML, ILONA, LYCEE, PARTAGE
from .test_ent_nuits import unite

__all__ = ["ent", "navigateur"]
ENSEIGNANTE = 5102
GAR = next(lot for lot in LOTS if lot.nom == "ent_gar")


def test_everybody_field_by_field(ent: Any) -> None:
    """Pupil, teacher of two schools, chef as the schema wants them; the parent of two children nowhere."""
    fait = exporter(ent)
    documents = deplier(piece(ent, "archive"))
    assert list(documents) == ["Etab", "Enseignant", "Eleve", "Groupe", "RespAff"]
    eleves, personnels, groupes = documents["Eleve"], documents["Enseignant"], documents["Groupe"]
    elv = identite("VALBRUNE", "Ilona", [(jeu.UAI, "National_elv")], "2010-03-02", ent, ILONA)
    assert fiche(eleves, "GAREleve", ident(ent, ILONA)) == elv
    assert lies(eleves, "GARPersonMEF", ident(ent, ILONA)) == [(jeu.UAI, jeu.MEF)]
    assert lies(eleves, "GAREleveEnseignement", ident(ent, ILONA)) == [(jeu.UAI, LATIN), (jeu.UAI, jeu.ANGLAIS)]
    assert next(dire(m)[1:] for m in documents["Etab"].findall(f"{ESPACE}GARMatiere")) == [
        ("GARMatiereCode", LATIN),
        ("GARMatiereLibelle", "LATIN"),
    ]
    assert lies(groupes, "GARPersonGroupe", ident(ent, ILONA)) == [(jeu.UAI, g) for g in ("6A", "6ANG1", "6LATIN")]
    deux = [(jeu.UAI, "National_ens"), (LYCEE, "National_ens")]
    ens = identite("ORVAL", "BERENICE", deux, "1980-01-02", ent, PARTAGE)
    assert fiche(personnels, "GAREnseignant", ident(ent, PARTAGE)) == ens
    assert lies(personnels, "GARPersonMEF", ident(ent, PARTAGE)) == [(jeu.UAI, jeu.MEF), (LYCEE, jeu.MEF)]
    assert lies(groupes, "GAREnsClasseMatiere", ident(ent, PARTAGE)) == [
        (jeu.UAI, "6A", jeu.MATHS),
        (jeu.UAI, "6B", jeu.MATHS),
        (LYCEE, "6A", jeu.MATHS),
    ]
    assert lies(groupes, "GAREnsGroupeMatiere", ident(ent, ENSEIGNANTE)) == [(jeu.UAI, "6ANG1", jeu.ANGLAIS)]
    dir_ = identite("SAVIGNE", "Odile", [(jeu.UAI, "National_dir")], "1980-01-05", ent, CHEF)
    assert fiche(personnels, "GAREnseignant", ident(ent, CHEF)) == dir_
    parent = ident(ent, AURORE).encode()
    assert not any(parent in etree.tostring(d) for d in documents.values())
    assert [dire(g) for g in groupes.findall(f"{ESPACE}GARGroupe")][-1] == [
        ("GARGroupeCode", "LATIN"),
        ("GARStructureUAI", LYCEE),
        ("GARGroupeLibelle", "LATIN"),
        ("GARGroupeStatut", "GROUPE"),
        ("GARGroupeDivAppartenance", "6A"),
    ]
    assert [(x["code"], x["nombre"]) for x in fait["exclusions"]] == [
        ("RESPONSABLE_LEGAL", 2),
        ("RESPONSABLE_SANS_MEL", 1),
    ]
    assert fait["rapport"]["conforme"]


def test_names_checksum_and_the_same_bytes(ent: Any) -> None:
    """Made twice at one instant an export is the same to the byte; its members bear the simulated clock's date."""
    premier = exporter(ent)
    archive = piece(ent, "archive")
    assert exporter(ent)["md5"] == premier["md5"] == piece(ent, "md5").decode() == hashlib.md5(archive).hexdigest()
    assert premier["archive"] == "essai_GAR-ENT_Complet_20210823_080000_2D.tar.gz"
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        membres = tar.getmembers()
    assert [m.name for m in membres] == [nom for nom, _ in premier["fichiers"]]
    assert membres[0].name == "essai_GAR-ENT_Complet_20210823_080000_2D_Etab_0000.xml"
    assert {m.mtime for m in membres} == {int(ent.maintenant.timestamp())}


def test_settings(ent: Any) -> None:
    """idENT, upper-case codes, Toutatice's functions, records per file, who gives the resources out."""
    declarer(
        ent,
        "regle",
        ident="RX5",
        casse="majuscules",
        fonctions="toutatice",
        noeuds_par_fichier=4,
        responsables="liste",
        liste_responsables=[str(CHEF), "1"],
    )
    fait = exporter(ent, "regle")
    assert fait["rapport"]["conforme"]
    assert [(nom.split("_")[-2:], n) for nom, n in fait["fichiers"] if "Eleve" in nom] == [
        (["Eleve", "0000.xml"], 4),
        (["Eleve", "0001.xml"], 4),
    ]
    assert fait["archive"].startswith("RX5_GAR-ENT_Complet_")
    personnels = deplier(piece(ent, "archive", "regle"))["Enseignant"]
    assert "National_ENS" in etree.tostring(personnels).decode()
    for faux in ({"casse": "autre"}, {"ident": "a/b"}, {"noeuds_par_fichier": 0}, {"inconnu": 1}):
        corps = {"projet": "essai", "nom": "GAR", "protocole": "gar", "reglages": faux}
        reponse = ent["ent"].put("/api/connecteurs/faux", json=corps)
        assert (reponse.status_code, reponse.json()["code"]) == (422, "CONNECTEUR_INVALIDE")


def test_the_secret_opens_the_last_export_of_its_connector(ent: Any, installation: Any) -> None:
    """Archive, checksum and report for who shows the secret of that connector: no other's, no other bac's."""
    exporter(ent)
    declarer(ent, "autre")
    exporter(ent, "autre")
    bon = ent["ent"].post("/api/connecteurs/gar/secret").json()["secret"]
    autre = ent["ent"].post("/api/connecteurs/autre/secret").json()["secret"]

    def demander(secret: str, piece: str = "archive") -> Any:
        return ent["ent"].get(f"/gar/exports/gar/latest/{piece}", headers={"Authorization": f"Bearer {secret}"})

    assert demander(bon).content == piece(ent, "archive")
    assert demander(bon, "md5").content == piece(ent, "md5")
    assert demander(bon, "rapport").text.splitlines()[0].endswith(";CONFORME;0")
    for faux in (autre, "x", bon[:-1]):
        reponse = demander(faux)
        assert (reponse.status_code, reponse.json()["code"]) == (401, "JETON_CONNECTEUR")
    echanges = ent["ent"].get("/api/connecteurs/gar/echanges").json()
    assert [e["code"] for e in echanges if e["genre"] == "téléchargement"][:4] == [*["JETON_CONNECTEUR"] * 3, ""]
    installation.gestion.prendre_instantane("essai_gar", "essai")
    installation.gestion.cloner("essai_gar_copie", "essai_gar")
    try:
        with installation.client("ent", "essai_gar_copie") as copie:
            reponse = copie.get("/gar/exports/gar/latest/archive", headers={"Authorization": f"Bearer {bon}"})
            assert reponse.status_code == 401, "the copy of a bac admits nobody by the secret of the first"
    finally:
        installation.gestion.supprimer("essai_gar_copie")


def test_the_resources_of_a_person(ent: Any) -> None:
    """Invented resources by profile and the manuels of her groups, in JSON; whom the GAR does not know is an error."""
    exporter(ent)
    manuel = {"titre": "Latin, livre bleu", "genre": "groupe", "nom": "6LATIN"}
    assert ent["ent"].post(f"/api/etablissements/{jeu.UAI}/manuels", json=manuel).status_code == 201
    secret = ent["ent"].post("/api/connecteurs/gar/secret").json()["secret"]

    def demander(aaf_id: int, uai: str = jeu.UAI, projet: str = "essai", jeton: str = secret) -> Any:
        entetes = {"Authorization": f"Bearer {jeton}", "Accept": "application/json"}
        return ent["ent"].get(f"/gar/ressources/{projet}/{uai}/{ident(ent, aaf_id)}", headers=entetes)

    def titres(aaf_id: int, uai: str = jeu.UAI) -> list[str]:
        reponse = demander(aaf_id, uai)
        assert reponse.headers["content-encoding"] == "gzip"
        return [r["nomRessource"] for r in reponse.json()["listeRessources"]["ressource"]]

    assert "Latin, livre bleu" in titres(ILONA)
    assert "Le carnet du professeur" not in titres(ILONA)
    assert "Latin, livre bleu" not in titres(CHEF)
    assert "Le carnet du professeur" in titres(CHEF)
    assert titres(PARTAGE, LYCEE) == titres(CHEF)
    (ressource, *_) = demander(ILONA).json()["listeRessources"]["ressource"]
    assert "idENT=ZXNzYWk%3D" in ressource["urlAccesRessource"]
    assert set(ressource) >= {"idRessource", "idType", "typePresentation", "typePedagogique", "niveauEducatif"}
    refus = [demander(AURORE), demander(ILONA, LYCEE), demander(ILONA, "0960001E"), demander(ILONA, projet="x")]
    assert [r.status_code for r in refus] == [404, 404, 404, 404]
    assert all(set(r.json()) == {"Erreur"} and r.json()["Erreur"]["Message"] for r in refus)
    assert demander(ILONA, jeton="faux").status_code == 401
    entetes = {"Authorization": f"Bearer {secret}", "Accept": "application/xml"}
    xml = ent["ent"].get(f"/gar/ressources/essai/{jeu.UAI}/{ident(ent, ILONA)}", headers=entetes)
    assert [e.text for e in etree.fromstring(xml.content).iter("nomRessource")] == titres(ILONA)
    xml = ent["ent"].get("/gar/ressources/essai/%01%EF%BF%BE/x", headers=entetes)
    assert (xml.status_code, etree.fromstring(xml.content).tag) == (404, "Erreur")
    vus = ent["ent"].get("/api/connecteurs/gar/echanges").json()
    assert {"PERSONNE_INCONNUE", "UAI_INCONNU", ""} <= {e["code"] for e in vus if e["genre"] == "ressources"}


def test_a_fall_before_the_end_changes_nothing(ent: Any) -> None:
    """The night's part done again after a fall has the same number and the same bytes; a deposit is not doubled."""
    declarer(ent, "dossier", depot="dossier")
    dossier = ent.installation.implantation.racine / "depots-gar" / ent.nom / "dossier"
    dossier.mkdir(parents=True)
    (dossier / "d-un-autre-bac-du-meme-nom.md5").write_text("0" * 32)
    faits = []
    for tomber in (True, False):
        try:
            with unite(ent) as u:
                (part,) = [p for p in GAR.planifier(u, u.maintenant) if p.cle == "dossier"]
                faits.append(GAR.executer(u, part))
                if tomber:
                    raise InterruptedError
        except InterruptedError:
            assert ent["ent"].get("/api/connecteurs/dossier/gar/exports").json() == []
    assert faits[0] == faits[1]
    assert faits[0]["depot"] == "fait"
    (fait,) = ent["ent"].get("/api/connecteurs/dossier/gar/exports").json()
    base = fait["archive"].removesuffix(".tar.gz")
    assert sorted(c.name for c in dossier.iterdir()) == [f"{base}.md5", f"{base}.tar.gz"]
    assert (dossier / f"{base}.md5").read_bytes() == fait["md5"].encode()
    assert hashlib.md5((dossier / fait["archive"]).read_bytes()).hexdigest() == fait["md5"]


def test_old_exports_go(ent: Any) -> None:
    """Beyond those that the connector keeps: out of the list, out of the folder, and nothing names their archive."""
    dossier = ent.installation.implantation.racine / "depots-gar" / ent.nom / "deux"
    faits = []
    for code in ("UN", "DEUX", "TROIS"):
        declarer(ent, "deux", depot="dossier", conserves=2, ident=code)
        faits.append(ent["ent"].post("/api/connecteurs/deux/gar/exports").json())
    gardes = ent["ent"].get("/api/connecteurs/deux/gar/exports").json()
    assert [x["archive"] for x in gardes] == [x["archive"] for x in faits[:0:-1]]
    archives = {c.name for c in dossier.glob("*.tar.gz")}
    assert archives == {x["archive"] for x in gardes}
    assert len(list(dossier.iterdir())) == 4
    with unite(ent) as u:
        lignes = u.session.scalars(text("SELECT digest FROM journal WHERE genre = 'export_gar'")).all()
        assert set(lignes) == {None}


def test_rights_and_unknown(ent: Any) -> None:
    """A CAS connector is no GAR one; no export yet; an ENT never fed is not planned."""
    cas = {"projet": "essai", "nom": "Appli", "adresses": ["https://appli.exemple.invalid/"]}
    ent["ent"].put("/api/connecteurs/appli", json=cas)
    declarer(ent, "neuf")
    for chemin, code in (
        ("appli/gar/exports", "CONNECTEUR_PAS_GAR"),
        ("neuf/gar/exports/latest", "EXPORT_INCONNU"),
        ("neuf/gar/exports/7/archive", "EXPORT_INCONNU"),
        ("absent/gar/exports", "CONNECTEUR_INCONNU"),
    ):
        reponse = ent["ent"].get(f"/api/connecteurs/{chemin}")
        assert (reponse.status_code, reponse.json()["code"]) == (404, code)
    vide = {"code": "vide", "aaf_projet": "VIDE", "libelle": "Vide", "uais": ["0960001E"]}
    ent["ent"].post("/api/projets", json=vide)
    ent["ent"].put("/api/connecteurs/vide", json={"projet": "vide", "nom": "V", "protocole": "gar"})
    with unite(ent) as u:
        assert "vide" not in {p.cle for p in GAR.planifier(u, u.maintenant)}


def test_the_command(ent: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rentree ent gar` fills a folder: files, archive, checksum, report; `rentree fichier verifier` finds it good."""
    for nom, valeur in environnement(ent.installation).items():
        monkeypatch.setenv(nom, valeur)
    monkeypatch.delenv("RENTREE_DATABASE_URL", raising=False)
    sortie = tmp_path / "export"
    commande = ["ent", "gar", "--projet", "essai", "--connecteur", "gar", "-o", str(sortie), "--bac", ent.nom]
    reponse = CliRunner().invoke(application, commande)
    assert reponse.exit_code == 0, reponse.output
    assert "GAREleve : 3" in reponse.output
    noms = [c.name for c in sorted(sortie.iterdir())]
    assert len([n for n in noms if n.endswith(".xml")]) == 5
    (archive,) = [n for n in noms if n.endswith(".tar.gz")]
    assert (sortie / archive).read_bytes() == piece(ent, "archive")
    verifie = CliRunner().invoke(application, ["fichier", "verifier", str(sortie / archive)])
    assert verifie.exit_code == 0, verifie.output
    with pytest.raises(Refus) as refus:
        CliRunner().invoke(application, commande, catch_exceptions=False)
    assert refus.value.code == "SORTIE_OCCUPEE"


def test_the_forms(ent: Any) -> None:
    """Declared, changed, exported, deposited again and taken back by page; a refusal comes back with what was typed."""
    with httpx.Client(base_url=ent["ent"].base_url, headers=HTML, verify=False, follow_redirects=True) as client:
        assert "connecteurs/nouveau/gar" in client.get("connecteurs").text
        saisi = {"code": "form", "projet": "essai", "nom": "Par page", "depot": "dossier", "noeuds_par_fichier": "0"}
        refus = client.post("connecteurs/nouveau/gar", data=saisi)
        assert (refus.status_code, "CONNECTEUR_INVALIDE" in refus.text) == (422, True)
        assert 'value="Par page"' in refus.text
        fait = client.post("connecteurs/nouveau/gar", data=saisi | {"noeuds_par_fichier": "5"})
        assert "Le connecteur « Par page » est déclaré." in html.unescape(fait.text)
        pris = client.post("connecteurs/nouveau/gar", data=saisi | {"noeuds_par_fichier": "5"})
        assert (pris.status_code, "CONNECTEUR_EXISTE" in pris.text) == (409, True)
        client.post("connecteurs/form", data={"nom": "Par page", "depot": "dossier", "casse": "majuscules"})
        lu = ent["ent"].get("/api/connecteurs/form").json()["reglages"]
        assert (lu["casse"], lu["noeuds_par_fichier"], lu["depot"]) == ("majuscules", 10_000, "dossier")
        assert "L'export n° 1 est fait." in html.unescape(client.post("connecteurs/form/gar").text)
        depose = client.post("connecteurs/form/gar/depot", data={"numero": "1"})
        assert "L'export n° 1 est déposé." in html.unescape(depose.text)
        assert client.get("connecteurs/form/gar?numero=9").status_code == 404
        client.post("connecteurs/form/gar/cle")
        client.post("connecteurs/form/retrait")
    assert ent["ent"].get("/api/connecteurs/form/gar/exports").status_code == 404
    declarer(ent, "form")
    assert ent["ent"].get("/api/connecteurs/form/gar/exports").json() == [], "what was kept went with it"


@pytest.mark.navigateur
def test_the_pages_of_the_gar(navigateur: Browser, ent: Any) -> None:
    """The connector's page, its exports with those left out, the school's page, the Médiacentre."""
    declarer(ent, "page", depot="sftp", hote="127.0.0.1", utilisateur="ent", port=1, cle_hote="ssh-ed25519 AAAA")
    exporter(ent, "page")
    base = str(ent["ent"].base_url).rstrip("/")
    for chemin, nom in (
        ("/connecteurs/nouveau/gar", "demande"),
        ("/connecteurs/page", "connecteur"),
        ("/connecteurs/page/gar", "exports"),
        (f"/{jeu.UAI}/2021/exports-gar", "etablissement"),
        (f"/{jeu.UAI}/2021/ressources?personne={ILONA}", "mediacentre"),
    ):
        verifier_page(navigateur.new_page(), base + chemin, LARGEURS, f"ent-gar-{nom}")


def test_the_night(ent: Any) -> None:
    """At 21:00 simulated the export leaves, once, dated 21:00; the calendar and the journal know it."""
    declarer(ent)
    avant = len(ent["ent"].get("/api/connecteurs/gar/gar/exports").json())
    ent.avancer("instant", ent.maintenant.replace(hour=19, minute=30))  # 21:30 in Paris
    faits = ent["ent"].get("/api/connecteurs/gar/gar/exports").json()
    assert len(faits) == avant + 1
    assert faits[0]["origine"] == "nuit"
    assert faits[0]["archive"] == "essai_GAR-ENT_Complet_20210823_210000_2D.tar.gz"
    assert datetime.fromisoformat(faits[0]["instant"]).hour == 19
    assert faits[0]["rapport"]["conforme"]
    for aaf_id, dit in ((ILONA, "exporté, en dernier le 23/08/2021"), (AURORE, "jamais exporté")):
        (trace,) = ent.interne("ent", "GET", "/_sim/trace", params={"cle": f"aaf_id:{aaf_id}"}).json()
        assert trace["details"]["GAR"].startswith(dit)
    assert "Export de l'ENT vers le GAR" in html.unescape(ent["pilotage"].get("/horloge", headers=HTML).text)
