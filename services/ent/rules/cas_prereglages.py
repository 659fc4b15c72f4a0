"""The products that have a preset of their own: body, attributes, who `cas:user` is.

Source: connectors reference §2.8 to 2.10.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from services.ent.rules import cas_attributs as a
from services.ent.rules.cas_attributs import Contexte
from services.ent.rules.connecteurs import Codes, Personne
from shared.contracts.cas import Attributs, Forme

Ecrire = Callable[[Personne, Contexte], Attributs]
Principal = Callable[[Personne, Contexte], str]


class Prereglage(Struct, frozen=True):
    """A product: its name, the body it reads, what it is told, who `cas:user` is (a key of `PRINCIPAUX`)."""

    libelle: str
    forme: Forme
    attributs: Ecrire
    principal: str
    codes: Codes = "numeros"


# --- who cas:user is -------------------------------------------------------------------------------------------------

PRINCIPAUX: dict[str, tuple[str, Principal]] = {
    "login": ("identifiant de connexion", lambda p, c: p.login),
    "externe": ("identifiant externe <ACADÉMIE>-<id>", lambda p, c: p.externe(c.prefixe)),
    "externe_fin": ("fin de l'identifiant externe", lambda p, c: str(p.aaf_id)),
    "interne": ("identifiant interne de l'ENT (UUID)", lambda p, c: p.uuid),
    "jointure": ("ENTPersonJointure", lambda p, c: str(p.aaf_id)),
    "uai": ("premier UAI", lambda p, c: next(iter(p.uais), "")),
    "mel": ("adresse de messagerie", lambda p, c: p.mel),
}


PREREGLAGES: dict[str, Prereglage] = {
    "apereo": Prereglage("ENT à base d'Apereo CAS", "A", a.apereo, "login", "les_deux"),
    "pronote": Prereglage("Pronote", "C", a.pronote, "login"),
    "generique": Prereglage("entcore, générique", "C", a.fiche_entcore, "externe"),
    "defaut": Prereglage("entcore, par défaut", "C", a.fiche_entcore, "login"),
    "elea": Prereglage("Éléa", "C", a.elea, "login"),
    "uid": Prereglage("uid (Jupyter)", "B", a.uid, "login"),
    "uuid": Prereglage("Identifiant interne", "B", a.uid, "interne"),
    "externe": Prereglage("Identifiant externe seul", "B", a.rien, "externe_fin"),
    "uai": Prereglage("UAI", "B", a.uai, "uai"),
    "gepi": Prereglage("Gepi", "B", a.gepi, "externe"),
    "educagri": Prereglage("Educagri, MSEL", "B", a.educagri, "login"),
    "universalis": Prereglage("Universalis", "B", a.universalis, "login"),
    "edumedia": Prereglage("EduMedia", "B", a.edumedia, "login"),
    "brne": Prereglage("BRNE", "C", a.brne, "uai"),
    "cidj": Prereglage("CIDJ", "B", a.cidj, "login"),
    "lesite_tv": Prereglage("LeSiteTv", "B", a.lesite_tv, "login"),
    "labomep": Prereglage("Labomep", "B", a.labomep, "externe"),
    "kne": Prereglage("KNE", "B", a.kne, "externe", "noms"),
    "englishattack": Prereglage("English Attack", "B", a.englishattack, "login"),
    "ikigai": Prereglage("Ikigai", "B", a.ikigai, "login"),
    "salvum": Prereglage("Salvum", "B", a.salvum, "login"),
    "milliweb": Prereglage("Milliweb", "B", a.milliweb, "login"),
    "ode": Prereglage("Ode", "B", a.ode, "externe"),
    "ijbox": Prereglage("Ijbox", "B", a.ijbox, "externe"),
    "grr": Prereglage("GRR", "B", a.grr, "login"),
    "grr2": Prereglage("GRR 2", "B", a.grr2, "externe_fin"),
    "webclasseurs": Prereglage("Webclasseurs", "B", a.webclasseurs, "externe_fin"),
    "spip": Prereglage("Spip", "B", a.spip, "externe"),
    "enseigno": Prereglage("Enseigno", "B", a.enseigno, "interne"),
    "webgerest": Prereglage("WebGerest (restauration)", "C", a.webgerest, "login"),
    "synchromoodle": Prereglage("SynchroMoodle", "C", a.synchromoodle, "login"),
    "atnormandie": Prereglage("AtNormandie", "B", a.atnormandie, "interne"),
    "eliot": Prereglage("Eliot (vie scolaire)", "B", a.rien, "externe"),
    "zimbra": Prereglage("Zimbra", "C", a.fiche_entcore, "login"),
    "proeps": Prereglage("ProEPS", "B", a.proeps, "login"),
    "elms": Prereglage("Elms (commandes de manuels)", "B", a.elms, "login"),
    "mel": Prereglage("Adresse de messagerie seule", "B", a.rien, "mel"),
    "laclasse": Prereglage("Laclasse", "D", a.laclasse, "interne", "noms"),
}
