"""Why OpenID Connect refused, told to a publisher in French. Pure functions.

Source: RFC 6749 sections 4.1.2.1 and 5.2, RFC 7636, RFC 6750, OpenID Connect Core section 3.1.2.6.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from services.ent.rules.connecteurs import pourquoi_pas

PAR_DESCRIPTION = {
    "Invalid 'redirect_uri' in request.": "L'adresse de retour dite pour échanger le code n'est pas celle pour "
    "laquelle il a été donné : elle doit être répétée à l'identique.",
    "Code challenge failed.": "Le code_verifier ne correspond pas au code_challenge de la demande : le logiciel a "
    "perdu, ou mélangé, ce qu'il avait tiré.",
    "Missing 'code_verifier'": "Le code a été demandé avec PKCE : il ne s'échange pas sans son code_verifier.",
    "Missing 'code_challenge'": "Ce connecteur demande PKCE : la demande doit porter code_challenge et "
    "code_challenge_method.",
    "Unsupported 'code_challenge_method'": "Ce connecteur ne prend pas cette méthode de PKCE : utilisez S256.",
    "Missing 'code' in request.": "La demande de jeton n'a pas de code.",
    "Missing 'refresh_token' in request.": "La demande n'a pas de refresh_token.",
    "Replay attack": "Ce nonce a déjà servi à une connexion achevée : il en faut un neuf à chaque demande.",
    "The client does not exist on this server.": "Aucun connecteur OpenID Connect de cet ENT n'a ce client_id.",
}
PAR_CODE = {
    "invalid_request": "La demande n'a pas la forme attendue.",
    "invalid_client": "Le logiciel n'a pas prouvé qui il est : son secret n'est pas le bon, ou il ne l'a pas présenté "
    "de la façon que son connecteur déclare.",
    "invalid_grant": "Ce code, ou ce jeton de renouvellement, n'a jamais été donné à ce connecteur dans ce bac.",
    "unauthorized_client": "Les réglages de ce connecteur ne lui permettent pas cette demande.",
    "unsupported_grant_type": "L'ENT n'échange que des codes et des jetons de renouvellement.",
    "unsupported_response_type": "L'ENT ne répond qu'à response_type=code.",
    "invalid_scope": "La demande ne porte aucune portée connue, ou une portée de plus que ce qui fut accordé.",
    "login_required": "prompt=none, et personne n'est connecté à l'ENT.",
    "access_denied": "L'utilisateur est d'un autre ENT que ce connecteur.",
    "invalid_token": "Ce jeton d'accès est inconnu de ce bac, retiré, ou sa vie est passée à l'horloge simulée.",
    "missing_authorization": "La demande n'a pas d'en-tête « Authorization: Bearer … ».",
    "unsupported_token_type": "L'ENT ne connaît que des jetons Bearer.",
}


def expliquer(erreur: str, description: str) -> str:
    """The sentence of a refusal, by what was told to the software."""
    return PAR_DESCRIPTION.get(description) or PAR_CODE.get(erreur) or description or erreur


PRESENTATIONS = {
    "client_secret_basic": "dans l'en-tête Authorization (client_secret_basic)",
    "client_secret_post": "dans le corps (client_secret_post)",
    "none": "sans secret (none)",
}


def mal_presente(presentee: str, declaree: str) -> tuple[str, str]:
    """Why a software is not believed: for its publisher, and as RFC 6749 wants it told to the software (ASCII)."""
    if presentee == declaree:
        return (
            "Le logiciel n'a pas prouvé qui il est : son secret n'est pas celui du connecteur. Redemandez-en un sur sa "
            "page : il n'est dit qu'une fois.",
            "This secret is not the client's.",
        )
    return (
        f"Le logiciel n'a pas prouvé qui il est : il se présente {PRESENTATIONS[presentee]}, son connecteur déclare "
        f"« {declaree} » (réglage « authentification »).",
        f"The client authenticates by {presentee}, it is declared with {declaree}.",
    )


def pas_un_formulaire(annonce: str) -> str:
    """Why no parameter was read of a body."""
    return (
        f"La demande n'a pas de grant_type : son corps est annoncé « {annonce[:60]} », il faut "
        "application/x-www-form-urlencoded."
    )


def mauvais_retour(adresse: str, declarees: Sequence[str], nom: str) -> str:
    """Why an address of return is not one of the connector's: they must be the same to the letter.

    Arguments: `nom`, that of the connector.
    """
    if not adresse:
        return "La demande n'a pas d'adresse de retour (redirect_uri)."
    proche = max(declarees, key=lambda d: difflib.SequenceMatcher(None, d, adresse).ratio())
    if adresse.rstrip("/") == proche.rstrip("/"):
        return f"La déclarée est {proche} : seule la barre finale diffère, et l'adresse doit être la même à la lettre."
    if adresse.startswith(proche):
        return f"La déclarée est {proche} : l'adresse doit être la même à la lettre, paramètres compris."
    if adresse.casefold() == proche.casefold():
        return f"La déclarée est {proche} : les majuscules diffèrent."
    return pourquoi_pas(adresse, [(nom, proche)])


def client_inconnu(code: str, connus: Sequence[str]) -> str:
    """Which known client_id is the nearest."""
    if not code:
        return "La demande n'a pas de client_id : c'est le code du connecteur."
    proches = difflib.get_close_matches(code, connus, 1, 0.4)
    if proches:
        return f"Le client_id est le code du connecteur ; le plus proche est « {proches[0]} »."
    return "Aucun connecteur OpenID Connect n'est déclaré dans cet ENT." if not connus else "Aucun n'y ressemble."
