"""What mends the faults of pupils and parents, at the menu that *Suivre* names."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from tests.chaine.ecran import Ecran
from tests.chaine.pannes import DIVISION, Dossier, Monde, Remede, parent_de

TOURS = "37261"


def completer(nom: str, **manquants: str) -> Remede:
    """Fiches bloquantes: the fiche, its commune of birth, or what it lacks."""

    choisis: Any = manquants or {"commune_naissance": TOURS}

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        fiche = m.ecran(f"{ecran.cliquer(nom).adresse.partition('?')[0]}?onglet=eleve")
        fiche.valider(f"/eleves/{m.eleves[nom]}", **choisis)

    return faire


def affecter(nom: str) -> Remede:
    """Saisie en masse: her line, her division."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        numero, place = str(m.eleves[nom]), m.place()
        lignes = {f"mef_{numero}": place["mef"], f"division_{numero}": DIVISION, f"regime_{numero}": "2"}
        ecran.valider("/saisie-en-masse", eleve=numero, **lignes)

    return faire


def scolariser(nom: str) -> Remede:
    """Fiches bloquantes: the fiche, its MEF, division and régime."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        fiche = m.ecran(f"{ecran.cliquer(nom).adresse.partition('?')[0]}?onglet=scolarite")
        place = m.place()
        numero = m.eleves[nom]
        fiche.valider(f"/eleves/{numero}", mef=place["mef"], division=DIVISION, regime=place["regime"])

    return faire


def annuler_la_sortie(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """The fiche, Scolarité: the date of exit goes."""
    numero = d["cles"]["eleve_id"]
    fiche = m.ecran(f"{ecran.adresse.partition('?')[0]}?onglet=scolarite")
    fiche.valider(f"/eleves/{numero}", date_sortie="", motif_sortie="")


def descolariser(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Signalements académiques of the school that she left: her fiche there, her exit."""
    la = d["obstacles"][0]["ailleurs"][m.h.r.population.voisin.uai]
    liste = m.ecran(la).cliquer("Multi-inscription")
    (vers,) = liste.page.xpath(f"//li[contains(., '{d['libelle'].split()[0]}')]//a[. = 'Ouvrir la fiche']/@href")
    fiche = m.ecran(urljoin(liste.adresse, vers))
    jour = m.h.r.maintenant().astimezone(m.h.r.fuseau).date().isoformat()
    fiche.valider(fiche.adresse.partition("?")[0].rpartition("/")[2], date_sortie=jour, motif_sortie="10")


def valider_identite(nom: str) -> Remede:
    """The registre des INE: her line, « Valider l'identité »."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        ecran.valider("/ine/validation", pour={"cle": str(m.eleves[nom])})

    return faire


def importer(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """Importations: the dossier is ticked, and becomes a fiche."""
    (cle,) = ecran.page.xpath(f"//tr[contains(., '{d['libelle'].split()[0]}')]//input[@name='cle']/@value")
    ecran.valider(ecran.adresse.rpartition("/")[2], cle=cle)
    nom = d["libelle"].split()[0]
    (m.eleves[nom],) = [e["eleve_id"] for e in m.bee.lire(f"{m.h.bee}/eleves", nom=nom) if e["nom"] == nom]


def deposer(m: Monde, ecran: Ecran, d: Dossier) -> None:
    """EDT writes its links, SIECLE is given the file."""
    nom, octets = m.liens()
    ecran.valider("/importations/liens-eleve-groupe", fichiers={"fichier": (nom, octets, "application/zip")})


def corriger_parent(nom: str) -> Remede:
    """The pupil's fiche, Responsables, the parent: the missing civilité."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        fiche = ecran.cliquer(parent_de(nom))
        fiche.valider(f"/responsable/{d['cles']['personne_id']}", civilite="MME")

    return faire


def rattacher_parent(nom: str) -> Remede:
    """Recherche et MAJ: the pupil, « Rattacher un responsable », the person found in the base."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        fiche = m.ecran(f"{ecran.adresse.partition('?')[0]}?nom={nom}").cliquer(nom)
        onglet = m.ecran(f"{fiche.adresse.partition('?')[0]}?onglet=responsables")
        rattacher = onglet.cliquer("Rattacher un responsable")
        trouve = m.ecran(f"{rattacher.adresse}?nom={parent_de(nom)}")
        trouve.valider("/responsable", personne=d["cles"]["personne_id"], parente="10")

    return faire


def recreer(nom: str) -> Remede:
    """Création rapide: the same identity; then her place, and the parent who stayed in the base."""

    def faire(m: Monde, ecran: Ecran, d: Dossier) -> None:
        fiche = m.fiche(nom)
        adresse = fiche.responsables[0].adresse
        assert adresse is not None
        cree = ecran.cliquer("Création rapide").valider(
            "/eleves/creation",
            nom=nom,
            prenom=fiche.prenoms[0],
            sexe=fiche.sexe,
            date_naissance=fiche.date_naissance.isoformat(),
            commune_naissance=fiche.commune_naissance,
            ligne1=adresse.lignes[0],
            code_postal=adresse.code_postal,
            commune=adresse.commune,
            regime="2",
        )
        page = cree.adresse.partition("?")[0]
        numero = page.rpartition("/")[2]
        m.eleves[nom] = int(numero)
        place = m.place()
        m.ecran(f"{page}?onglet=scolarite").valider(f"/eleves/{numero}", mef=place["mef"], division=DIVISION)
        rattacher = m.ecran(f"{page}?onglet=responsables").cliquer("Rattacher un responsable")
        trouve = m.ecran(f"{rattacher.adresse}?nom={parent_de(nom)}")
        (personne,) = trouve.page.xpath(f"//select[@name='personne']/option[contains(., '{parent_de(nom)}')]/@value")
        trouve.valider("/responsable", personne=personne, parente="10")

    return faire
