"""What signing in to a software through the ENT must be, whatever the protocol: who gets in, who must not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from rentree.conformite.catalogue import Cas, averti, echec, sans_objet
from rentree.conformite.monde import PROJET, ROLES, MondeDEssai
from rentree.conformite.navigateur import Formulaire, Navigateur, Page


@dataclass
class Banc:
    """A target being tried.

    Arguments: `cible`, its protected page; `porte`, how the address of the ENT's sign-in begins (under the bac's root);
    `identifiant(role)`, what its page must show of who is signed in; `patience`, seconds that it is given to answer;
    `lenteur`, seconds that the ENT is late; `deconnexion`, whether it must take the ENT's logout; `sortie`, the ENT's
    logout address.
    """

    monde: MondeDEssai
    cible: str
    porte: tuple[str, ...]
    jeton: str | None
    patience: float = 20.0
    lenteur: int = 10
    deconnexion: bool = True
    sortie: str = "/cas/logout"
    champ: str = "login"
    ouverts: list[Navigateur] = field(default_factory=list)

    def identifiant(self, role: str) -> str:
        """What the page of the target shows of who is signed in."""
        return str(self.monde.comptes[role][self.champ])

    @contextmanager
    def navigateur(self) -> Iterator[Navigateur]:
        """A new browser."""
        n = Navigateur(self.cible, self.monde.racine_ent, self.patience, self.jeton)
        try:
            yield n
        finally:
            n.fermer()

    @contextmanager
    def faute(self, nom: str, **reglages: int) -> Iterator[None]:
        """The ENT answers wrong in the block."""
        self.monde.poser(nom, **reglages)
        try:
            yield
        finally:
            self.monde.reparer()

    def vers_l_ent(self, n: Navigateur) -> str:
        """Where the target sends a visitor to sign in. Raises `Constat` when it does not."""
        page = n.ouvrir()
        if not any(page.vers.startswith(self.monde.racine_ent + p) for p in self.porte):
            raise echec(f"La page protégée ne renvoie pas vers {self.monde.racine_ent}{self.porte[0]} ({_dire(page)}).")
        return page.vers

    def retour(self, n: Navigateur, role: str = "eleve") -> str:
        """The address, ticket or code included, to which the ENT sends somebody back. Raises `Constat`."""
        envoi = self.billet(n, role)
        if isinstance(envoi, Formulaire):
            raise sans_objet("L'ENT répond par un formulaire, non par une adresse.")
        return envoi

    def billet(self, n: Navigateur, role: str = "eleve") -> str | Formulaire:
        """What the ENT sends somebody back with: an address, or a form to post. Raises `Constat`."""
        vers = self.vers_l_ent(n)
        n.entrer_dans_l_ent(PROJET, int(self.monde.comptes[role]["aaf_id"]))
        retour = n.retour(vers)
        if not retour:
            raise sans_objet("L'ENT n'a pas renvoyé vers le logiciel : voyez les échanges du connecteur.")
        return retour

    def connecter(self, n: Navigateur, role: str = "eleve") -> Page:
        """Sign somebody in to the target; its protected page."""
        retour = self.billet(n, role)
        venue = n.ouvrir(retour)
        if venue.statut == 0 or venue.statut >= 500 or venue.vers:
            return venue
        return n.ouvrir()

    def est_connecte(self, page: Page, role: str = "eleve") -> bool:
        """Whether a page is that of somebody signed in as that role."""
        return page.statut == 200 and not page.vers and self.identifiant(role) in page.texte

    def exiger_dehors(self, n: Navigateur, venue: Page) -> str:
        """The software must have let nobody in; that it fell is worth a word. Raises `Constat`."""
        apres = n.ouvrir()
        for page in (venue, apres):
            vus = [r for r in ROLES if self.est_connecte(page, r)]
            if vus:
                raise echec(f"Le logiciel a ouvert la session de {ROLES[vus[0]]}.")
        if apres.statut == 200 and not apres.vers:
            raise echec("La page protégée s'ouvre.")
        if venue.statut == 0:
            raise averti(f"Personne n'entre, mais le logiciel ne répond pas ({venue.texte}).")
        if venue.statut >= 500:
            raise averti(f"Personne n'entre, mais le logiciel répond par une erreur {venue.statut}.")
        return f"Personne n'entre ({_dire(venue)})."


def _dire(page: Page) -> str:
    if page.vers:
        return f"renvoi vers {page.vers.partition('?')[0]}"
    return f"statut {page.statut}" if page.statut else page.texte


def avec(adresse: str, nom: str, valeur: str | None) -> str:
    """An address with a parameter that is `valeur` (None: without it)."""
    lue = urlsplit(adresse)
    paires = [(k, v) for k, v in parse_qsl(lue.query, keep_blank_values=True) if k != nom]
    return urlunsplit(lue._replace(query=urlencode(paires if valeur is None else [*paires, (nom, valeur)])))


# --- cases that every protocol has -----------------------------------------------------------------------------------


def page_fermee(b: Banc) -> str:
    """A visitor is sent to the ENT."""
    with b.navigateur() as n:
        return f"Le visiteur est renvoyé vers {b.vers_l_ent(n).partition('?')[0]}."


def entree(role: str) -> Cas[Banc]:
    """Somebody signs in, and the software knows who."""

    def jouer(b: Banc) -> str:
        with b.navigateur() as n:
            page = b.connecter(n, role)
        if not b.est_connecte(page, role):
            raise echec(f"La page ne montre pas « {b.identifiant(role)} » ({_dire(page)}).")
        return f"La page montre « {b.identifiant(role)} »."

    rang = list(ROLES).index(role) + 2
    return Cas(
        f"{rang:02}",
        f"Se connecte : {ROLES[role]}",
        "Chaque public de l'ENT doit pouvoir entrer, et être reconnu pour ce qu'il est.",
        jouer,
    )


def deux_navigateurs(b: Banc) -> str:
    """Two users at the same moment."""
    with b.navigateur() as un, b.navigateur() as autre:
        b.connecter(un, "parent")
        b.connecter(autre, "chef")
        if not b.est_connecte(un.ouvrir(), "parent") or not b.est_connecte(autre.ouvrir(), "chef"):
            raise echec("Deux personnes connectées en même temps : chacune ne voit pas la sienne.")
    return "Chacun voit sa page."


def rejeu(b: Banc) -> str:
    """A ticket that was used is presented by another browser."""
    with b.navigateur() as premier, b.navigateur() as second:
        retour = b.billet(premier)
        premier.ouvrir(retour)
        second.ouvrir()
        return b.exiger_dehors(second, second.ouvrir(retour))


def avec_faute(nom: str, quoi: str) -> Cas[Banc]:
    """The ENT answers wrong: nobody must get in."""

    def jouer(b: Banc) -> str:
        with b.navigateur() as n, b.faute(nom):
            return b.exiger_dehors(n, n.ouvrir(b.billet(n)))

    return Cas("", quoi, "Une réponse qui n'est pas une réussite lisible n'ouvre aucune session.", jouer, nom)


def lenteur(b: Banc) -> str:
    """The ENT answers right, but late."""
    with b.navigateur() as n:
        retour = b.billet(n)
        with b.faute("reponse_lente", secondes=b.lenteur):
            venue = n.ouvrir(retour)
        if venue.statut == 0:
            raise averti(f"Le logiciel n'a pas répondu en {b.patience:.0f} s : {venue.texte}.")
        if venue.statut >= 500:
            raise averti(f"Le logiciel répond par une erreur {venue.statut} après {venue.duree:.1f} s.")
        return f"Le logiciel a répondu en {venue.duree:.1f} s, l'ENT en {b.lenteur} s."


def reprise(b: Banc) -> str:
    """After all these failures, the next user signs in."""
    with b.navigateur() as n:
        if not b.est_connecte(b.connecter(n)):
            raise echec("Après les fautes, plus personne n'entre.")
    return "Le suivant entre."


def session_neuve(b: Banc) -> str:
    """The session of a signed in user is not the visitor's."""
    with b.navigateur() as n:
        n.ouvrir()
        avant = dict(n.logiciel.cookies)
        b.connecter(n)
        gardes = [k for k, v in avant.items() if "csrf" not in k.lower() and n.logiciel.cookies.get(k) == v]
    if gardes and len(gardes) == len(avant):
        raise averti(f"Le cookie « {gardes[0]} » est le même avant et après la connexion (fixation de session).")
    return "Le cookie de session change à la connexion."


def deconnexion(b: Banc) -> str:
    """Signing out of the ENT signs out of the software."""
    if not b.deconnexion:
        raise sans_objet("Sans déconnexion unique (--sans-deconnexion).")
    with b.navigateur() as n:
        if not b.est_connecte(b.connecter(n)):
            raise sans_objet("Personne n'a pu se connecter.")
        n.sortir_de_l_ent(b.sortie)
        page = n.ouvrir()
        if b.est_connecte(page):
            raise echec("Déconnecté de l'ENT, l'utilisateur l'est encore du logiciel : le poste suivant est le sien.")
    return "La session du logiciel est fermée."


def numeroter(prefixe: str, cas: Sequence[Cas[Banc]]) -> list[Cas[Banc]]:
    """The catalogue with its codes, in order."""
    return [Cas(f"{prefixe}-{rang:02}", c.titre, c.pourquoi, c.jouer, c.faute) for rang, c in enumerate(cas, 1)]


def pannes() -> list[Cas[Banc]]:
    """What goes wrong in any protocol that asks the ENT who is there, and what must be left of it: nothing."""
    return [
        avec_faute("corps_tronque", "Réponse coupée"),
        avec_faute("corps_vide", "Réponse vide"),
        avec_faute("erreur_500", "Erreur 500 de l'ENT"),
        Cas(
            "",
            "Réponse lente",
            "Une soirée de rentrée, l'ENT est lent : l'utilisateur doit voir quelque chose.",
            lenteur,
            "reponse_lente",
        ),
        Cas("", "Après les fautes", "Une panne de l'ENT ne laisse rien derrière elle.", reprise),
        Cas(
            "", "Session neuve", "Un cookie posé avant la connexion ne donne pas la session d'un autre.", session_neuve
        ),
    ]
