"""`rentree conformite PROTOCOLE --cible …`: a catalogue of cases against somebody's own software."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rentree.conformite.catalogue import Bilan

application = typer.Typer(
    help="Joue un catalogue de cas contre votre logiciel, et écrit un rapport (HTML et JUnit).", no_args_is_help=True
)

Cible = Annotated[str, typer.Option(help="Adresse du logiciel (page protégée, ou interface de l'importateur).")]
Sortie = Annotated[Path, typer.Option("--out", help="Dossier du rapport.")]
Bac = Annotated[str, typer.Option(help="Bac où jouer : refait à chaque fois.")]
Patience = Annotated[float, typer.Option(help="Secondes laissées au logiciel pour répondre.")]
Lenteur = Annotated[int, typer.Option(help="Secondes de retard de l'ENT, pour le cas « Réponse lente ».")]
SansDeconnexion = Annotated[bool, typer.Option("--sans-deconnexion", help="Le logiciel n'a pas la déconnexion unique.")]
Montre = Annotated[str, typer.Option(help="Ce que la page montre : login, aaf_id, nom.")]
Adresse = Annotated[
    list[str] | None, typer.Option(help="Adresse de retour du logiciel (sinon, la racine de la cible).")
]
Lancer = Annotated[str, typer.Option(help="Commande qui démarre le logiciel, réglé par son environnement.")]
Attendre = Annotated[bool, typer.Option("--attendre", help="Attend que vous ayez réglé le logiciel (Entrée).")]


@application.command("cas")
def cas(
    cible: Cible,
    out: Sortie = Path("conformite-cas"),
    bac: Bac = "conformite",
    adresse: Adresse = None,
    patience: Patience = 20.0,
    lenteur: Lenteur = 10,
    sans_deconnexion: SansDeconnexion = False,
    montre: Montre = "login",
    lancer: Lancer = "",
    attendre: Attendre = False,
) -> None:
    """Un client CAS : sa page protégée (--cible) renvoie vers l'ENT, et montre l'identifiant de qui est connecté."""
    from rentree.conformite.cas import CATALOGUE, PORTE
    from rentree.conformite.execution import Reglage, jouer_connexion

    reglage = Reglage(adresse or (), lancer=lancer, attendre=attendre)
    options = {"patience": patience, "lenteur": lenteur, "deconnexion": not sans_deconnexion, "champ": montre}
    _finir(jouer_connexion("cas", CATALOGUE, PORTE, cible, bac, reglage, dire=typer.echo, **options), out)


@application.command("oidc")
def oidc(
    cible: Cible,
    retour: Annotated[list[str], typer.Option(help="Adresse de retour (redirect_uri), à la lettre.")],
    out: Sortie = Path("conformite-oidc"),
    bac: Bac = "conformite",
    rappel: Annotated[str, typer.Option(help="Adresse qui reçoit la déconnexion (back-channel).")] = "",
    sub: Annotated[str, typer.Option(help="Réglage « sub » du connecteur.")] = "login",
    patience: Patience = 20.0,
    lenteur: Lenteur = 10,
    montre: Montre = "login",
    lancer: Lancer = "",
    attendre: Attendre = False,
) -> None:
    """Un client OpenID Connect : sa page protégée (--cible) renvoie vers l'ENT, et montre qui est connecté."""
    from rentree.conformite.execution import Reglage, jouer_connexion
    from rentree.conformite.oidc import CATALOGUE, PORTE

    reglages = {"sub": sub} | ({"rappel_deconnexion": rappel} if rappel else {})
    reglage = Reglage(retour, reglages, lancer, attendre)
    options = {"patience": patience, "lenteur": lenteur, "deconnexion": bool(rappel), "champ": montre}
    _finir(jouer_connexion("oidc", CATALOGUE, PORTE, cible, bac, reglage, dire=typer.echo, **options), out)


@application.command("aaf")
def aaf(
    cible: Cible,
    out: Sortie = Path("conformite-aaf"),
    patience: Patience = 60.0,
    graine: Annotated[int, typer.Option(help="Graine des coupures.")] = 1,
    entete: Annotated[list[str] | None, typer.Option(help="En-tête des demandes : « Nom: valeur ».")] = None,
) -> None:
    """Un importateur AAF, derrière une interface HTTP ou un dossier (--cible http://… ou DOSSIER)."""
    from rentree.conformite.execution import jouer_aaf

    _finir(jouer_aaf(cible, patience, graine, entete or [], typer.echo), out)


@application.command("saml")
def saml(
    cible: Cible,
    retour: Annotated[list[str], typer.Option(help="AssertionConsumerService, à la lettre.")],
    entite: Annotated[str, typer.Option(help="entityID du logiciel.")],
    out: Sortie = Path("conformite-saml"),
    bac: Bac = "conformite",
    rappel: Annotated[str, typer.Option(help="Adresse qui reçoit la déconnexion par SOAP.")] = "",
    nom: Annotated[str, typer.Option(help="Réglage « nom » du connecteur : qui est NameID.")] = "login",
    patience: Patience = 20.0,
    montre: Montre = "login",
    lancer: Lancer = "",
    attendre: Attendre = False,
) -> None:
    """Un fournisseur de services SAML 2 : sa page protégée (--cible) renvoie vers l'ENT, et montre le NameID."""
    from rentree.conformite.execution import Reglage, jouer_connexion
    from rentree.conformite.saml import CATALOGUE, PORTE

    reglages = {"entite": entite, "nom": nom} | ({"deconnexion": rappel} if rappel else {})
    reglage = Reglage(retour, reglages, lancer, attendre)
    options = {"patience": patience, "deconnexion": bool(rappel), "champ": montre}
    _finir(jouer_connexion("saml", CATALOGUE, PORTE, cible, bac, reglage, dire=typer.echo, **options), out)


@application.command("oneroster")
def oneroster(
    cible: Cible,
    out: Sortie = Path("conformite-oneroster"),
    bac: Bac = "conformite",
    patience: Patience = 60.0,
    lenteur: Lenteur = 10,
) -> None:
    """Un lecteur de OneRoster, derrière POST CIBLE/synchronisation et GET CIBLE/comptes."""
    from rentree.conformite.execution import jouer_oneroster

    _finir(jouer_oneroster(cible, bac, patience, lenteur, typer.echo), out)


@application.command("gar")
def gar(cible: Cible, out: Sortie = Path("conformite-gar"), patience: Patience = 60.0) -> None:
    """Un export pour le GAR : l'archive (son .md5 à côté), le dossier, ou l'adresse de l'archive."""
    from rentree.conformite.execution import jouer_gar

    _finir(jouer_gar(cible, patience, typer.echo), out)


def _finir(bilan: Bilan, out: Path) -> None:
    """Write the report; exit code 1 when a case failed."""
    from rentree.conformite import rapport

    page, junit = rapport.ecrire(bilan, out)
    typer.echo(f"\n{rapport.phrase(bilan)}\n  {page}\n  {junit}")
    raise typer.Exit(0 if bilan.conforme else 1)
