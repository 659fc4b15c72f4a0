"""Guest accounts: what should not be made, because the real account comes by itself (ENT-03)."""

from __future__ import annotations

from functools import partial

from sqlalchemy import func, select

from services.ent import models, rules
from services.ent.models import Compte
from services.ent.rules import logins
from services.ent.use_cases.projets import projet_de, reglages_de, structures
from shared.contracts.refus import Refus
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

MAX = 100
PREMIER = 900_000_000_000_001
"""Number of the first guest: no ENTPersonJointure comes near."""


def creer(u: Unite, uai: str, nom: str, prenom: str) -> Compte:
    """Make a guest account in a school. No feed of the AAF will ever speak of its number.

    When the person appears in STS-Web her real account is made beside it: two accounts for one person.
    Raises `Inconnu` UAI_INCONNU, `Refus` IDENTITE_INCOMPLETE, ENT_NON_ALIMENTE.
    """
    projet = projet_de(u, uai, verrouiller=True)
    nom, prenom = " ".join(nom.split())[:MAX], " ".join(prenom.split())[:MAX]
    if not nom or not prenom:
        raise Refus(
            "Le nom et le prénom du compte invité sont obligatoires.",
            code="IDENTITE_INCOMPLETE",
            remede="Saisissez les deux.",
        )
    ecoles = structures(u, projet.code, uai)
    if not ecoles:
        raise Refus(
            "L'établissement n'est pas encore dans l'ENT : un compte ne peut pas y être rattaché.",
            code="ENT_NON_ALIMENTE",
            statut=409,
            remede="Attendez la première alimentation de l'AAF (5 h).",
        )
    invites = (Compte.projet == projet.code, Compte.profil == rules.INVITE)
    aaf_id = (u.session.scalar(select(func.max(Compte.aaf_id)).where(*invites)) or PREMIER - 1) + 1
    reglages = reglages_de(projet)
    regle = reglages.regle_login
    base = logins.login_de_base(prenom, nom, regle, partial(u.alea, "login", projet.code))
    rang = u.session.scalar(
        select(func.max(Compte.login_rang)).where(Compte.projet == projet.code, Compte.login_base == base)
    )
    compte = Compte(
        aaf_id=aaf_id,
        projet=projet.code,
        profil=rules.INVITE,
        nom=nom,
        prenom=prenom,
        nom_famille=nom,
        civilite="",
        ine="",
        mel="",
        mef="",
        libelle_mef="",
        structure_id=ecoles[0].id,
        cle_tri=cle_tri(f"{nom} {prenom}"),
        login=logins.login_numerote(base, (rang or 0) + 1, regle),
        login_base=base,
        login_rang=(rang or 0) + 1,
        code_activation=logins.code_activation(
            u.graine("activation", projet.code, aaf_id, "invite"), reglages.premiers_pas
        ),
        etat="a_activer",
        cree_le=u.maintenant,
    )
    u.session.add(compte)
    u.session.add(models.Rattachement(aaf_id=aaf_id, structure_id=ecoles[0].id, projet=projet.code, fonctions=[]))
    u.session.add(
        models.Evenement(projet=projet.code, aaf_id=aaf_id, instant=u.maintenant, genre="cree", import_id=None)
    )
    u.session.flush()
    u.journaliser("invite", "Compte invité créé", uai=uai, nb=1, resume={"projet": projet.code, "aaf_id": aaf_id})
    return compte
