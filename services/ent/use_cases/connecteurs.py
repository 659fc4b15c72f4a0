"""Connectors: asked for, changed, taken back; what was exchanged with them.

Source: connectors reference §2.12 (entcore's « applications externes »), §1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, select, text

from services.ent import models
from services.ent.models import Connecteur, EchangeConnecteur
from services.ent.rules import connecteurs as rules
from services.ent.rules.cas_prereglages import PREREGLAGES, PRINCIPAUX
from services.ent.rules.connecteurs import ReglagesCas
from services.ent.rules.protocoles import PROTOCOLES
from services.ent.rules.saml import ReglagesSaml
from services.ent.use_cases import notifications
from services.ent.use_cases.memoire_registre import BASE
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.rencontre import rencontrer
from shared.contracts.champs import dire_champ
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.breve import Executant
from shared.persistence.masse import copier
from shared.persistence.unite import Fabrique, Unite

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
GARDES = 200
"""Exchanges kept per connector, the latest; a few more until the next sweep."""
TEXTE = 20_000
"""Characters of a body that are kept."""


def lister(u: Unite, projet: str | None = None) -> list[Connecteur]:
    """The connectors, by code."""
    requete = select(Connecteur).order_by(Connecteur.code)
    return list(u.session.scalars(requete.where(Connecteur.projet == projet) if projet else requete))


def trouver(u: Unite, code: str) -> Connecteur:
    """One connector. Raises `Inconnu` CONNECTEUR_INCONNU."""
    trouve = u.session.get(Connecteur, code)
    if trouve is None:
        raise Inconnu(
            f"L'ENT n'a pas de connecteur « {code[:60]} ».",
            code="CONNECTEUR_INCONNU",
            remede=_parmi(code, [c.code for c in lister(u)]),
        )
    return trouve


def demander(
    u: Unite,
    code: str,
    *,
    projet: str,
    nom: str,
    adresses: Sequence[str],
    reglages: dict[str, object],
    protocole: str = "cas",
) -> Connecteur:
    """Register a connector, or change the one of that code.

    Arguments: `adresses`, where it may be sent back, at least one when its protocol has any; `reglages`, fields of the
    model of its protocol (`rules.protocoles`). Raises `Inconnu` PROJET_INCONNU, `Refus` CONNECTEUR_INVALIDE,
    ADRESSE_INVALIDE, CONNECTEUR_AILLEURS.
    """
    lire_projet(u, projet)
    if protocole not in PROTOCOLES:
        raise invalide(f"« {protocole[:40]} » n'est pas un protocole de connecteur.", _parmi(protocole, PROTOCOLES))
    if not CODE.fullmatch(code):
        raise invalide(
            f"« {code[:60]} » n'est pas un code de connecteur.", "Minuscules, chiffres et tirets, 40 au plus."
        )
    if not nom.strip() or len(nom) > 100:
        raise invalide("Un connecteur a un nom, de 1 à 100 caractères.", "Écrivez celui du logiciel.")
    lues = list(dict.fromkeys(rules.lire_adresse(a) for a in adresses if a.strip()))
    if not lues and PROTOCOLES[protocole].adresses:
        raise invalide(
            "Un connecteur a au moins une adresse (champ « adresses »).", f"Écrivez {PROTOCOLES[protocole].adresses}."
        )
    valides = lire_reglages(reglages, protocole)
    connu = u.session.get(Connecteur, code)
    if connu is None:
        connu = Connecteur(code=code, projet=projet, protocole=protocole, cree_le=u.maintenant)
        u.session.add(connu)
    elif connu.protocole != protocole:
        raise invalide(
            f"Le connecteur « {code} » parle {PROTOCOLES[connu.protocole].libelle}.", "Retirez-le, ou changez de code."
        )
    elif connu.projet != projet:
        raise Refus(
            f"Le connecteur « {code} » est celui d'un autre projet.",
            code="CONNECTEUR_AILLEURS",
            statut=409,
            remede="Choisissez un autre code.",
        )
    connu.nom, connu.adresses = nom.strip(), lues
    connu.reglages = valides.model_dump(mode="json", exclude_none=True)
    u.session.flush()
    notifications.abonner(u, connu)
    u.journaliser("connecteur", f"Connecteur « {connu.nom} »", nb=1, resume={"code": code, "projet": projet})
    return connu


def libre(u: Unite, code: str) -> None:
    """Raises `Refus` CONNECTEUR_EXISTE (409) when a connector has that code."""
    if u.session.get(Connecteur, code) is not None:
        raise Refus(
            f"Un connecteur « {code} » existe déjà.",
            code="CONNECTEUR_EXISTE",
            statut=409,
            remede="Choisissez un autre code, ou modifiez celui-là sur sa page.",
        )


def lire_reglages(reglages: dict[str, object], protocole: str = "cas") -> BaseModel:
    """Settings as they are kept. Raises `Refus` CONNECTEUR_INVALIDE with the field in question, CERTIFICAT_INVALIDE."""
    try:
        lus = PROTOCOLES[protocole].reglages.model_validate(reglages)
    except ValidationError as erreur:
        raise _reglage_refuse(erreur.errors()[0], protocole) from None
    if isinstance(lus, ReglagesCas):
        _verifier_cas(lus)
    elif isinstance(lus, ReglagesSaml) and (lus.certificat or lus.chiffrement):
        from shared.formats.saml_signature import lire_certificat  # cryptography, signxml: for whoever has one

        for certificat in filter(None, (lus.certificat, lus.chiffrement)):
            lire_certificat(certificat)
    return lus


def _reglage_refuse(erreur: Mapping[str, Any], protocole: str) -> Refus:
    champ = ".".join(str(x) for x in erreur["loc"])[:60]
    if erreur["type"] == "extra_forbidden":
        connus = list(PROTOCOLES[protocole].reglages.model_fields)
        return invalide(f"« {champ} » n'est pas un réglage d'un connecteur {protocole}.", _parmi(champ, connus))
    dit = dire_champ(erreur, f"« {champ} »")
    precis = dit != f"« {champ} »"
    return invalide(
        f"Le réglage {dit}." if precis else f"Le réglage « {champ} » n'a pas une valeur possible.",
        f"La page « Connecteurs > {PROTOCOLES[protocole].libelle} » et docs/connecteurs.md disent ce qu'il règle.",
    )


def _parmi(cherche: str, connus: Iterable[str]) -> str:
    """The nearest of those that there are, then all."""
    import difflib  # for whoever is lost

    tous = list(connus)
    proche = next(iter(difflib.get_close_matches(cherche.lower(), tous, 1)), "")
    return (f"Le plus proche est « {proche} ». " if proche else "") + f"Il y a : {', '.join(tous) or 'aucun'}."


def _verifier_cas(lus: ReglagesCas) -> None:
    if lus.prereglage not in PREREGLAGES:
        raise invalide(f"Aucun préréglage ne s'appelle « {lus.prereglage[:40]} ».", _parmi(lus.prereglage, PREREGLAGES))
    if lus.principal is not None and lus.principal not in PRINCIPAUX:
        raise invalide(f"cas:user ne peut pas être « {lus.principal[:40]} ».", ", ".join(PRINCIPAUX))


def invalide(phrase: str, remede: str) -> Refus:
    """A connector that cannot be."""
    return Refus(phrase, code="CONNECTEUR_INVALIDE", remede=remede)


def retirer(u: Unite, code: str) -> None:
    """Take a connector back, with its tickets and what was exchanged. Raises `Inconnu` CONNECTEUR_INCONNU."""
    connu = trouver(u, code)
    siennes = (models.JetonRegistre, models.NonceOauth, models.Livraison, EchangeConnecteur)
    for table in (models.Ticket, models.Octroi, models.MessageSaml, models.ExportGar, *siennes):
        u.session.execute(delete(table).where(table.connecteur == code))
    notifications.quitter(u, code)
    u.session.delete(connu)
    u.journaliser("connecteur_retire", f"Connecteur « {connu.nom} » retiré", nb=1, resume={"code": code})


def du_service(u: Unite, service: str) -> Connecteur | None:
    """The CAS connector that may be sent back to that address: the longest declared address that fits."""
    siens = [c for c in lister(u) if c.protocole == "cas"]
    possibles = [(len(a), c) for c in siens for a in c.adresses if rules.correspond(a, service)]
    return max(possibles, key=lambda x: (x[0], x[1].code))[1] if possibles else None


def pourquoi_pas(u: Unite, service: str) -> str:
    """Why none fits."""
    return rules.pourquoi_pas(service, [(c.nom, a) for c in lister(u) if c.protocole == "cas" for a in c.adresses])


# --- what was exchanged ----------------------------------------------------------------------------------------------

NUMERO = "nextval('echange_connecteur_id_seq')"
"""The number of an exchange, drawn where it is decided: its place among the others, whenever it is written."""


class Cahier(Struct, frozen=True):
    """Where an exchange that was decided in one statement is kept: bac, the identifier of its database (`BASE`),
    connector, simulated instant, number drawn (`NUMERO`), the faults that the connector has (None: none)."""

    bac: str
    base: int
    connecteur: str
    instant: datetime
    numero: int
    fautes: Sequence[Any] | None


def noter_plus_tard(
    fabrique: Fabrique, cahier: Cahier, genre: str, demande: str, reponse: str, code: str = "", dit: str = ""
) -> bool:
    """Keep one exchange, written with the next ones; False when faults are to be met: `noter` must do it, at once."""
    if cahier.fautes or fabrique.differe is None:
        return False
    valeurs = _valeurs(cahier.connecteur, cahier.instant, genre, demande, reponse, code, dit) | {"id": cahier.numero}
    fabrique.differe.ajouter(cahier.bac, cahier.base, cahier.connecteur, cahier.numero, valeurs)
    return True


def noter(u: Executant, connecteur: str, genre: str, demande: str, reponse: str, code: str = "", dit: str = "") -> None:
    """Keep one exchange; now and then, the oldest go."""
    valeurs = _valeurs(connecteur, u.maintenant, genre, demande, reponse, code, dit)
    ((numero, fautes),) = u.executer(_NOTER, valeurs)
    rencontrer(u, connecteur, genre, fautes or (), numero)
    if numero % GARDES == 0:
        u.executer(_OUBLIER, {"gardes": GARDES})


def _valeurs(
    connecteur: str, instant: datetime, genre: str, demande: str, reponse: str, code: str, dit: str
) -> dict[str, Any]:
    return {
        "connecteur": connecteur,
        "instant": instant,
        "genre": genre,
        "demande": demande[:TEXTE],
        "reponse": reponse[:TEXTE],
        "code": code,
        "explication": dit,
    }


def ecrire(u: Unite, base: int, lignes: Sequence[Mapping[str, Any]]) -> None:
    """Write exchanges that were kept for later, in the bac whose database that is, of connectors that are still there;
    the oldest go."""
    if _base(u) != base:
        return
    la = set(u.session.scalars(select(Connecteur.code)))
    colonnes = list(lignes[0])
    copier(u.session, EchangeConnecteur, colonnes, ([x[c] for c in colonnes] for x in lignes if x["connecteur"] in la))
    if any(x["id"] % GARDES == 0 for x in lignes) or len(lignes) >= GARDES:
        u.executer(_OUBLIER, {"gardes": GARDES})


def _base(u: Unite) -> int:
    return int(u.session.execute(text(f"SELECT {BASE}")).scalar_one())


def echanges(u: Unite, connecteur: str, limite: int = 50) -> list[EchangeConnecteur]:
    """What was exchanged, latest first: what this process has not written yet is there too."""
    table = EchangeConnecteur
    recents = u.differe.lignes(u.nom_du_bac, _base(u), connecteur) if u.differe is not None else {}
    requete = select(table).where(table.connecteur == connecteur).order_by(table.id.desc()).limit(limite)
    tous = {e.id: e for e in u.session.scalars(requete)} | {n: EchangeConnecteur(**x) for n, x in recents.items()}
    return [tous[numero] for numero in sorted(tous, reverse=True)[:limite]]


_NOTER = """
    INSERT INTO echange_connecteur (connecteur, instant, genre, demande, reponse, code, explication)
    VALUES (%(connecteur)s, %(instant)s, %(genre)s, %(demande)s, %(reponse)s, %(code)s, %(explication)s)
    RETURNING id, (SELECT fautes FROM connecteur WHERE code = %(connecteur)s)
"""
_OUBLIER = """
    DELETE FROM echange_connecteur WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY connecteur ORDER BY id DESC) AS rang FROM echange_connecteur
        ) AS ranges WHERE rang > %(gardes)s)
"""
