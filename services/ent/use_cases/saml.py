"""The ENT as a SAML identity provider: requests judged and kept, assertions given, sessions closed.

Imported when somebody first asks a SAML address (pysaml2's classes and signxml take half a second). Lives are judged on
the simulated clock, by what the request waits for; dates are written as the connector's settings say, the real time
coming in as an argument.

Source: connectors reference §4.1, §4.3.
"""

from __future__ import annotations

import base64
import difflib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import delete, select

from services.ent.models import Connecteur, MessageSaml, Seance
from services.ent.rules import saml as rules
from services.ent.rules.connecteurs import Personne
from services.ent.rules.oidc_refus import mauvais_retour
from services.ent.rules.saml import ReglagesSaml
from services.ent.use_cases import cles, connecteurs, personnes
from services.ent.use_cases.cas import Secret
from services.ent.use_cases.rapprochement_vecteurs import vecteurs_de
from shared.contracts.refus import Inconnu, Refus
from shared.formats import saml as fil
from shared.formats.saml_chiffrement import Destinataire
from shared.formats.saml_metadonnees import lire_metadonnees_sp, metadonnees_idp
from shared.formats.saml_signature import SAMLP, Signataire, lire_certificat, signer, verifier, verifier_requete
from shared.persistence.unite import Unite

USAGE = "saml"
METADONNEES, ENTREE, SORTIE = "/saml/metadonnees", "/saml/sso", "/saml/slo"
ATTENTE = timedelta(hours=12)
"""How long a request waits for its sign-in, on the simulated clock."""


class Ici(Struct, frozen=True):
    """What the provider depends on beside the bac: what draws, the root of the ENT's addresses, the real instant."""

    tirage: Secret
    racine: str
    reelle: datetime

    def numero(self, u: Unite) -> str:
        """A new ID, which nobody guesses."""
        return f"_{self.tirage.tirer(u, 'S')}"

    def ecrite(self, u: Unite, heure: str, simule: datetime) -> datetime:
        """A simulated instant as a message writes it: of the simulation, or as far from the real one."""
        return simule + (self.reelle - u.maintenant) if heure == "reelle" else simule


class Envoi(Struct, frozen=True):
    """A response for a browser to carry by POST: where, what, its RelayState, to which connector ("" for the ENT)."""

    adresse: str
    octets: bytes
    relais: str
    connecteur: str

    @property
    def message(self) -> str:
        """As a form holds it."""
        return base64.b64encode(self.octets).decode()


class Rappel(Struct, frozen=True):
    """A logout request to send to a connector."""

    connecteur: str
    adresse: str
    octets: bytes


class Fermeture(Struct, frozen=True):
    """What a connector's logout request closes: the sessions, by key; where its user goes then, None for nowhere."""

    connecteur: str
    seances: tuple[str, ...]
    numero: str
    reponse: bytes
    retour: str | None


def signataire(u: Unite, usage: str = USAGE) -> Signataire:
    """The key of that usage, made if it was not."""
    cle = cles.obtenir(u, usage)
    return Signataire(cle.privee, cle.certificat)


def reglages_de(connecteur: Connecteur) -> ReglagesSaml:
    """The settings of a connector."""
    return ReglagesSaml.model_validate(connecteur.reglages)


def par_entite(u: Unite, entite: str) -> Connecteur:
    """The connector of that entityID. Raises `Refus` SP_INCONNU, with the nearest."""
    siens = [(c, str(c.reglages.get("entite", ""))) for c in connecteurs.lister(u) if c.protocole == "saml"]
    trouve = next((c for c, e in siens if e == entite), None)
    if trouve is None:
        proches = difflib.get_close_matches(entite, [e for _, e in siens], 1, 0.3)
        raise Refus(
            f"Aucun connecteur SAML n'a l'entityID « {entite[:120]} ».",
            code="SP_INCONNU",
            statut=403,
            remede=f"Le plus proche est « {proches[0]} »." if proches else "Déclarez-le sur la page « Connecteurs ».",
        )
    return trouve


# --- requests --------------------------------------------------------------------------------------------------------


def recevoir(u: Unite, ici: Ici, octets: bytes, requete: str | None, relais: str) -> str:
    """Judge an AuthnRequest, keep it until its user has signed in; what names it.

    Arguments: `requete`, the raw query of the redirect binding, None for the POST binding. Raises `Refus` SP_INCONNU,
    RETOUR_REFUSE, DESTINATION_FAUSSE, SIGNATURE_…, MESSAGE_ILLISIBLE, XML_…: nobody is sent anywhere.
    """
    demande = fil.lire_demande(octets)
    connecteur = par_entite(u, demande.emetteur)
    r = reglages_de(connecteur)
    _verifier_demande(connecteur, r, octets, requete, "AuthnRequest", ici)
    retour = demande.retour or connecteur.adresses[0]
    if retour not in connecteur.adresses:
        raise Refus(
            "L'adresse de retour (AssertionConsumerServiceURL) n'est pas une de celles de ce connecteur.",
            code="RETOUR_REFUSE",
            remede=mauvais_retour(retour, connecteur.adresses, connecteur.nom),
        )
    if demande.destination and not demande.destination.startswith(f"{ici.racine}/"):
        raise Refus(
            f"Cette demande est pour « {demande.destination[:120]} », qui n'est pas cet ENT.",
            code="DESTINATION_FAUSSE",
            remede=f"Les adresses de cet ENT sont dans ses métadonnées : {ici.racine}{METADONNEES}",
        )
    return _garder(u, ici, connecteur.code, demande.numero, retour, relais, demande.passive, demande.forcee)


def initier(u: Unite, ici: Ici, code: str, relais: str) -> str:
    """Sign-on that the ENT begins itself, without a request. Raises `Inconnu` CONNECTEUR_INCONNU."""
    connecteur = connecteurs.trouver(u, code)
    if connecteur.protocole != "saml":
        raise Inconnu(f"Le connecteur « {code} » n'est pas SAML.", code="CONNECTEUR_INCONNU")
    return _garder(u, ici, code, "", connecteur.adresses[0], relais, False, False)


def _garder(u: Unite, ici: Ici, code: str, numero: str, retour: str, relais: str, passive: bool, forcee: bool) -> str:
    oublier(u)
    cle = ici.numero(u)
    contenu = {"numero": numero, "retour": retour, "relais": relais[:2000], "passive": passive, "forcee": forcee}
    u.session.add(
        MessageSaml(identifiant=cle, genre="demande", connecteur=code, seance="", contenu=contenu, cree_le=u.maintenant)
    )
    u.session.flush()
    return cle


def oublier(u: Unite) -> None:
    """Forget what waits for nobody any more; what closes a session is kept as long as the session."""
    vieux = MessageSaml.cree_le < u.maintenant - ATTENTE
    u.session.execute(delete(MessageSaml).where(MessageSaml.genre != "session", vieux))


def _verifier_demande(
    connecteur: Connecteur, r: ReglagesSaml, octets: bytes, requete: str | None, quoi: str, ici: Ici
) -> bool:
    """Judge the signature of a request, when there is one or when the connector promised one; whether there is."""
    if not r.certificat:
        if r.demandes_signees:
            raise Refus(
                "Ce connecteur doit signer ses demandes, mais n'a pas de certificat.",
                code="CERTIFICAT_ABSENT",
                remede="Collez-le sur sa page.",
            )
        return False
    certificat = lire_certificat(r.certificat)
    signee = "Signature=" in requete if requete is not None else b"SignatureValue" in octets
    if not signee and not r.demandes_signees:
        return False
    if requete is not None:
        verifier_requete(requete, "SAMLRequest", certificat)
    else:
        verifier(octets, certificat, f"{{{SAMLP}}}{quoi}", ici.reelle)
    return True


# --- assertions ------------------------------------------------------------------------------------------------------


def repondre(u: Unite, ici: Ici, cle: str, seance: Seance | None) -> Envoi | None:
    """Answer a request that waits; None when somebody must sign in first. Raises `Inconnu` DEMANDE_INCONNUE."""
    gardee = u.session.get(MessageSaml, {"identifiant": cle, "genre": "demande"}, with_for_update=True)
    connecteur = u.session.get(Connecteur, gardee.connecteur) if gardee is not None else None
    if gardee is None or connecteur is None:
        raise Inconnu(
            "Cette demande de connexion n'est pas connue, ou a déjà eu sa réponse.",
            code="DEMANDE_INCONNUE",
            remede="Recommencez depuis le logiciel.",
        )
    dit = gardee.contenu
    if seance is not None and dit["forcee"] and not dit.get("redemandee"):
        gardee.contenu = dit | {"redemandee": seance.cle}
        return None
    if seance is None or dit.get("redemandee") == seance.cle:
        return _echec(u, ici, gardee, connecteur, "NoPassive", "Personne n'est connecté.") if dit["passive"] else None
    if seance.projet != connecteur.projet:
        return _echec(u, ici, gardee, connecteur, "RequestDenied", "L'utilisateur est d'un autre ENT.")
    personne = personnes.personne(u, seance.projet, seance.aaf_id)
    if personne is None:
        return _echec(u, ici, gardee, connecteur, "AuthnFailed", "Le compte n'est pas actif.")
    u.session.delete(gardee)
    return _affirmer(u, ici, connecteur, personne, seance, dit["retour"], dit["numero"], dit["relais"])


def _affirmer(
    u: Unite, ici: Ici, connecteur: Connecteur, p: Personne, seance: Seance, retour: str, numero: str, relais: str
) -> Envoi:
    r = reglages_de(connecteur)
    f, affirmation, indice = r.famille, ici.numero(u), ici.numero(u)
    nom, format_nom = rules.nom_de(p, connecteur.code, r, affirmation)
    dits = rules.attributs_de(
        p,
        r,
        seance.projet,
        vecteurs_de(u, seance.projet, p.aaf_id, p.profil, p.nom, p.prenom),
        f"{ici.racine}/auth/logout",
    )
    dite = fil.Affirmation(
        numero=affirmation,
        emetteur=ici.racine + METADONNEES,
        public=retour if f.public == "retour" else r.entite,
        retour=retour,
        en_reponse_a=numero,
        nom=nom,
        format_nom=format_nom,
        indice=indice,
        attributs=tuple(fil.Attribut(n, v) for n, v in dits),
        instant=ici.ecrite(u, r.heure, u.maintenant),
        avant=timedelta(seconds=f.avant),
        apres=timedelta(seconds=f.apres),
        authentifie_le=ici.ecrite(u, r.heure, seance.ouverte_le),
    )
    reponse, signature, demande = ici.numero(u), r.signature or f.signature, f"AuthnRequest {numero}\nretour={retour}"
    octets = clair = fil.reponse(reponse, dite, signataire(u), signature)
    if r.chiffrement:
        alea = hmac.digest(ici.tirage.cle, f"chiffrement/{affirmation}".encode(), "sha512")
        pour = Destinataire(lire_certificat(r.chiffrement), r.algorithme, alea)
        octets = fil.reponse(reponse, dite, signataire(u), signature, pour)
        demande += f"\nL'assertion part chiffrée ({r.algorithme}) ; la réponse est montrée ici en clair."
    u.session.add(
        MessageSaml(
            identifiant=indice,
            genre="session",
            connecteur=connecteur.code,
            seance=seance.cle,
            contenu={"nom": nom, "format": format_nom},
            cree_le=u.maintenant,
        )
    )
    connecteurs.noter(u, connecteur.code, "connexion", demande, clair.decode())
    return Envoi(retour, octets, relais, connecteur.code)


def _echec(u: Unite, ici: Ici, gardee: MessageSaml, connecteur: Connecteur, code: str, phrase: str) -> Envoi:
    dit = gardee.contenu
    quand = ici.ecrite(u, reglages_de(connecteur).heure, u.maintenant)
    codes = ("Responder", code)
    octets = fil.echec(ici.numero(u), ici.racine + METADONNEES, dit["retour"], dit["numero"], quand, codes, phrase)
    u.session.delete(gardee)
    connecteurs.noter(u, connecteur.code, "connexion", f"AuthnRequest {dit['numero']}", octets.decode(), code, phrase)
    return Envoi(dit["retour"], octets, dit["relais"], connecteur.code)


# --- logout ----------------------------------------------------------------------------------------------------------


def recevoir_sortie(u: Unite, ici: Ici, octets: bytes, requete: str | None, ouverte: Seance | None) -> Fermeture:
    """Judge a connector's LogoutRequest: which sessions it closes, the answer.

    Arguments: `ouverte`, the session of the browser that carries it. A session is closed only if an assertion of it was
    given to that connector; that of another browser, only if the request is signed. Raises as `recevoir`.
    """
    demande = fil.lire_sortie(octets)
    connecteur = par_entite(u, demande.emetteur)
    r = reglages_de(connecteur)
    prouvee = _verifier_demande(connecteur, r, octets, requete, "LogoutRequest", ici)
    donnees = u.session.scalars(
        select(MessageSaml).where(MessageSaml.genre == "session", MessageSaml.connecteur == connecteur.code)
    ).all()
    siennes = [
        m.seance
        for m in donnees
        if m.contenu["nom"] == demande.nom and (not demande.indices or m.identifiant in demande.indices)
    ]
    seances = tuple(s for s in dict.fromkeys(siennes) if prouvee or (ouverte is not None and s == ouverte.cle))
    codes = () if seances else ("Requester", "UnknownPrincipal")
    quand = ici.ecrite(u, r.heure, u.maintenant)
    faite = fil.sortie_faite(
        ici.numero(u), ici.racine + METADONNEES, r.retour_deconnexion, demande.numero, quand, *codes
    )
    connecteurs.noter(
        u,
        connecteur.code,
        "deconnexion",
        octets.decode(errors="replace"),
        fil.en_octets(faite).decode(),
        "".join(codes[1:]),
        ""
        if seances
        else "Aucune session n'a donné à ce connecteur ce NameID et cet index, ou la demande n'est pas signée.",
    )
    return Fermeture(connecteur.code, seances, demande.numero, fil.en_octets(faite), r.retour_deconnexion or None)


def fermer_seance(u: Unite, ici: Ici, cle: str, sauf: str = "") -> list[Rappel]:
    """The logout requests to send when a session closes, to all but `sauf`; what was given is forgotten."""
    donnees = u.session.scalars(
        select(MessageSaml)
        .where(MessageSaml.genre == "session", MessageSaml.seance == cle)
        .order_by(MessageSaml.connecteur, MessageSaml.identifiant)
    ).all()
    rappels = []
    for m in donnees:
        connecteur = u.session.get(Connecteur, m.connecteur)
        r = reglages_de(connecteur) if connecteur is not None else None
        if r is not None and r.deconnexion and m.connecteur != sauf:
            rappels.append(Rappel(m.connecteur, r.deconnexion, _demande_de_sortie(u, ici, r, m)))
        u.session.delete(m)
    return rappels


def _demande_de_sortie(u: Unite, ici: Ici, r: ReglagesSaml, m: MessageSaml) -> bytes:
    quand = ici.ecrite(u, r.heure, u.maintenant)
    demande = fil.sortie(
        ici.numero(u),
        ici.racine + METADONNEES,
        r.deconnexion,
        m.contenu["nom"],
        m.contenu["format"],
        m.identifiant,
        quand,
    )
    return fil.sous_soap(signer(demande, signataire(u)))


def metadonnees(u: Unite, ici: Ici) -> bytes:
    """The ENT's, as identity provider."""
    entrees: Sequence[tuple[str, str]] = [(b, ici.racine + ENTREE) for b in (fil.REDIRECTION, fil.FORMULAIRE)]
    sorties = [(b, ici.racine + SORTIE) for b in (fil.REDIRECTION, fil.FORMULAIRE)]
    return metadonnees_idp(ici.racine + METADONNEES, signataire(u).certificat, entrees, sorties)


def lire_metadonnees(octets: bytes) -> tuple[list[str], dict[str, str]]:
    """The addresses and settings of a connector, from the metadata of its software. Raises `Refus` XML_…,
    MESSAGE_ILLISIBLE, CERTIFICAT_INVALIDE."""
    entite, retours, sortie, certificat, chiffrement = lire_metadonnees_sp(octets)
    for lu in filter(None, (certificat, chiffrement)):
        lire_certificat(lu)
    dits = {"entite": entite, "certificat": certificat, "chiffrement": chiffrement, "deconnexion": sortie}
    return retours, {n: v for n, v in dits.items() if v}
