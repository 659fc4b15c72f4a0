"""A small invented school for the tests of SIECLE BEE: messages, files, and a bac that holds it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

from shared import nomenclatures as nationales
from shared.contracts.echanges import (
    AdresseMsg,
    Affectations,
    BasculeBee,
    DivisionMsg,
    DossierEleveMsg,
    EtablissementMsg,
    GroupeMsg,
    MatiereNationaleMsg,
    MefMsg,
    NomenclaturesMsg,
    ProgrammeMsg,
    ResponsableDossierMsg,
    StructureSts,
)
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import EleveLien, GroupeLien, Parametres
from shared.formats.siecle.adresses import Adresse
from shared.formats.siecle.eleves import Eleve
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.responsables import Personne, ResponsableEleve, ecrire_responsables
from shared.identifiers import fabriquer_ine, fabriquer_uai

UAI = fabriquer_uai("096", 1)
AUTRE_UAI = fabriquer_uai("096", 2)
SIXIEME, CINQUIEME, TROISIEME = "10010012110", "10110001110", "10310019110"
ANGLAIS = "030201"
ADRESSE = AdresseMsg(lignes=("1 rue Inventée",), code_postal="25000", commune="BESANCON", code_commune_insee="25056")
PRENOMS = ("Zoé", "Aurélien", "Inès", "Émile", "Noor", "Hélène")


class Ecole:
    """Drives SIECLE BEE in a bac: exchanges as other services send them, and the API."""

    def __init__(self, bac: Any, uai: str = UAI, millesime: int = 2021) -> None:
        self.bac = bac
        self.uai = uai
        self.millesime = millesime
        self._cles = 0

    @property
    def base(self) -> str:
        return f"/api/etablissements/{self.uai}/bases/{self.millesime}"

    def recevoir(self, genre: str, message: Any) -> dict[str, Any]:
        """Deliver a message as the outbox of another service does."""
        self._cles += 1
        reponse = self.bac.interne(
            "siecle_bee",
            "POST",
            f"/_echanges/{genre}",
            content=message.en_json(),
            headers={"Idempotency-Key": f"essai:{self.uai}:{self._cles}"},
        )
        assert reponse.status_code == 200, reponse.text
        return reponse.json()

    def appeler(self, methode: str, chemin: str, attendu: int = 200, **options: Any) -> Any:
        """Call the API under this base; the decoded answer (bytes for a file)."""
        reponse = self.bac["siecle_bee"].request(methode, self.base + chemin, **options)
        assert reponse.status_code == attendu, reponse.text
        if not reponse.content:
            return None
        return reponse.json() if "json" in reponse.headers["content-type"] else reponse.content

    def ouvrir(self) -> None:
        """The académie opens the base."""
        fiche = EtablissementMsg(uai=self.uai, nom="JEANNE INVENTEE", commune="BESANCON", academie_code="99")
        self.recevoir("bascule_bee", BasculeBee(uai=self.uai, millesime=self.millesime, etablissement=fiche))

    def structure(self, divisions: dict[str, list[str]], groupes: dict[str, list[str]] | None = None) -> dict[str, Any]:
        """STS-Web exports its structure: divisions by code with their MEF, groups by code with their divisions."""
        message = StructureSts(
            uai=self.uai,
            annee=self.millesime,
            millesime=self.millesime,
            exporte_le=datetime(2021, 8, 23, 8, tzinfo=UTC),
            divisions=tuple(DivisionMsg(code=c, libelle=c, mefs=tuple(m)) for c, m in divisions.items()),
            groupes=tuple(GroupeMsg(code=c, libelle=c, divisions=tuple(d)) for c, d in (groupes or {}).items()),
        )
        return self.recevoir("structure_sts", message)

    def tracer(self, **cles: str) -> list[dict[str, Any]]:
        """What *Suivre* gets."""
        q = cles.pop("q", "")
        parametres = [("q", q), *(("cle", f"{n}:{v}") for n, v in cles.items())]
        return self.bac["siecle_bee"].get("/_sim/trace", params=parametres).json()

    def envois(self, genre: str) -> list[dict[str, Any]]:
        """The messages of that kind in the outbox, the latest first."""
        return [e for e in self.bac["siecle_bee"].get("/_sim/envois").json() if e["genre"] == genre]


def responsable(cle: str, nom: str = "MODELE", **autres: Any) -> ResponsableDossierMsg:
    """A représentante légale with an address."""
    valeurs: dict[str, Any] = {"civilite": "MME", "prenom": "Iris", "parente": "10", "adresse": ADRESSE, **autres}
    return ResponsableDossierMsg(cle=cle, nom=nom, **valeurs)


def dossier(rang: int, ine: str | None = "oui", **autres: Any) -> DossierEleveMsg:
    """The dossier of an invented pupil of 6e; `ine`: "oui" makes one, None leaves her without."""
    valeurs: dict[str, Any] = {
        "cle": f"D{rang:04d}",
        "ine": fabriquer_ine(990_000_000 + rang) if ine == "oui" else ine,
        "nom": f"FICTIF{rang:03d}",
        "prenoms": (PRENOMS[rang % len(PRENOMS)],),
        "sexe": "2",
        "date_naissance": date(2010, 1 + rang % 12, 1 + rang % 28),
        "commune_naissance": "25056",
        "mef": SIXIEME,
        "regime": "2",
        "responsables": (responsable(f"R{rang:04d}", f"FICTIF{rang:03d}"),),
        **autres,
    }
    return DossierEleveMsg(**valeurs)


def fichiers_reprise(
    uai: str = UAI,
    millesime: int = 2020,
    *,
    mef: str = SIXIEME,
    division: str = "6A",
    nombre: int = 3,
    premier: int = 700_101,
    groupes: tuple[str, ...] = (),
    **autres: Any,
) -> list[tuple[str, tuple[str, bytes, str]]]:
    """ElevesAvecAdresses and ResponsablesAvecAdresses of a small base, as multipart files."""
    tete = Enveloppe(uai, millesime, date(2021, 6, 1), datetime(2021, 6, 1, 10))  # noqa: DTZ001 - wall clock of the file
    lieu = Adresse(910_301, ligne1="1 RUE INVENTEE", code_postal="25000", code_pays="100", libelle_postal="BESANCON")
    eleves = [
        Eleve(
            eleve_id=premier + n,
            elenoet=1201 + n,
            nom_de_famille=f"REPRIS{n:03d}",
            prenom=PRENOMS[n % len(PRENOMS)],
            date_naiss=date(2009, 1 + n % 12, 5),
            doublement=False,
            code_regime="2",
            date_entree=date(millesime, 9, 1),
            code_sexe="1",
            adhesion_transport=False,
            id_national=fabriquer_ine(991_000_000 + premier % 1000 + n),
            code_pays="100",
            code_pays_nat="100",
            code_commune_insee_naiss="25056",
            code_mef=mef,
            division=division,
            groupes=groupes,
            **autres,
        )
        for n in range(nombre)
    ]
    personnes = [
        Personne(810_501 + n, f"REPRIS{n:03d}", "Bruno", lc_civilite="M.", adresse_id=910_301) for n in range(nombre)
    ]
    liens = [ResponsableEleve(premier + n, 810_501 + n, 1, "20", True, True, True, True) for n in range(nombre)]
    sorties = {"ElevesAvecAdresses.xml": io.BytesIO(), "ResponsablesAvecAdresses.xml": io.BytesIO()}
    ecrire_eleves(sorties["ElevesAvecAdresses.xml"], tete, eleves, [])
    ecrire_responsables(sorties["ResponsablesAvecAdresses.xml"], tete, personnes, liens, [lieu])
    return [("fichiers", (nom, flux.getvalue(), "application/xml")) for nom, flux in sorties.items()]


def jeu_de_nomenclatures(version: int) -> NomenclaturesMsg:
    """The MEF of a collège with their programmes, as the académie loads them."""
    codes = (SIXIEME, CINQUIEME, TROISIEME)
    lignes = [p for code in codes for p in nationales.programmes(code)]
    matieres = sorted({p.matiere for p in lignes})
    return NomenclaturesMsg(
        version=version,
        mefs=tuple(
            MefMsg(
                code=m.code,
                formation=m.formation,
                libelle_long=m.libelle_long,
                libelle_edition=m.libelle_edition,
                mefstat11=m.mefstat11,
                mefstat4=m.mefstat4,
            )
            for m in map(nationales.mef, codes)
        ),
        matieres=tuple(
            MatiereNationaleMsg(
                code=m.code,
                code_gestion=m.code_gestion,
                libelle_court=m.libelle_court,
                libelle_long=m.libelle_long,
                libelle_edition=m.libelle_edition,
            )
            for m in map(nationales.matiere, matieres)
        ),
        programmes=tuple(
            ProgrammeMsg(mef=p.mef, matiere=p.matiere, horaire=float(p.horaire), modalite=p.modalite) for p in lignes
        ),
    )


def preparer(ecole: Ecole) -> Ecole:
    """Open the base, profile the MEF of 6e and 5e, receive divisions 6A, 5A and groups 6LATIN, 5ESP2G1."""
    ecole.ouvrir()
    ecole.recevoir("nomenclatures", jeu_de_nomenclatures(1))
    ecole.appeler("POST", "/nomenclatures/reception")
    ecole.appeler("POST", "/nomenclatures/selection", json={"mefs": [SIXIEME, CINQUIEME]})
    ecole.appeler("POST", "/nomenclatures/profilage")
    ecole.structure({"6A": [SIXIEME], "5A": [CINQUIEME]}, {"6LATIN": ["6A"], "5ESP2G1": ["5A"]})
    return ecole


def peupler(ecole: Ecole, nombre: int, division: str = "6A") -> list[int]:
    """Pupils of 6e, complete fiches in that division; their ELEVE_ID."""
    affectations = Affectations(
        uai=ecole.uai, millesime=ecole.millesime, dossiers=tuple(dossier(n) for n in range(1, nombre + 1))
    )
    ecole.recevoir("affectations", affectations)
    crees = ecole.appeler("POST", "/importations/affectation", json={"cles": None})["eleves"]
    ids = [e["eleve_id"] for e in crees]
    lignes = [{"eleve_id": i, "mef": SIXIEME, "division": division, "regime": "2"} for i in ids]
    assert ecole.appeler("POST", "/saisie-en-masse", json=lignes)["modifies"] == nombre
    return ids


def liens_xml(liens: dict[int, list[GroupeLien]], uai: str = UAI, millesime: int = 2021) -> tuple[str, bytes]:
    """The zip that a timetable program writes: groups by ELEVE_ID (names are not looked at then)."""
    eleves = [
        EleveLien("INCONNU", "Zoé", date(2010, 1, 1), tuple(groupes), eleve_id=eleve_id)
        for eleve_id, groupes in liens.items()
    ]
    return zip_de_liens(eleves, uai, millesime)


def zip_de_liens(eleves: list[EleveLien], uai: str = UAI, millesime: int = 2021) -> tuple[str, bytes]:
    """The zip of those pupils, in that order."""
    parametres = Parametres(uai, millesime, date(2021, 9, 10), 1, "EDTSIM")
    sortie = io.BytesIO()
    heure = datetime(2021, 9, 10, 14, 0, 5)  # noqa: DTZ001 - wall clock of the computer that wrote the file
    fichier = ecrire_liens_zip(sortie, parametres, eleves, heure, longueur_code=20)
    return fichier.nom.nom_zip, sortie.getvalue()


def deposer(ecole: Ecole, liens: dict[int, list[GroupeLien]]) -> dict[str, Any]:
    """Export the pupils (which unlocks the deposit), then deposit those links, confirmed."""
    return deposer_zip(ecole, *liens_xml(liens, ecole.uai, ecole.millesime))


def deposer_zip(ecole: Ecole, nom: str, contenu: bytes) -> dict[str, Any]:
    """The same, of a zip."""
    ecole.appeler("POST", "/exports-xml/ElevesSansAdresses")
    return ecole.appeler(
        "POST",
        "/importations/liens-eleve-groupe",
        201,
        files={"fichier": (nom, contenu, "application/zip")},
        data={"confirmation": "ok"},
    )
