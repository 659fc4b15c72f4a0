"""The ENT of the bac: its accounts, its imports, the softwares that are plugged into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from rentree_kit.client import Client

MOT_DE_PASSE = "un-mot-de-passe-d-essai"
TOUS = 5000


@dataclass(frozen=True)
class Compte:
    """An account. `brut`: everything that the ENT says of it."""

    aaf_id: int
    profil: str
    etat: str
    nom: str
    prenom: str
    login: str
    ine: str | None
    uais: tuple[str, ...]
    classes: tuple[str, ...]
    groupes: tuple[str, ...]
    brut: dict[str, Any]

    @classmethod
    def de(cls, lu: dict[str, Any]) -> Compte:
        """From the ENT's own."""
        simples = {n: lu[n] for n in ("aaf_id", "profil", "etat", "nom", "prenom", "ine")}
        return cls(
            **simples,
            login=lu["login"] or "",
            uais=tuple(e["uai"] for e in lu["etablissements"]),
            classes=tuple(lu["classes"]),
            groupes=tuple(lu["groupes"]),
            brut=lu,
        )


class Comptes:
    """`bac.ent.comptes`: walked over, counted, looked up by the key of somebody of the world."""

    def __init__(self, client: Client, projet: str, personnes: dict[str, dict[str, Any]]) -> None:
        self._client = client
        self._projet = f"/api/projets/{projet}"
        self._personnes = personnes

    def __iter__(self) -> Iterator[Compte]:
        return iter([Compte.de(x) for x in self._client.lire(f"{self._projet}/comptes", limite=TOUS)])

    def __len__(self) -> int:
        return int(self._client.requete("GET", f"{self._projet}/comptes").headers["x-rentree-total"])

    @property
    def latest(self) -> Compte:
        """The account created last. Raises `RefusRentree` when there is none."""
        return Compte.de(self._client.lire(f"{self._projet}/comptes/latest"))

    def de(self, cle: str) -> list[Compte]:
        """The accounts of somebody of the world: none, one, or two for who was typed twice. Raises `KeyError`."""
        qui = self._personnes[cle]
        return [c for c in self if _est(c, qui)]

    def __getitem__(self, cle: str) -> Compte:
        """The one account of somebody of the world. Raises `LookupError` when there is none, or several."""
        siens = self.de(cle)
        if len(siens) != 1:
            voir = "« .de(clé) » les donne tous" if siens else "« bac.aaf.exclusions() » dit pourquoi"
            raise LookupError(f"« {cle} » a {len(siens)} compte(s) dans l'ENT : {voir}")
        return siens[0]

    def __contains__(self, cle: object) -> bool:
        return isinstance(cle, str) and bool(self.de(cle))

    def activer(self, cle: str, mot_de_passe: str = MOT_DE_PASSE) -> Compte:
        """First steps of somebody: her account becomes active, with that password."""
        compte = self[cle]
        if compte.etat != "a_activer":
            return compte
        corps = {"login": compte.login, "code": compte.brut["code_activation"], "mot_de_passe": mot_de_passe}
        return Compte.de(self._client.demander("POST", f"{self._projet}/activation", corps))


def _est(c: Compte, qui: dict[str, Any]) -> bool:
    if "eleve_id" in qui:
        return bool(c.brut["eleve_id"] == qui["eleve_id"])
    eleve = c.profil == "eleve"
    return not eleve and (c.nom, c.prenom.upper()) == (qui["nom"].upper(), qui["prenom"].upper())


class Connecteur:
    """A software plugged into the ENT: its settings, what was exchanged with it, the faults it is given."""

    def __init__(self, client: Client, code: str, racine_cas: str) -> None:
        self._client = client
        self.code = code
        self.racine_cas = racine_cas
        """The CAS server to set in the software."""

    @property
    def reglages(self) -> dict[str, Any]:
        """As the ENT keeps them."""
        lu: dict[str, Any] = self._client.lire(f"/api/connecteurs/{self.code}")
        return lu

    @property
    def echanges(self) -> list[dict[str, Any]]:
        """The last exchanges with full bodies, latest first; `code` and `explication` say why one was refused."""
        lus: list[dict[str, Any]] = self._client.lire(f"/api/connecteurs/{self.code}/echanges")
        return lus

    def faute(self, nom: str, graine: int = 1, **reglages: Any) -> None:
        """Switch a fault on (`rentree fautes` lists them). Raises `RefusRentree` FAUTE_INCONNUE."""
        corps = {"faute": nom, "graine": graine, "reglages": reglages}
        self._client.demander("POST", f"/api/connecteurs/{self.code}/fautes", corps)

    def sans_faute(self) -> None:
        """Switch every fault off."""
        self._client.demander("DELETE", f"/api/connecteurs/{self.code}/fautes")

    def secret(self) -> str:
        """A new secret, of a protocol that has one (oidc, oneroster, scim…): told once, it replaces the one before."""
        return str(self._client.demander("POST", f"/api/connecteurs/{self.code}/secret")["secret"])

    def retirer(self) -> None:
        """Take it back."""
        self._client.demander("DELETE", f"/api/connecteurs/{self.code}")


class Ent:
    """`bac.ent`: `comptes`, `imports`, `connecteur(...)`, `navigateur(cle)`."""

    def __init__(self, client: Client, projet: str, personnes: dict[str, dict[str, Any]]) -> None:
        self.client = client
        self.projet = projet
        self.comptes = Comptes(client, projet, personnes)

    @property
    def imports(self) -> list[dict[str, Any]]:
        """The reports of the feeds received, latest first."""
        lus: list[dict[str, Any]] = self.client.lire(f"/api/projets/{self.projet}/imports")
        return lus

    @property
    def cas(self) -> str:
        """The root of the CAS server, to set in a software."""
        return f"{self.client.racine}/cas/"

    def connecteur(
        self, code: str, *adresses: str, nom: str = "", protocole: str = "cas", **reglages: Any
    ) -> Connecteur:
        """Declare a connector, or change the one of that code: where it may be sent back, its settings.

        Arguments: `protocole`, and `reglages`, those of that protocol (docs/connecteurs.md). Raises `RefusRentree`.
        """
        corps = {
            "projet": self.projet,
            "nom": nom or code,
            "adresses": list(adresses),
            "protocole": protocole,
            "reglages": reglages,
        }
        self.client.demander("PUT", f"/api/connecteurs/{code}", corps)
        return Connecteur(self.client, code, self.cas)

    @contextmanager
    def navigateur(self, cle: str) -> Iterator[httpx.Client]:
        """A browser in which somebody of the world is signed in to the ENT; it follows redirections by itself."""
        aaf_id = self.comptes.activer(cle).aaf_id
        html = {"accept": "text/html"}
        with httpx.Client(headers=html, follow_redirects=True, timeout=60, trust_env=False) as navigateur:
            champs = {"projet": self.projet, "aaf_id": str(aaf_id)}
            jeton = {k: v for k, v in self.client.http.headers.items() if k == "authorization"}  # here only
            role = f"{self.client.racine}/mon-ent/role"
            entree = navigateur.post(role, data=champs, headers=jeton, follow_redirects=False)
            if entree.status_code != 303:
                raise AssertionError(f"« {cle} » n'a pas pu se connecter à l'ENT ({entree.status_code})")
            yield navigateur
