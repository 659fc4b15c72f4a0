"""Messagerie (writing, a box), Ressources (Médiacentre), guest accounts (ENT-03, ENT-11, ENT-20)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form, Request
from starlette.responses import Response

from services.ent import rules
from services.ent.adresses import adresse_publique
from services.ent.screens.cadre import BASE, chemin, page
from services.ent.use_cases import consultation, gar_ressources, invites, listes, mediacentre, messagerie, projets
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger

routeur = Routeur()


@routeur.get(BASE + "/messagerie")
def accueil(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The assistant destinataire: who can be written to."""
    return _messagerie(request, u, uai, annee)


def _messagerie(
    request: Request,
    u: Unite,
    uai: str,
    annee: int,
    saisie: dict[str, str] | None = None,
    refus: Refus | None = None,
) -> Response:
    projet = projets.projet_de(u, uai)
    trouvees = listes.destinataires(u, projet.code, uai)
    choix = [("profil:", "Tout l'établissement")]
    choix += [(f"division:{e['nom']}", f"Classe {e['nom']}") for e in trouvees["classes"]]
    choix += [(f"groupe:{e['nom']}", f"Groupe {e['nom']}") for e in trouvees["groupes"]]
    choix += [(f"groupe_edt:{e['nom']}", f"Groupe {e['nom']} (emploi du temps)") for e in trouvees["groupes_edt"]]
    return page(
        request,
        u,
        uai,
        annee,
        "messagerie.html",
        "Messagerie",
        refus.statut if refus else 200,
        projet=projet,
        listes=trouvees,
        choix=choix,
        publics=messagerie.LIBELLES_PUBLIC.items(),
        saisie=saisie or {"liste": "", "public": "responsables", "objet": "", "corps": ""},
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/messagerie")
def ecrire(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    liste: Annotated[str, Form(pattern=r"^(profil|division|groupe|groupe_edt):")],
    public: Annotated[messagerie.Public, Form()],
    objet: Annotated[str, Form(min_length=1, max_length=200)],
    corps: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Write to a list; a refusal comes back with what was typed."""
    genre, _, nom = liste.partition(":")
    try:
        fait = messagerie.ecrire(u, uai, genre, nom, public, objet, corps)  # type: ignore[arg-type]  # the pattern's
    except Refus as refus:
        u.session.rollback()
        saisie = {"liste": liste, "public": public, "objet": objet, "corps": corps}
        return _messagerie(request, u, uai, annee, saisie, refus)
    message = f"Message envoyé aux {fait['liste']} : {fait['destinataires']} destinataires."
    return rediriger(request, chemin(uai, annee, "messagerie"), message)


@routeur.get(BASE + "/messagerie/boite/{aaf_id:int}")
def boite(request: Request, u: Lecture, uai: str, annee: int, aaf_id: int) -> Response:
    """The box of an account."""
    projet = projets.projet_de(u, uai)
    recus = messagerie.boite(u, uai, aaf_id)
    return page(
        request,
        u,
        uai,
        annee,
        "boite.html",
        "Boîte de réception",
        fil=("Messagerie",),
        projet=projet,
        compte=consultation.compte(u, projet.code, aaf_id),
        recus=[x | {"lien": adresse_publique(request, x["lien"]) if x["lien"] else None} for x in recus],
    )


@routeur.get(BASE + "/ressources")
def ressources(request: Request, u: Lecture, uai: str, annee: int, personne: int | None = None) -> Response:
    """The Médiacentre, with what the GAR opens to a `personne`."""
    return _ressources(request, u, uai, annee, personne=personne)


def _ressources(
    request: Request,
    u: Unite,
    uai: str,
    annee: int,
    titre: str = "",
    liste: str = "",
    refus: Refus | None = None,
    personne: int | None = None,
) -> Response:
    projet = projets.projet_de(u, uai)
    choix = [
        (f"{genre}:{e['nom']}", f"{libelle} {e['nom']}")
        for genre, libelle in listes.GENRES.items()
        for e in consultation.ensembles(u, projet.code, genre, uai)
    ]
    return page(
        request,
        u,
        uai,
        annee,
        "ressources.html",
        "Ressources",
        refus.statut if refus else 200,
        projet=projet,
        manuels=mediacentre.manuels(u, uai),
        gar=gar_ressources.mediacentre_de(u, projet.code, uai, personne),
        genres=listes.GENRES,
        choix=choix,
        saisie={"titre": titre, "liste": liste},
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/ressources")
def affecter(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    titre: Annotated[str, Form(max_length=200)],
    liste: Annotated[str, Form(pattern=r"^(division|groupe):")],
) -> Response:
    """Give a manuel to a class or group."""
    genre, _, nom = liste.partition(":")
    voulu: Literal["division", "groupe"] = "division" if genre == "division" else "groupe"
    try:
        mediacentre.affecter(u, uai, titre, voulu, nom)
    except Refus as refus:
        u.session.rollback()
        return _ressources(request, u, uai, annee, titre, liste, refus)
    return rediriger(request, chemin(uai, annee, "ressources"), "Le manuel est affecté.")


@routeur.post(BASE + "/comptes/invites")
def inviter(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    nom: Annotated[str, Form(max_length=100)],
    prenom: Annotated[str, Form(max_length=100)],
) -> Response:
    """Make a guest account."""
    fait = invites.creer(u, uai, nom, prenom)
    return rediriger(
        request,
        chemin(uai, annee, f"comptes/{fait.aaf_id}"),
        f"Le compte {rules.LIBELLES_PROFIL[rules.INVITE].lower()} est créé.",
    )
