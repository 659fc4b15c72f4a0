"""Faults of pupils and parents: guide 002 (« Compte inexistant », « Compte existant »), guide 000 §2.13 and §3.2."""

from __future__ import annotations

from tests.chaine.pannes import (
    DIVISION,
    FICHE,
    LIENS,
    REGISTRE,
    SECRETARIAT,
    TIENT_EDT,
    Arret,
    Faute,
    Monde,
    Panne,
    Presence,
    compte,
    parent_de,
)
from tests.chaine.remedes_familles import (
    affecter,
    annuler_la_sortie,
    completer,
    corriger_parent,
    deposer,
    descolariser,
    importer,
    rattacher_parent,
    recreer,
    scolariser,
    valider_identite,
)

BLOQUANTES = "Exploitation > Listes standards > Divers > Fiches bloquantes"
SIGNALEMENTS = "Tableau de bord > Signalements académiques"
SAISIE = "Saisie en masse"
QUITTE = "L'établissement que l'élève a quitté"
GROUPE = "4LATIN"


def dans_sa_classe(nom: str) -> Presence:
    """The pupil has an account, in the division."""

    def vrai(m: Monde) -> bool:
        vu = m.compte(nom)
        return vu is not None and DIVISION in vu["classes"]

    return vrai


# --- faults -------------------------------------------------------------------------------------------------------


def _bloquer(nom: str) -> Faute:
    def faire(m: Monde) -> None:
        m.inscrire(nom)
        m.modifier(nom, commune_naissance="")

    return faire


def _supprimer(nom: str) -> Faute:
    """Fiches élèves: « SUPPRIMER LA FICHE »."""

    def faire(m: Monde) -> None:
        numero = m.eleves[nom]
        fiche = m.ecran(f"{m.h.bac['siecle_bee'].base_url}{m.uai}/{m.h.r.millesime}/eleves/{numero}?onglet=eleve")
        fiche.valider(f"/eleves/{numero}/suppression")

    return faire


def _sans_division(nom: str) -> Faute:
    def faire(m: Monde) -> None:
        m.inscrire(nom)
        m.modifier(nom, division="")

    return faire


def _sortir(nom: str, **autres: str) -> Faute:
    def faire(m: Monde) -> None:
        m.inscrire(nom)
        m.modifier(nom, date_sortie="2021-08-20", motif_sortie="10", **autres)

    return faire


def _doubler(nom: str, **autres: str) -> Faute:
    def faire(m: Monde) -> None:
        m.inscrire(nom)
        m.modifier(nom, **autres)
        m.voisiner(nom)

    return faire


def _sans_ine(nom: str, **valeurs: str) -> Faute:
    def faire(m: Monde) -> None:
        m.inscrire(nom, ine=None, pays_naissance="212", commune_naissance="", **valeurs)

    return faire


def _affecte(nom: str) -> Faute:
    def faire(m: Monde) -> None:
        dossier = m.fiche(nom).valeurs()
        corps = {"uai": m.uai, "millesime": m.h.r.millesime, "dossiers": [dossier]}
        m.rectorat.poster("/api/affectations", corps)
        m.rectorat.poster("/api/affectations/publication", {"uai": m.uai})

    return faire


def _venu_d_ailleurs(nom: str) -> Faute:
    def faire(m: Monde) -> None:
        m.voisiner(nom)
        corps = {"eleve_ids": [m.eleves[nom]], "vers": m.uai, "date_sortie": "2021-08-24", "motif": "10"}
        m.bee.poster(f"{m.voisine}/exportations/dossiers-eple", corps)

    return faire


def _parent(m: Monde, nom: str) -> int:
    fiche = m.bee.lire(f"{m.h.bee}/eleves/{m.eleves[nom]}")
    numero: int = fiche["responsables"][0]["personne_id"]
    return numero


def _parent_incomplet(nom: str, *, place: bool = True) -> Faute:
    def faire(m: Monde) -> None:
        m.inscrire(nom)
        if not place:
            m.modifier(nom, division="")
        m.bee.demander("PATCH", f"{m.h.bee}/responsables/{_parent(m, nom)}", json={"civilite": ""})

    return faire


def _parent_detache(nom: str) -> Faute:
    def faire(m: Monde) -> None:
        m.inscrire(nom)
        m.bee.demander("DELETE", f"{m.h.bee}/eleves/{m.eleves[nom]}/responsables/{_parent(m, nom)}")

    return faire


def _oublie_dans_siecle(nom: str) -> Faute:
    """In the group in EDT, after the links were deposited."""
    return lambda m: m.peupler(GROUPE, nom)


def dans_le_groupe(nom: str) -> Presence:
    """The pupil's account has the group."""

    def vrai(m: Monde) -> bool:
        vu = m.compte(nom)
        return vu is not None and GROUPE in vu["groupes"]

    return vrai


def _bloquante(nom: str, **manquants: str) -> Arret:
    return Arret("FICHE_BLOQUANTE", "siecle_bee", BLOQUANTES, SECRETARIAT, completer(nom, **manquants))


def _a_scolariser(nom: str) -> Arret:
    return Arret("FICHE_BLOQUANTE", "siecle_bee", BLOQUANTES, SECRETARIAT, scolariser(nom))


def _a_affecter(nom: str) -> Arret:
    return Arret("SANS_DIVISION", "siecle_bee", SAISIE, SECRETARIAT, affecter(nom))


SORTI = Arret("SORTI", "siecle_bee", FICHE, SECRETARIAT, annuler_la_sortie)
MULTI = Arret("MULTI_INSCRIPTION", "siecle_bee", SIGNALEMENTS, QUITTE, descolariser)


def _identite(nom: str) -> Arret:
    return Arret("INE_A_VERIFIER", "rectorat", "Rectorat > INE", REGISTRE, valider_identite(nom))


def _attendu(ou: str) -> Arret:
    return Arret("DOSSIER_EN_ATTENTE", "siecle_bee", f"Importations > {ou}", SECRETARIAT, importer)


def _parent_a_completer(nom: str) -> Arret:
    return Arret("RESPONSABLE_INCOMPLET", "siecle_bee", FICHE, SECRETARIAT, corriger_parent(nom))


AVANT = (
    Panne(
        "fiche bloquante", _bloquer("ALBRAC"), ("ALBRAC",), "eleve", (_bloquante("ALBRAC"),), dans_sa_classe("ALBRAC")
    ),
    Panne(
        "sans division",
        _sans_division("BERDOU"),
        ("BERDOU",),
        "eleve",
        (_a_affecter("BERDOU"),),
        dans_sa_classe("BERDOU"),
    ),
    Panne("sortie par erreur", _sortir("CASTRIE"), ("CASTRIE",), "eleve", (SORTI,), dans_sa_classe("CASTRIE")),
    Panne("multi-inscription", _doubler("DURFOR"), ("DURFOR",), "eleve", (MULTI,), dans_sa_classe("DURFOR")),
    Panne(
        "INE à vérifier",
        _sans_ine("ESPALI", ville_naissance="LISBONNE"),
        ("ESPALI",),
        "eleve",
        (_identite("ESPALI"),),
        dans_sa_classe("ESPALI"),
    ),
    Panne(
        "parent incomplet",
        _parent_incomplet("FIGARE"),
        (parent_de("FIGARE"),),
        "responsable",
        (_parent_a_completer("FIGARE"),),
        compte(parent_de("FIGARE")),
    ),
    Panne(
        "parent sans élève",
        _parent_detache("GAILLO"),
        (parent_de("GAILLO"),),
        "responsable",
        (Arret("RESPONSABLE_SANS_ELEVE", "siecle_bee", FICHE, SECRETARIAT, rattacher_parent("GAILLO")),),
        compte(parent_de("GAILLO")),
    ),
    Panne(
        "parent d'un élève sans division",
        _sans_division("HURIEL"),
        (parent_de("HURIEL"),),
        "responsable",
        (_a_affecter("HURIEL"),),
        compte(parent_de("HURIEL")),
    ),
    # pairs
    Panne(
        "dossier d'affectation, puis division",
        _affecte("JAUNAC"),
        ("JAUNAC",),
        "eleve",
        (_attendu("Dossiers depuis affectation"), _a_scolariser("JAUNAC")),
        dans_sa_classe("JAUNAC"),
    ),
    Panne(
        "dossier d'un autre EPLE, puis division",
        _venu_d_ailleurs("LOUPIA"),
        ("LOUPIA",),
        "eleve",
        (_attendu("Dossiers depuis autre EPLE"), _a_scolariser("LOUPIA")),
        dans_sa_classe("LOUPIA"),
    ),
    Panne(
        "multi-inscription et fiche bloquante",
        _doubler("MAZERE", commune_naissance=""),
        ("MAZERE",),
        "eleve",
        (MULTI, _bloquante("MAZERE")),
        dans_sa_classe("MAZERE"),
    ),
    Panne(
        "fiche bloquante, puis INE à vérifier",
        _sans_ine("NAJACO"),
        ("NAJACO",),
        "eleve",
        (_bloquante("NAJACO", ville_naissance="LISBONNE"), _identite("NAJACO")),
        dans_sa_classe("NAJACO"),
        la_nuit=True,
    ),
    Panne(
        "sortie, qui cache une fiche bloquante",
        _sortir("OLARGU", commune_naissance=""),
        ("OLARGU",),
        "eleve",
        (SORTI, _bloquante("OLARGU")),
        dans_sa_classe("OLARGU"),
    ),
    Panne(
        "parent incomplet d'un élève sans division",
        _parent_incomplet("PUYCEL", place=False),
        (parent_de("PUYCEL"),),
        "responsable",
        (_parent_a_completer("PUYCEL"), _a_affecter("PUYCEL")),
        compte(parent_de("PUYCEL")),
    ),
)
"""Made before the files of SIECLE go to EDT."""

TARDIVES = (
    Panne(
        "fiche supprimée par erreur",
        _supprimer("ZELLIN"),
        ("ZELLIN",),
        "eleve",
        (Arret("COMPTE_DESACTIVE", "siecle_bee", FICHE, SECRETARIAT, recreer("ZELLIN")),),
        dans_sa_classe("ZELLIN"),
    ),
    Panne(
        "compte désactivé par une sortie saisie par erreur",
        lambda m: m.modifier("YTRACE", date_sortie="2021-08-25", motif_sortie="10"),
        ("YTRACE",),
        "eleve",
        (SORTI,),
        dans_sa_classe("YTRACE"),
    ),
)
"""Made on Thursday to pupils who have an account, and asked on Saturday: the complete feed has passed."""

APRES = (
    Panne(
        "lien d'EDT non déposé",
        _oublie_dans_siecle("QUERCI"),
        ("QUERCI",),
        "eleve",
        (Arret("LIENS_NON_DEPOSES", "siecle_bee", LIENS, TIENT_EDT, deposer),),
        dans_le_groupe("QUERCI"),
    ),
)
"""Made once the links have been deposited."""
