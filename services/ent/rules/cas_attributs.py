"""What each known product is told through CAS: small functions, one per product.

Source: connectors reference §2.8 (entcore's own connectors), §2.9 (Laclasse), §2.10 (Apereo with an LDAP of the SDET).
"""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from services.ent.rules.connecteurs import Codes, Ecole, Personne
from shared.contracts.cas import Attributs


class Contexte(Struct, frozen=True):
    """What a body depends on beside the person: prefix of external identifiers, profile codes, the service asked."""

    prefixe: str
    codes: Codes
    service: str


# --- pieces ----------------------------------------------------------------------------------------------------------


def _rne(p: Personne, nom: str = "ENTPersonStructRattachRNE") -> Attributs:
    return [(nom, uai) for uai in p.uais]


def _profils(p: Personne, c: Contexte, nom: str = "ENTPersonProfils") -> Attributs:
    return [(nom, code) for code in p.codes_profil(c.codes)]


def _jour(p: Personne) -> str:
    return f"{p.naissance:%d/%m/%Y}" if p.naissance else ""


def _iso(p: Personne) -> str:
    return p.naissance.isoformat() if p.naissance else ""


def _json(valeur: object) -> str:
    return json.dumps(valeur, ensure_ascii=False, separators=(",", ":"))


def _profil_entcore(p: Personne) -> str:
    return {"eleve": "Student", "responsable": "Relative", "enseignant": "Teacher", "invite": "Guest"}.get(
        p.profil, "Personnel"
    )


def _type_structure(e: Ecole) -> str:
    nature = e.nature.upper()
    if nature.startswith("1ORD") or "ECOLE" in nature or "CIRCONSCRIPTION" in nature:
        return "1ORD"
    if "COLLEGE" in nature or nature in ("CLG", "340"):
        return "CLG"
    return "LP" if "PROFESSIONNEL" in nature or nature in ("LP", "320") else "LYC"


def rien(p: Personne, c: Contexte) -> Attributs:
    return []


# --- products --------------------------------------------------------------------------------------------------------


def apereo(p: Personne, c: Contexte) -> Attributs:
    fiche: Attributs = [
        ("uid", p.login),
        ("cn", f"{p.nom} {p.prenom}"),
        ("sn", p.nom),
        ("givenName", p.prenom),
        ("displayName", p.nom_complet),
        ("mail", p.mel),
        ("ENTPersonLogin", p.login),
        ("ENTPersonJointure", f"AC-{c.prefixe}${p.aaf_id}"),
        *_profils(p, c),
        ("ENTPersonDateNaissance", _jour(p)),
        ("ENTPersonGARIdentifiant", p.uuid),
        *_rne(p, "ESCOUAI"),
        *_rne(p),
        *(("ENTEleveClasses", f"{e.uai}${n}") for e in p.ecoles for n in e.classes if p.profil == "eleve"),
        ("ENTEleveMEF", p.mef),
        ("ENTEleveStructRattachId", str(p.eleve_id or "")),
    ]
    return [(nom, v) for nom, v in fiche if v]


def pronote(p: Personne, c: Contexte) -> Attributs:
    return [
        ("nom", p.nom),
        ("prenom", p.prenom),
        ("dateNaissance", _jour(p)),
        ("codePostal", p.code_postal),
        ("categories", ";".join(p.codes_profil(c.codes))),
    ]


def fiche_entcore(p: Personne, c: Contexte) -> Attributs:
    noeuds = [{"UAI": e.uai, "name": e.nom, "id": str(e.id)} for e in p.ecoles]
    return [
        ("id", p.uuid),
        ("externalId", p.externe(c.prefixe)),
        ("login", p.login),
        ("firstName", p.prenom),
        ("lastName", p.nom),
        ("displayName", p.nom_complet),
        ("birthDate", _iso(p)),
        ("type", _json([_profil_entcore(p)])),
        ("profiles", _json([_profil_entcore(p)])),
        ("structures", _json([str(e.id) for e in p.ecoles])),
        ("structureNodes", _json(noeuds)),
        ("classes", _json([f"{e.id}${n}" for e in p.ecoles for n in e.classes])),
        ("functionalGroups", _json([f"{e.id}${n}" for e in p.ecoles for n in e.groupes])),
        ("children", _json([nom for _, nom in p.enfants])),
        ("parents", _json([nom for _, nom in p.parents])),
        ("email", p.mel),
    ]


def elea(p: Personne, c: Contexte) -> Attributs:
    tus = ("login", "birthDate", "children", "parents")
    fiche = [(nom, v) for nom, v in fiche_entcore(p, c) if nom not in tus]
    return [*fiche, ("joinKey", str(p.aaf_id))]


def uid(p: Personne, c: Contexte) -> Attributs:
    return [("uid", p.externe(c.prefixe))]


def uai(p: Personne, c: Contexte) -> Attributs:
    return [("attributes", _rne(p))]


def gepi(p: Personne, c: Contexte) -> Attributs:
    return [("uid", p.externe(c.prefixe)), *_profils(p, c)]


def educagri(p: Personne, c: Contexte) -> Attributs:
    return [("uid", p.externe(c.prefixe)), *_rne(p), *_profils(p, c)]


def universalis(p: Personne, c: Contexte) -> Attributs:
    return [*educagri(p, c), ("Nom", p.nom), ("Prenoms", p.prenom)]


def edumedia(p: Personne, c: Contexte) -> Attributs:
    prof: Attributs = [("ENTNom", p.nom), ("ENTPrenoms", p.prenom), ("ENTPersonMail", p.mel)]
    return [*educagri(p, c), *(prof if p.profil == "enseignant" else [])]


def brne(p: Personne, c: Contexte) -> Attributs:
    return _profils(p, c) if p.profil in ("eleve", "enseignant") else []


def cidj(p: Personne, c: Contexte) -> Attributs:
    return [("uid", p.externe(c.prefixe)), *_rne(p, "CodeRNE")]


def lesite_tv(p: Personne, c: Contexte) -> Attributs:
    return [
        (
            "FRANCE5",
            [
                ("Identifiant", p.externe(c.prefixe)),
                *_rne(p, "CodeRNE"),
                *_profils(p, c, "Profil"),
                ("Nom", p.nom),
                ("Prenom", p.prenom),
                ("Mail", p.mel),
            ],
        )
    ]


def labomep(p: Personne, c: Contexte) -> Attributs:
    return [
        ("uid", p.externe(c.prefixe)),
        *(("structures", uai) for uai in p.uais),
        *(("classes", n) for n in p.classes),
        *_profils(p, c, "profile"),
        ("nom", p.nom),
        ("prenom", p.prenom),
        ("email", p.mel),
    ]


def uai_demande(service: str) -> str:
    """The `UAI=` of a service's address, "" without one (KNE wants it)."""
    return next(iter(parse_qs(urlsplit(service).query).get("UAI", [])), "").upper()


def kne(p: Personne, c: Contexte) -> Attributs:
    ici = [e for e in p.ecoles if e.uai == uai_demande(c.service)] or list(p.ecoles[:1])
    eleve, prof = p.profil == "eleve", p.profil == "enseignant"

    def liste(nom: str, valeurs: list[str]) -> tuple[str, Attributs]:
        return nom, [(nom.removesuffix("s"), v) for v in valeurs]

    classes = [n for e in ici for n in e.classes]
    groupes = [n for e in ici for n in e.groupes]
    return [
        *(("ENTPersonStructRattachUAI", e.uai) for e in ici),
        *(("ENTStructureTypeStruct", _type_structure(e)) for e in ici),
        ("ENTPersonProfils", [("ENTPersonProfil", f"National_{p.sigle}")]),
        ("ENTEleveMEF", p.mef if eleve else ""),
        liste("ENTEleveCodeEnseignements", []),
        liste("ENTEleveClasses", classes if eleve else []),
        liste("ENTEleveGroupes", groupes if eleve else []),
        liste("ENTAuxEnsClassesMatieres", []),
        liste("ENTAuxEnsGroupes", groupes if prof else []),
        liste("ENTAuxEnsClasses", classes if prof else []),
        liste("ENTAuxEnsMEFs", []),
        ("ENTPersonNom", p.nom),
        ("ENTPersonPrenom", p.prenom),
    ]


def _rattachements(p: Personne, c: Contexte, profils: Attributs, prenom: str) -> Attributs:
    return [
        ("uid", p.externe(c.prefixe)),
        (
            "ENTPersonStructRattachs",
            [
                (
                    "ENTPersonStructRattach",
                    [
                        ("ENTPersonStructRattachRNE", e.uai),
                        ("ENTPersonStructRattachName", e.nom),
                        ("ENTClasses", [("ENTClasse", n) for n in e.classes]),
                    ],
                )
                for e in p.ecoles
            ],
        ),
        *profils,
        ("ENTPersonMail", p.mel),
        ("Nom", p.nom),
        (prenom, p.prenom),
    ]


def englishattack(p: Personne, c: Contexte) -> Attributs:
    return _rattachements(p, c, _profils(p, c), "Prenoms")


def ikigai(p: Personne, c: Contexte) -> Attributs:
    dit = {"eleve": "Eleve", "enseignant": "Enseignant", "responsable": "Parent"}.get(p.profil, "Personnel")
    return _rattachements(p, c, [("ENTPersonProfils", dit)], "Prenom")


def salvum(p: Personne, c: Contexte) -> Attributs:
    return [*englishattack(p, c), ("birthDate", _iso(p))]


def milliweb(p: Personne, c: Contexte) -> Attributs:
    noms: Attributs = [("uid", p.externe(c.prefixe)), ("nom", p.nom), ("prenom", p.prenom), *_rne(p)]
    return [("attributes", [*noms, ("ENTPersonMEF", p.mef), ("ENTPersonMail", p.mel), *_profils(p, c)])]


def ode(p: Personne, c: Contexte) -> Attributs:
    fonctions: Attributs = [
        ("ENTPersonFunctions", [("UAI", e.uai), ("function", f)]) for e in p.ecoles for f, _ in e.fonctions
    ]
    return [
        (
            "attributes",
            [
                ("Nom", p.nom),
                ("Prenoms", p.prenom),
                ("entId", p.uuid),
                *fonctions,
                ("ENTPersonMail", p.mel),
                *_profils(p, c, "ENTPersonProfiles"),
            ],
        )
    ]


def ijbox(p: Personne, c: Contexte) -> Attributs:
    return [("id", p.externe(c.prefixe)), ("attributes", _rne(p, "rne"))]


def grr(p: Personne, c: Contexte) -> Attributs:
    return [
        ("user_nom_ldap", p.nom),
        ("user_prenom_ldap", p.prenom),
        ("user_mail_ldap", p.mel),
        ("user_code_fonction_ldap", _profil_entcore(p)),
        ("user_libelle_fonction_ldap", _profil_entcore(p)),
    ]


def grr2(p: Personne, c: Contexte) -> Attributs:
    return [
        ("profil", _profil_entcore(p)),
        ("firstname", p.prenom),
        ("lastname", p.nom),
        ("fullname", p.nom_complet),
        ("email", p.mel),
    ]


def webclasseurs(p: Personne, c: Contexte) -> Attributs:
    return [("user_login", p.login), *_profils(p, c, "user_profile")]


def spip(p: Personne, c: Contexte) -> Attributs:
    return [("nom", p.nom_complet), ("mail", p.mel)]


def enseigno(p: Personne, c: Contexte) -> Attributs:
    ecoles: Attributs = [
        (
            "structure",
            [("UAI", e.uai), *(("classes", n) for n in e.classes), *(("groupes_enseignements", n) for n in e.groupes)],
        )
        for e in p.ecoles
    ]
    return [
        ("user_nom", p.nom),
        ("user_prenom", p.prenom),
        *_profils(p, c, "user_profil"),
        *ecoles,
        *(("childrens", nom) for _, nom in p.enfants),
        *(("parents", nom) for _, nom in p.parents),
    ]


def webgerest(p: Personne, c: Contexte) -> Attributs:
    uais = p.uais
    return [
        ("id", p.externe(c.prefixe)),
        ("nom", p.nom),
        ("prenom", p.prenom),
        ("uai", uais[0] if len(uais) == 1 else f"[{', '.join(uais)}]"),
        ("profils", _profil_entcore(p)),
        ("fonctions", ", ".join(sorted({f for e in p.ecoles for f, _ in e.fonctions}))),
        ("sousFonctions", ""),
    ]


def synchromoodle(p: Personne, c: Contexte) -> Attributs:
    groupes = [{"id": f"{e.id}${n}", "name": n} for e in p.ecoles for n in (*e.classes, *e.groupes)]
    return [
        ("id", p.uuid),
        ("login", p.login),
        ("name", p.nom_complet),
        ("firstName", p.prenom),
        ("lastName", p.nom),
        ("profil", _profil_entcore(p)),
        ("email", p.mel),
        ("groups", _json(groupes)),
    ]


def atnormandie(p: Personne, c: Contexte) -> Attributs:
    return [("uid", p.uuid), ("lastName", p.nom), ("firstName", p.prenom), ("birthDate", _iso(p))]


def proeps(p: Personne, c: Contexte) -> Attributs:
    return [("uid", p.externe(c.prefixe)), *_rne(p, "UAI"), *_profils(p, c, "profile")]


def elms(p: Personne, c: Contexte) -> Attributs:
    ecoles: Attributs = [
        ("structure", [("UAI", e.uai), ("inGarGroup", "false"), ("inValidateurGroup", "false")]) for e in p.ecoles
    ]
    return [("id", p.uuid), ("firstName", p.prenom), ("lastName", p.nom), *_profils(p, c, "profil"), *ecoles]


def laclasse(p: Personne, c: Contexte) -> Attributs:
    return [
        ("uid", p.uuid),
        ("user", p.uuid),
        ("login", p.login),
        ("LaclasseNom", p.nom),
        ("LaclassePrenom", p.prenom),
        ("dateNaissance", _iso(p)),
        ("ENTPersonProfils", f"National_{p.sigle}"),
        ("categories", f"National_{1 if p.sigle == 'ELV' else 2 if p.sigle == 'TUT' else 3}"),
        *_rne(p, "ENTPersonStructRattach")[:1],
        *_rne(p)[:1],
        *((("ENTEleveClasses", p.classes[0]),) if p.profil == "eleve" and p.classes else ()),
        *((("ENTAuxEnsClasses", [("ENTAuxEnsClasse", n) for n in p.classes]),) if p.profil == "enseignant" else ()),
        ("ENTPersonJointure", str(p.aaf_id)),
        ("MailAdressePrincipal", p.mel),
        ("GARPersonIdentifiant", p.uuid),
        ("idEnt", "RENTREE"),
    ]
