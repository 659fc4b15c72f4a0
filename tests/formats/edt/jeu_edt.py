"""An invented school's timetable, and invented partners' keys."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from shared.formats.edt import (
    AnneeScolaire,
    Appartenance,
    Classe,
    Cours,
    Eleve,
    EnTete,
    EnTeteConteneur,
    ExportEmploiDuTemps,
    GrilleHoraire,
    Groupe,
    Matiere,
    Participation,
    Place,
    Professeur,
    Reference,
    ResponsableEleve,
    Salle,
    Sexe,
    fabriquer_idpn,
    masque,
)

DONNEES = Path(__file__).parent / "data"
UAI = "0980017L"
PARTENAIRE = "ENTInvente"
DEBUT, FIN = date(2025, 9, 1), date(2026, 7, 3)
TOUTES = masque([*range(1, 8), *range(10, 17), *range(19, 25), *range(27, 33), *range(35, 45)])
IMPAIRES = masque(range(1, 45, 2))
ENTETE_CONTENEUR = EnTeteConteneur(
    logiciel="EDT INVENTE 2025 - 1.0",
    date_heure=datetime(2025, 9, 2, 7, 15, tzinfo=timezone(timedelta(hours=2))),
    uai=UAI,
    nom_etablissement="COLLEGE DES ŒILLETS & L'ÉTANG",
    code_postal_ville="98799",
)

_P = (
    "da3a82a8140be9399ba74b80e5a7cb1e6e8d5816647b6ffb81576eb4d4f866a773032356297624f2be8555bbf35be5a21c9027306701df"
    "dda9bd051cf63502813374a30e9c6ebf2d5f67e1ffefd905727065468307bde3b9436a60adacc255996b37d3af79ac690256a4a6f481e2"
    "c151249b22d0898079d5008aa3b7abfa9973"
)
_Q = (
    "c4e57de751e9c7205fb515a46a5a0f591bc4cb1be7b25c2d3feb31ae2848b665ca7188495ce0c385e12e2387e9e692881eefd38c3a9a3a"
    "7b4f6a9888e8a24c2af7504dd7ec2482a5280938c0dfa66a98658f8a7c062e3af921a9f62c3ca0890f4339be4c8eea77d92e81dd488935"
    "3732e9a1e813db3eb274723ef5b84374ec4b"
)
_P2 = (
    "fa8c85b84594dd225b69126df1f21aae5d628ed5722ade13f0683684c4f0769f6bf1a61ecc2581ea87ee3690f573e82bb6b5f96940aa82"
    "1a524eaf179ba221a8d84561739e6c6cc60f3de00de274ffa7eedb41e4ac6b19e2769be969dad85efa78518c1a4935608ef52490e147c2"
    "c49502c45dfcf882dce5bd244362d0171961"
)
_Q2 = (
    "e6fac9dd70e1bc2a8813d18fe0862fcfb575fe33a77add4182e32bb1f774aa9ce4c99327cd6fda404312ddca28f964a7553f66a63a5166"
    "28192aa9fb1d4e4f10f95570cfb792a11819e48520cbb2b6bcfcd191fd1d4602bf57a56e9fc02d4da9cbd27d43cfb8e590049d11be86d2"
    "c0d9ff6ebee6572750b67ee7303c708dc35f"
)
NOMBRES = {"ent": (int(_P, 16), int(_Q, 16)), "autre": (int(_P2, 16), int(_Q2, 16))}
"""Primes of keys that protect nothing."""


@cache
def cle_rsa(qui: str) -> Any:
    """The private key of « ent » or « autre »; needs the library `cryptography`."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    p, q = NOMBRES[qui]
    d = pow(65537, -1, (p - 1) * (q - 1))
    publics = rsa.RSAPublicNumbers(65537, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), publics).private_key()


@cache
def prive(qui: str, forme: str = "DER", genre: str = "PKCS8", mot_de_passe: bytes | None = None) -> bytes:
    """The private key, serialised."""
    from cryptography.hazmat.primitives import serialization as s

    chiffre = s.BestAvailableEncryption(mot_de_passe) if mot_de_passe else s.NoEncryption()
    formats = {"PKCS8": s.PrivateFormat.PKCS8, "PKCS1": s.PrivateFormat.TraditionalOpenSSL}
    octets: bytes = cle_rsa(qui).private_bytes(getattr(s.Encoding, forme), formats[genre], chiffre)
    return octets


@cache
def public(qui: str, forme: str = "DER") -> bytes:
    """The public key, serialised."""
    from cryptography.hazmat.primitives import serialization as s

    octets: bytes = (
        cle_rsa(qui).public_key().public_bytes(getattr(s.Encoding, forme), s.PublicFormat.SubjectPublicKeyInfo)
    )
    return octets


def _places() -> tuple[Place, ...]:
    debuts = (time(8, 30), time(9, 30), time(10, 30), time(11, 30))
    return tuple(Place(n, debut, debut.replace(hour=debut.hour + 1, minute=25)) for n, debut in enumerate(debuts))


def _membre(ident: int) -> Appartenance:
    return Appartenance(ident, DEBUT, FIN)


def emploi_du_temps() -> ExportEmploiDuTemps:
    """Two classes, a group across them, three pupils, four courses of which one empty and one by fortnight."""
    return ExportEmploiDuTemps(
        EnTete("1.1", UAI),
        AnneeScolaire(DEBUT, FIN, DEBUT),
        GrilleHoraire(4, 60, (1, 2, 3, 4, 5), _places()),
        matieres=(Matiere(2, "FRANC", "FRANCAIS"), Matiere(3, "ALL1", "ALLEMAND LV1"), Matiere(4, "NOTE VIE SCOL")),
        professeurs=(
            Professeur(
                *(2, "ŒSTRADEL", "Camille", "98799", date(1984, 3, 17), "40101"),
                idpn=fabriquer_idpn(UAI, "professeur", "40101"),
                id_cas="camille.oestradel",
            ),
            Professeur(3, "D'HŸSSEL-NGUYỄN", "Zoë Łucja", id_sts="40102"),
        ),
        classes=(Classe(2, "6A", (Reference(11), Reference(12))), Classe(3, "6 B", (Reference(13),)), Classe(4, "5A")),
        groupes=(
            Groupe(2, "6ALL1", parties=(Reference(11), Reference(13))),
            Groupe(3, "5A_GR-1", classes=(Reference(4),)),
        ),
        salles=(Salle(301, "B12 « labo »"),),
        eleves=(
            Eleve(
                *(51, "QUERVELLEC", "Anaïs", date(2014, 5, 9), Sexe.FEMININ, "98799", "990000101DJ", "880001"),
                idpn=fabriquer_idpn(UAI, "eleve", "880001"),
                id_etablissement="1201",
                responsables=(
                    ResponsableEleve(
                        *(14001, 1, "QUERVELLEC", "Anouk", "Mme", "12 rue <des> Tilleuls & l'Étang", 'Bât. "C"'),
                        code_postal="98799",
                        ville="VALMORIN",
                        idpn=fabriquer_idpn(UAI, "responsable", "14001"),
                    ),
                    ResponsableEleve(14002, 2, "ÇELIK", "Üstün", "M.", "3 impasse du Cœur"),
                ),
                classes=(_membre(2),),
                parties=(_membre(11),),
            ),
            Eleve(52, "BRIMBORION", "Hugo", None, Sexe.MASCULIN, classes=(_membre(3),), parties=(_membre(13),)),
            Eleve(53, "TALBOUR", "Léa", date(2013, 1, 31), Sexe.FEMININ, classes=(_membre(4),)),
        ),
        cours=(
            Cours(
                *(1, 0, 1),
                matiere=Reference(2),
                professeurs=(Participation(2, TOUTES),),
                classes=(Participation(2, TOUTES),),
                salles=(Participation(301, IMPAIRES),),
            ),
            Cours(
                *(2, 1, 2),
                matiere=Reference(3),
                professeurs=(Participation(3, TOUTES), Participation(2, IMPAIRES)),
                groupes=(Participation(2, TOUTES),),
            ),
            Cours(
                *(5, 3, 1),
                matiere=Reference(2),
                professeurs=(Participation(2, TOUTES),),
                parties=(Participation(12, TOUTES),),
            ),
            Cours(3, 2, 1, matiere=Reference(4)),
        ),
    )
