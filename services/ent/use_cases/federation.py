"""Sign-in from outside: a fake ÉduConnect, guichet académique and portal of the agents, that the ENT trusts.

The guichet says what it is asked to (people are invented); the ENT judges its assertion as it would a real one, then
looks for the account by the rules of entcore, and says why nobody answers. Imported when one of its addresses is asked.

Source: connectors reference §4.2 to 4.4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from sqlalchemy import select

from services.ent.models import Compte, MessageSaml
from services.ent.rules.federation import GUICHETS, Guichet
from services.ent.use_cases import connecteurs, rapprochement_vecteurs, saml
from services.ent.use_cases.rapprochement_vecteurs import Trouves
from services.ent.use_cases.saml import Envoi, Ici, signataire
from shared.contracts.refus import Inconnu, Refus
from shared.formats import saml as fil
from shared.formats.saml_metadonnees import metadonnees_idp, metadonnees_sp
from shared.formats.saml_signature import SAML, SAMLP, lire_xml, signer_requete, verifier, verifier_requete
from shared.persistence.unite import Unite

SP, RETOUR = "/saml/sp", "/saml/acs"
MARGE = timedelta(seconds=60)
DUREE = timedelta(minutes=5)


def guichet_de(code: str) -> Guichet:
    """A guichet by its code. Raises `Inconnu` GUICHET_INCONNU."""
    if code not in GUICHETS:
        raise Inconnu(
            f"Aucun guichet ne s'appelle « {code[:40]} ».", code="GUICHET_INCONNU", remede=", ".join(sorted(GUICHETS))
        )
    return GUICHETS[code]


def entite_du(ici: Ici, code: str) -> str:
    """The entityID of a guichet."""
    return f"{ici.racine}/educonnect/{code}/metadonnees"


def metadonnees_du(u: Unite, ici: Ici, code: str) -> bytes:
    """The metadata of a guichet. Raises `Inconnu` GUICHET_INCONNU."""
    guichet_de(code)
    entree = f"{ici.racine}/educonnect/{code}/sso"
    return metadonnees_idp(
        entite_du(ici, code),
        signataire(u, code).certificat,
        [(b, entree) for b in (fil.REDIRECTION, fil.FORMULAIRE)],
        [],
    )


def metadonnees_de_l_ent(u: Unite, ici: Ici) -> bytes:
    """The metadata of the ENT, as service provider."""
    return metadonnees_sp(ici.racine + SP, signataire(u).certificat, ici.racine + RETOUR)


# --- the ENT asks ----------------------------------------------------------------------------------------------------


def partir(u: Unite, ici: Ici, code: str, projet: str, suite: str) -> str:
    """Where to send a browser so that a guichet says who it is. `suite`: where it goes once signed in."""
    guichet_de(code)
    saml.oublier(u)
    numero = ici.numero(u)
    vers = f"{ici.racine}/educonnect/{code}/sso"
    octets = fil.demande(numero, ici.racine + SP, vers, ici.racine + RETOUR, ici.reelle)
    contenu = {"guichet": code, "projet": projet, "suite": suite}
    u.session.add(
        MessageSaml(
            identifiant=numero, genre="envoyee", connecteur="", seance="", contenu=contenu, cree_le=u.maintenant
        )
    )
    u.session.flush()
    return f"{vers}?{signer_requete('SAMLRequest', fil.deflater(octets), numero, signataire(u))}"


# --- the guichet answers ---------------------------------------------------------------------------------------------


def recevoir_au_guichet(u: Unite, ici: Ici, code: str, octets: bytes, requete: str | None, relais: str) -> str:
    """A request that comes to a guichet, from the ENT or from a SAML connector; what names it while it waits.

    Raises as `saml.recevoir`.
    """
    guichet_de(code)
    demande = fil.lire_demande(octets)
    if demande.emetteur != ici.racine + SP:
        return saml.recevoir(u, ici, octets, requete, relais)
    if requete is not None:
        verifier_requete(requete, "SAMLRequest", signataire(u).certificat)
    else:
        verifier(octets, signataire(u).certificat, f"{{{SAMLP}}}AuthnRequest", ici.reelle)
    cle = ici.numero(u)
    contenu = {"numero": demande.numero, "retour": ici.racine + RETOUR, "relais": relais[:2000]}
    u.session.add(
        MessageSaml(identifiant=cle, genre="demande", connecteur="", seance="", contenu=contenu, cree_le=u.maintenant)
    )
    u.session.flush()
    return cle


def proposer(u: Unite, code: str, compte: Compte) -> list[str]:
    """What a guichet would say of that account: the values of its attribute."""
    return rapprochement_vecteurs.valeurs_de(u, guichet_de(code).attribut, compte)


def affirmer(u: Unite, ici: Ici, code: str, cle: str, compte: Compte, valeurs: Sequence[str]) -> Envoi:
    """The guichet's response, about that account, with those values. Raises `Inconnu` DEMANDE_INCONNUE."""
    guichet = guichet_de(code)
    gardee = u.session.get(MessageSaml, {"identifiant": cle, "genre": "demande"}, with_for_update=True)
    if gardee is None:
        raise Inconnu(
            "Cette demande de connexion n'est pas connue, ou a déjà eu sa réponse.",
            code="DEMANDE_INCONNUE",
            remede="Recommencez depuis l'ENT, ou depuis le logiciel.",
        )
    dit, connecteur = gardee.contenu, gardee.connecteur
    public = ici.racine + SP
    if connecteur:
        public = saml.reglages_de(connecteurs.trouver(u, connecteur)).entite
    dite = fil.Affirmation(
        numero=ici.numero(u),
        emetteur=entite_du(ici, code),
        public=public,
        retour=dit["retour"],
        en_reponse_a=dit["numero"],
        nom=ici.numero(u),
        format_nom="urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        indice=ici.numero(u),
        attributs=(
            fil.Attribut(guichet.attribut, tuple(valeurs)),
            *(_fiche(u, ici, compte) if code == "educonnect" else ()),
        ),
        instant=ici.reelle,
        avant=MARGE,
        apres=DUREE,
        authentifie_le=ici.reelle,
    )
    octets = fil.reponse(ici.numero(u), dite, signataire(u, code), "les_deux")
    u.session.delete(gardee)
    if connecteur:
        connecteurs.noter(u, connecteur, "connexion", f"{guichet.libelle} : {dit['numero']}", octets.decode())
    return Envoi(dit["retour"], octets, dit["relais"], connecteur)


def _fiche(u: Unite, ici: Ici, compte: Compte) -> list[fil.Attribut]:
    """What ÉduConnect tells a service of a person (§4.4), under the OID that is public."""
    premier = rapprochement_vecteurs.premier_degre(u, compte)
    affiliation = {"eleve": "eleve", "responsable": "resp"}.get(compte.profil, "")
    dites: list[tuple[str, str, str]] = [
        ("FrEduUrlRetour", f"{OID}.5", f"{ici.racine}/auth/logout"),
        ("FrEduCtDateConnexion", f"{OID}.6", ici.reelle.strftime("%Y-%m-%d %H:%M:%S")),
        ("FrEduCtPersonAffiliation", f"{OID}.7", f"{affiliation}{1 if premier else 2}d" if affiliation else ""),
        ("FrEduCtId", f"{OID}.57", hashlib.sha256(f"{u.bac.nom}/{compte.aaf_id}".encode()).hexdigest()[:24]),
        ("sn", "urn:oid:2.5.4.4", compte.nom),
        ("givenName", "urn:oid:2.5.4.42", compte.prenom),
    ]
    if compte.profil == "eleve":
        dites += [
            ("FrEduCtEleveINEHash", f"{OID}.64", hashlib.sha256(compte.ine.encode()).hexdigest()[:32]),
            ("FrEduCtDateNaissance", f"{OID}.67", compte.naissance.isoformat() if compte.naissance else ""),
            ("FrEduCtEleveUAI", f"{OID}.72", rapprochement_vecteurs.uai_de(u, compte)),
        ]
    return [fil.Attribut(oid, (valeur,), court, fil.URI) for court, oid, valeur in dites if valeur]


OID = "urn:oid:1.3.6.1.4.1.20326.10.999.1"


# --- the ENT judges --------------------------------------------------------------------------------------------------


class Jugee(Struct, frozen=True):
    """An assertion that is good: from which guichet, what it says, what the ENT had kept of its own request."""

    guichet: Guichet
    attributs: dict[str, list[str]]
    projet: str
    suite: str


def juger(u: Unite, ici: Ici, octets: bytes, relais: str) -> Jugee:
    """Judge a response: signature, issuer, audience, address, request, dates, first use.

    Raises `Refus` REPONSE_EN_ECHEC, EMETTEUR_INCONNU, SIGNATURE_…, CONDITIONS_REFUSEES, ASSERTION_REJOUEE.
    """
    racine = lire_xml(octets)
    if racine.tag != f"{{{SAMLP}}}Response":
        raise fil.illisible("ce n'est pas une Response")
    etat = fil.etat(racine)
    if etat != "Success":
        raise Refus(f"Le guichet n'a connecté personne : {etat[:60]}.", code="REPONSE_EN_ECHEC", statut=403)
    dit = (racine.findtext(f"{{{SAML}}}Assertion/{{{SAML}}}Issuer") or "").strip()
    code = next((c for c in GUICHETS if entite_du(ici, c) == dit), None)
    if code is None:
        raise Refus(
            f"L'ENT ne fait pas confiance à « {dit[:120]} ».",
            code="EMETTEUR_INCONNU",
            statut=403,
            remede="Il ne connaît que les guichets simulés de ce bac.",
        )
    certificat = signataire(u, code).certificat
    signee = verifier(octets, certificat, f"{{{SAML}}}Assertion", ici.reelle, f"./{{{SAML}}}Assertion/")
    lue = fil.lire_affirmation(signee)  # nothing is read of the message but what the signature covers
    if u.session.get(MessageSaml, {"identifiant": lue.id, "genre": "recue"}) is not None:
        raise Refus(
            "Cette assertion a déjà servi.", code="ASSERTION_REJOUEE", statut=403, remede="Recommencez la connexion."
        )
    envoyee = _conditions(u, ici, lue, code, relais)
    contenu: dict[str, Any] = {"guichet": code}
    u.session.add(
        MessageSaml(identifiant=lue.id, genre="recue", connecteur="", seance="", contenu=contenu, cree_le=u.maintenant)
    )
    attendu = envoyee.contenu
    envoyee.contenu = attendu | {"servie": True}
    u.session.flush()
    return Jugee(GUICHETS[code], fil.attributs_lus(lue), attendu["projet"], attendu["suite"])


def _conditions(u: Unite, ici: Ici, lue: Any, code: str, relais: str) -> MessageSaml:
    """The request that the assertion answers, if all that it says of itself is right."""
    fautes = []
    publics = [a.text.strip() for r in lue.conditions.audience_restriction for a in r.audience]
    if ici.racine + SP not in publics:
        fautes.append(f"elle est pour {', '.join(publics) or 'personne'}, non pour {ici.racine + SP}")
    if (lue.issuer.text or "").strip() != entite_du(ici, code):
        fautes.append("son émetteur n'est pas celui du message")
    confirmations = [c.subject_confirmation_data for c in lue.subject.subject_confirmation]
    donnees = next((c for c in confirmations if c is not None), None)
    if donnees is None or donnees.recipient != ici.racine + RETOUR:
        fautes.append("elle est pour une autre adresse")
    for borne, depuis in ((lue.conditions.not_before, True), (lue.conditions.not_on_or_after, False)):
        fautes += _date(ici.reelle, borne, depuis)
    if donnees is not None:
        fautes += _date(ici.reelle, donnees.not_on_or_after, False)
    numero = donnees.in_response_to if donnees is not None else None
    envoyee = u.session.get(MessageSaml, {"identifiant": numero or "", "genre": "envoyee"}, with_for_update=True)
    if envoyee is None or envoyee.contenu["guichet"] != code or relais != numero:
        fautes.append("elle ne répond à aucune demande de cet ENT")
    elif envoyee.contenu.get("servie"):
        fautes.append("sa demande a déjà eu une réponse")
    if fautes or envoyee is None:
        raise Refus(
            "Cette assertion n'est pas recevable.",
            code="CONDITIONS_REFUSEES",
            statut=403,
            remede=f"invalid.conditions : {' ; '.join(fautes)}.",
        )
    return envoyee


def _date(reelle: datetime, borne: str | None, depuis: bool) -> list[str]:
    if not borne:
        return []
    try:
        quand = datetime.fromisoformat(borne)
    except ValueError:
        return ["une de ses dates n'est pas lisible"]
    if quand.tzinfo is None:
        return ["une de ses dates n'a pas de fuseau"]
    if depuis:
        return ["elle n'est pas encore valable"] if reelle + MARGE < quand else []
    return ["elle n'est plus valable"] if reelle - MARGE >= quand else []


def rapprocher(u: Unite, jugee: Jugee) -> Trouves:
    """The accounts that answer. Raises `Refus` with entcore's code as its rule, and what differs from the nearest."""
    valeurs = jugee.attributs.get(jugee.guichet.attribut, [])
    return rapprochement_vecteurs.chercher(u, jugee.projet, jugee.guichet.attribut, valeurs)


def garder_choix(u: Unite, ici: Ici, trouves: Trouves, jugee: Jugee) -> str:
    """Several accounts answer: they are kept until the user has chosen; what names that choice."""
    cle = ici.numero(u)
    contenu = {"projet": jugee.projet, "suite": jugee.suite, "comptes": [c.aaf_id for c in trouves.comptes]}
    u.session.add(
        MessageSaml(identifiant=cle, genre="choix", connecteur="", seance="", contenu=contenu, cree_le=u.maintenant)
    )
    return cle


def choisir(u: Unite, cle: str, aaf_id: int) -> tuple[str, int, str]:
    """The account chosen among those that answered: project, number, where to go. Raises `Inconnu` DEMANDE_INCONNUE."""
    garde = u.session.get(MessageSaml, {"identifiant": cle, "genre": "choix"}, with_for_update=True)
    if garde is None or aaf_id not in garde.contenu["comptes"]:
        raise Inconnu("Ce choix n'est pas connu.", code="DEMANDE_INCONNUE", remede="Recommencez la connexion.")
    u.session.delete(garde)
    return garde.contenu["projet"], aaf_id, garde.contenu["suite"]


def compte_de(u: Unite, projet: str, aaf_id: int) -> Compte:
    """An account by its number. Raises `Inconnu` COMPTE_INCONNU."""
    trouve = u.session.scalars(select(Compte).where(Compte.projet == projet, Compte.aaf_id == aaf_id)).first()
    if trouve is None:
        raise Inconnu(f"Aucun compte de l'ENT n'a le numéro {aaf_id}.", code="COMPTE_INCONNU")
    return trouve


def suite_du_guichet(code: str, cle: str) -> str:
    """The page of a guichet where a request waits."""
    return f"/educonnect/{code}/personne?{urlencode({'demande': cle})}"
