"""Bacs: creating from the template, copying, restoring, dropping, and their register in the control database.

Source: architecture, "Storage": a bac is one whole chain, one database, created from a template database,
copied for a snapshot, dropped at the end. Copying wants no open connection on the source: services are asked to let
go, and whoever is left is fenced off and cut while the copy lasts.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from msgspec.structs import replace
from psycopg import sql

from shared.contracts.refus import Inconnu, Refus
from shared.horloge.profils import ProfilAcademique
from shared.persistence.acces import BASE_CONTROLE, SERVICES, AccesBase, base_bac
from shared.persistence.bases import BaseInjoignable
from shared.persistence.fichiers import MagasinFichiers
from shared.persistence.menage import Balayage, balayer, oublier_depots
from shared.persistence.registre_bacs import BacEnregistre, Instantane

NOM_VALIDE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
INSTANTANES_GARDES = 8
ATTENTE_SERVEUR = 30.0
"""Seconds that a server which fell during a copy is waited for, to lift the fence."""

TABLES_GROSSIES = """
SELECT n.nspname, c.relname, ARRAY(
    SELECT a.attname::text FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid <> 'jsonb'::regtype
    ORDER BY a.attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = ANY(%s)
  AND pg_relation_size(c.oid) > 1.3 * greatest(c.relpages, 0) * current_setting('block_size')::bigint
ORDER BY n.nspname, c.relname
"""
"""Tables whose file is a third larger than when they were last looked at, and their columns but for the documents:
nobody looks for a row by them, and to sample them is to read them whole."""


def _base_retour(nom: str) -> str:
    """The database where a restoration is made ready, before it takes the bac's place."""
    return f"retour_{nom}"


class GestionBacs:
    """The register and the databases of the bacs.

    Arguments: `acces`, the role that owns the bacs; `lacher(bac)`, which asks every service to close its
    connections on that bac (best effort: those left are cut); `racine`, RENTREE_HOME, where a bac's drop folders are.
    """

    def __init__(
        self, acces: AccesBase, lacher: Callable[[str], None] = lambda bac: None, racine: Path | None = None
    ) -> None:
        self.acces = acces
        self._lacher = lacher
        self._racine = racine

    @contextmanager
    def _controle(self) -> Iterator[psycopg.Connection]:
        try:
            with psycopg.connect(self.acces.conninfo(BASE_CONTROLE), autocommit=True, connect_timeout=5) as connexion:
                yield connexion
        except psycopg.OperationalError as erreur:
            raise BaseInjoignable(
                "La base de données de Rentrée ne répond pas.",
                remede="Démarrez l'installation : rentree up. Avec votre serveur, vérifiez RENTREE_DATABASE_URL.",
            ) from erreur

    def creer(
        self,
        nom: str,
        *,
        profil: ProfilAcademique,
        graine: int,
        depart: datetime,
        donnees_reelles: bool = False,
    ) -> BacEnregistre:
        """Create a bac whose clock stands at `depart` (aware). Raises `Refus` NOM_DE_BAC, BAC_EXISTE."""
        self._verifier_nom(nom)
        with self._controle() as c, self._exclusion(c, nom):  # two who ask for one name: the second is refused
            self._verifier_libre(c, nom)
            modele = self._modele(c)
            generation = self._generation(c)
            self._supprimer_base(c, base_bac(nom))  # left by a killed creation: no register line speaks of it
            self._copier(c, modele, base_bac(nom))
            self._poser_horloge(nom, generation, graine, profil, depart, donnees_reelles)
            fait = BacEnregistre(nom, generation, graine, profil, depart, donnees_reelles)
            self._inscrire(c, fait)
        return fait

    def cloner(self, nom: str, source: str, numero: int | None = None) -> BacEnregistre:
        """Create a bac as a snapshot of another was (the latest when `numero` is None): its people, its clock.

        The snapshot is nobody's: as many as wanted are made of it at the same time. Raises `Refus` NOM_DE_BAC,
        BAC_EXISTE, `Inconnu` BAC_INCONNU, INSTANTANE_INCONNU.
        """
        self._verifier_nom(nom)
        with self._controle() as c, self._exclusion(c, nom):
            self._verifier_libre(c, nom)
            modele = self._trouver(c, source)
            copie = self._choisir(self._instantanes(c, source), source, numero)
            generation = self._generation(c)
            self._supprimer_base(c, base_bac(nom))
            self._copier(c, copie.base, base_bac(nom))
            with psycopg.connect(self.acces.conninfo(base_bac(nom))) as b:
                b.execute(
                    "UPDATE sim.horloge SET bac = %s, generation = %s, etat = 'ready', cible = NULL", [nom, generation]
                )
            fait = replace(modele, nom=nom, generation=generation)
            self._inscrire(c, fait)
        return fait

    @staticmethod
    def _verifier_nom(nom: str) -> None:
        if not NOM_VALIDE.match(nom):
            raise Refus(
                f"« {nom} » ne peut pas être le nom d'un bac.",
                code="NOM_DE_BAC",
                remede="Une lettre minuscule, puis des minuscules, des chiffres ou « _ », 40 caractères au plus.",
            )

    @staticmethod
    def _verifier_libre(c: psycopg.Connection, nom: str) -> None:
        if c.execute("SELECT 1 FROM bac WHERE nom = %s", [nom]).fetchone():
            raise Refus(
                f"Le bac « {nom} » existe déjà.",
                code="BAC_EXISTE",
                statut=409,
                remede="Choisissez un autre nom, ou supprimez-le : rentree bac drop.",
            )

    @staticmethod
    def _inscrire(c: psycopg.Connection, b: BacEnregistre) -> None:
        c.execute(
            "INSERT INTO bac VALUES (%s, %s, %s, %s, %s, %s)",
            [b.nom, b.generation, b.graine, b.profil.model_dump_json(), b.depart, b.donnees_reelles],
        )

    def lister(self) -> list[BacEnregistre]:
        """Every bac, by name."""
        with self._controle() as c:
            return self._lister(c)

    def trouver(self, nom: str) -> BacEnregistre:
        """One bac. Raises `Inconnu` BAC_INCONNU."""
        with self._controle() as c:
            return self._trouver(c, nom)

    @staticmethod
    def _lister(c: psycopg.Connection) -> list[BacEnregistre]:
        lignes = c.execute(
            "SELECT nom, generation, graine, profil, depart, donnees_reelles FROM bac ORDER BY nom"
        ).fetchall()
        return [BacEnregistre(n, g, s, ProfilAcademique.model_validate(p), d, r) for n, g, s, p, d, r in lignes]

    def _trouver(self, c: psycopg.Connection, nom: str) -> BacEnregistre:
        for bac in self._lister(c):
            if bac.nom == nom:
                return bac
        raise Inconnu(
            f"Le bac « {nom} » n'existe pas.",
            code="BAC_INCONNU",
            remede="La liste des bacs : rentree bac list.",
        )

    def supprimer(self, nom: str) -> None:
        """Drop a bac, its snapshots, its drop folders."""
        self.trouver(nom)
        self._lacher(nom)
        with self._controle() as c:
            for instantane in self._instantanes(c, nom):
                self._supprimer_base(c, instantane.base)
            self._supprimer_base(c, _base_retour(nom))
            self._supprimer_base(c, base_bac(nom))
            c.execute("DELETE FROM bac WHERE nom = %s", [nom])
        if self._racine is not None:
            oublier_depots(self._racine, nom)

    def balayer(self, fichiers: MagasinFichiers) -> Balayage:
        """Delete the files that no bac nor snapshot names any more. Raises `Refus` BASE_OCCUPEE."""
        with self._controle() as c:
            bases = [base_bac(b.nom) for b in self._lister(c)]
            bases += [base for (base,) in c.execute("SELECT 'copie_' || bac || '_' || numero FROM instantane")]
        return balayer({base: self.acces.conninfo(base) for base in bases}, fichiers)

    def instantanes(self, nom: str) -> list[Instantane]:
        """The snapshots of a bac, oldest first."""
        with self._controle() as c:
            return self._instantanes(c, nom)

    def prendre_instantane(self, nom: str, libelle: str, *, automatique: bool = False) -> Instantane:
        """Copy a bac. Automatic snapshots beyond the last few are dropped, those that a user named are kept."""
        with self._controle() as c, self._exclusion(c, nom):
            self._trouver(c, nom)
            dernier = c.execute("SELECT coalesce(max(numero), 0) FROM instantane WHERE bac = %s", [nom]).fetchone()
            assert dernier is not None
            instant = self._lire_instant(nom)
            copie = Instantane(nom, int(dernier[0]) + 1, libelle, instant, automatique)
            self._supprimer_base(c, copie.base)
            with self._cloture(c, nom):
                self._copier(c, base_bac(nom), copie.base)
            c.execute(
                "INSERT INTO instantane VALUES (%s, %s, %s, %s, %s)",
                [nom, copie.numero, libelle, copie.instant, automatique],
            )
            vieux = [i for i in self._instantanes(c, nom) if i.automatique][:-INSTANTANES_GARDES]
            for ancien in vieux:
                self._supprimer_base(c, ancien.base)
                c.execute("DELETE FROM instantane WHERE bac = %s AND numero = %s", [nom, ancien.numero])
        return copie

    @contextmanager
    def statistiques(self, nom: str) -> Iterator[Callable[[], None]]:
        """How to refresh the planner's statistics of the tables that have grown since, as often as wanted in the block.

        A bac fills up in minutes, and without them a join of 2,000 rows may take a minute. A third of the usual sample
        will do: what is filled here is even.
        """
        with psycopg.connect(self.acces.conninfo(base_bac(nom)), autocommit=True, connect_timeout=5) as b:
            b.execute("SET default_statistics_target = 30")

            def rafraichir() -> None:
                for schema, table, colonnes in b.execute(TABLES_GROSSIES, [[*SERVICES, "sim"]]).fetchall():
                    noms = sql.SQL(", ").join(map(sql.Identifier, colonnes))
                    b.execute(sql.SQL("ANALYZE {} ({})").format(sql.Identifier(schema, table), noms))

            yield rafraichir

    def restaurer(self, nom: str, numero: int | None = None) -> Instantane:
        """Put a bac back as its snapshot `numero` was (the latest when None), under a new generation.

        Later snapshots stay. The copy is made ready aside, so that a killed restoration leaves the bac as it was, or
        as it must be (`reparer`). Raises `Inconnu` INSTANTANE_INCONNU.
        """
        choisi = self._choisir(self.instantanes(nom), nom, numero)
        with self._controle() as c, self._exclusion(c, nom):
            generation = self._generation(c)
            self._supprimer_base(c, _base_retour(nom))
            self._copier(c, choisi.base, _base_retour(nom))
            with psycopg.connect(self.acces.conninfo(_base_retour(nom))) as b:
                b.execute("UPDATE sim.horloge SET generation = %s, etat = 'ready', cible = NULL", [generation])
            c.execute("UPDATE bac SET generation = %s WHERE nom = %s", [generation, nom])
            with self._cloture(c, nom):
                self._supprimer_base(c, base_bac(nom))
                self._renommer(c, _base_retour(nom), base_bac(nom))
        return choisi

    @staticmethod
    def _choisir(copies: Sequence[Instantane], nom: str, numero: int | None) -> Instantane:
        choisi = next((i for i in reversed(copies) if numero is None or i.numero == numero), None)
        if choisi is None:
            raise Inconnu(
                f"Le bac « {nom} » n'a pas cet instantané.",
                code="INSTANTANE_INCONNU",
                remede="Un instantané est pris avant chaque avance de l'horloge, et par rentree bac snapshot.",
            )
        return choisi

    def reparer(self, nom: str) -> None:
        """Finish what a killed process left half-done on a bac (a restoration, a fence); waits for a living one."""
        with self._controle() as c, self._exclusion(c, nom):
            base, retour = base_bac(nom), _base_retour(nom)
            lignes = c.execute("SELECT datname FROM pg_database WHERE datname = ANY(%s)", [[base, retour]]).fetchall()
            presentes = {ligne[0] for ligne in lignes}
            if retour in presentes and base not in presentes:
                self._renommer(c, retour, base)
            elif retour in presentes:
                self._supprimer_base(c, retour)
            self._rouvrir(c, nom)

    # --- inside ------------------------------------------------------------------------------------------------

    @contextmanager
    def _exclusion(self, c: psycopg.Connection, nom: str) -> Iterator[None]:
        """One at a time makes, copies or restores a bac. The lock goes with the connection of whoever is killed."""
        c.execute("SELECT pg_advisory_lock(4242, hashtext(%s))", [nom])
        yield
        c.execute("SELECT pg_advisory_unlock(4242, hashtext(%s))", [nom])

    @contextmanager
    def _cloture(self, c: psycopg.Connection, nom: str) -> Iterator[None]:
        """Nobody is connected to the bac, nor can be, in the block."""
        self._lacher(nom)
        c.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(base_bac(nom))))
        try:
            self._couper(c, base_bac(nom))
            yield
        finally:
            self._rouvrir_malgre_tout(c, nom)

    @staticmethod
    def _instantanes(c: psycopg.Connection, nom: str) -> list[Instantane]:
        lignes = c.execute(
            "SELECT bac, numero, libelle, instant, automatique FROM instantane WHERE bac = %s ORDER BY numero", [nom]
        ).fetchall()
        return [Instantane(*ligne) for ligne in lignes]

    @staticmethod
    def _couper(c: psycopg.Connection, base: str) -> None:
        """End every connection, then wait for all (asking one by one to wait costs 100 ms each).

        Autovacuum's workers have no user, and only a superuser may end them: copying or dropping a base does it.
        """
        clients = "FROM pg_stat_activity WHERE datname = %s AND usesysid IS NOT NULL"
        c.execute(f"SELECT pg_terminate_backend(pid) {clients}", [base])
        limite = time.monotonic() + 5
        while time.monotonic() < limite:
            if not c.execute(f"SELECT 1 {clients}", [base]).fetchone():
                return
            time.sleep(0.002)

    def _rouvrir_malgre_tout(self, c: psycopg.Connection, nom: str) -> None:
        """Lift the fence, even if the server fell in between: nobody else would."""
        try:
            self._rouvrir(c, nom)
        except psycopg.OperationalError:
            limite = time.monotonic() + ATTENTE_SERVEUR
            while time.monotonic() < limite:
                try:
                    with self._controle() as autre:
                        self._rouvrir(autre, nom)
                    return
                except BaseInjoignable:
                    time.sleep(0.1)

    @staticmethod
    def _rouvrir(c: psycopg.Connection, nom: str) -> None:
        if c.execute("SELECT 1 FROM pg_database WHERE datname = %s", [base_bac(nom)]).fetchone():
            c.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(base_bac(nom))))

    @staticmethod
    def _renommer(c: psycopg.Connection, source: str, but: str) -> None:
        c.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(source), sql.Identifier(but)))

    @staticmethod
    def _copier(c: psycopg.Connection, source: str, but: str) -> None:
        """File by file where the server does not wait for its disk (the embedded one): three times as quick. On a
        server that does, that would force a checkpoint: there the copy goes through the WAL, as by default."""
        fsync = c.execute("SHOW fsync").fetchone()
        requete = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(but), sql.Identifier(source))
        if fsync == ("off",) and c.info.server_version >= 150000:
            requete += sql.SQL(" STRATEGY FILE_COPY")
        c.execute(requete)

    @staticmethod
    def _supprimer_base(c: psycopg.Connection, base: str) -> None:
        c.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(base)))

    @staticmethod
    def _generation(c: psycopg.Connection) -> int:
        ligne = c.execute("SELECT nextval('generation_bac')").fetchone()
        assert ligne is not None
        return int(ligne[0])

    @staticmethod
    def _modele(c: psycopg.Connection) -> str:
        ligne = c.execute("SELECT valeur FROM installation WHERE cle = 'modele'").fetchone()
        if ligne is None:
            raise Refus(
                "La base n'a pas été préparée : le modèle des bacs manque.",
                code="BASE_NON_PREPAREE",
                statut=503,
                remede="Lancez : rentree base preparer.",
            )
        return str(ligne[0])

    def _lire_instant(self, nom: str) -> datetime:
        with psycopg.connect(self.acces.conninfo(base_bac(nom)), connect_timeout=5) as b:
            ligne = b.execute("SELECT instant FROM sim.horloge").fetchone()
        assert ligne is not None
        instant: datetime = ligne[0]
        return instant

    def _poser_horloge(
        self,
        nom: str,
        generation: int,
        graine: int,
        profil: ProfilAcademique,
        depart: datetime,
        reelles: bool,
    ) -> None:
        with psycopg.connect(self.acces.conninfo(base_bac(nom))) as b:
            b.execute(
                "INSERT INTO sim.horloge (id, bac, generation, graine, profil, instant, rang, etat, donnees_reelles)"
                " VALUES (1, %s, %s, %s, %s, %s, -1, 'ready', %s)",
                [nom, generation, graine, json.dumps(profil.model_dump(mode="json")), depart, reelles],
            )
