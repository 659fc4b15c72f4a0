"""Archives: ours are the same bytes for the same input, the others are read without being extracted."""

from __future__ import annotations

import io
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from shared.security.archives import LimitesZip, ZipRefuse, open_zip, write_targz, write_zip

QUAND = datetime(2025, 9, 2, 5, 0, 7, tzinfo=UTC)


def zip_de(membres: list[tuple[str, bytes | Path]]) -> bytes:
    sortie = io.BytesIO()
    write_zip(sortie, membres, QUAND)
    return sortie.getvalue()


def test_zip_relu(tmp_path: Path) -> None:
    """What is written is read back: names, order, contents from bytes or from a file, and dates of the clock."""
    gros = tmp_path / "gros"
    gros.write_bytes(bytes(range(256)) * 3000)
    octets = zip_de([("b/é.xml", b"<R/>"), ("a.xml", gros)])
    with open_zip(octets, "essai.zip") as archive:
        assert [m.nom for m in archive] == ["b/é.xml", "a.xml"]
        assert [m.base for m in archive] == ["é.xml", "a.xml"]
        assert archive[1].taille == 768_000
        with archive[1].open() as flux:
            assert flux.read() == gros.read_bytes()
    with zipfile.ZipFile(io.BytesIO(octets)) as archive_std:
        assert archive_std.testzip() is None
        assert {i.date_time for i in archive_std.infolist()} == {(2025, 9, 2, 5, 0, 6)}


@pytest.mark.parametrize("ecrire", [write_zip, write_targz])
def test_archives_deterministes(ecrire: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same members and date give the same bytes: no clock, user, time zone or file date in them."""
    fichier = tmp_path / "x"
    fichier.write_bytes(b"contenu")
    sorties = []
    for zone, mode in (("Europe/Paris", 0o600), ("Pacific/Noumea", 0o644)):
        monkeypatch.setenv("TZ", zone)
        fichier.chmod(mode)
        sortie = io.BytesIO()
        ecrire(sortie, [("a.xml", b"<R/>"), ("b.xml", fichier)], QUAND)  # type: ignore[operator]
        sorties.append(sortie.getvalue())
    assert sorties[0] == sorties[1]


def test_targz_relu() -> None:
    """A tar.gz holds the members in order, owned by nobody, dated by the instant whatever its time zone."""
    sorties = []
    for quand in (QUAND, QUAND.astimezone(timezone(timedelta(hours=11))), QUAND.replace(tzinfo=None)):
        sortie = io.BytesIO()
        write_targz(sortie, [("d/a.xml", b"<R/>"), ("b.xml", b"")], quand)
        sorties.append(sortie.getvalue())
    assert sorties[0] == sorties[1] == sorties[2]
    with tarfile.open(fileobj=io.BytesIO(sorties[0])) as archive:
        membres = archive.getmembers()
        assert [(m.name, m.size, m.uid, m.uname) for m in membres] == [("d/a.xml", 4, 0, ""), ("b.xml", 0, 0, "")]
        assert {m.mtime for m in membres} == {QUAND.timestamp()}


def test_noms_toleres() -> None:
    """Folders and the leftovers of macOS are not members; Windows separators become slashes."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom in ("d/", "d\\a.xml", "__MACOSX/d/._a.xml"):
            archive.writestr(nom, b"<R/>" if not nom.endswith("/") else b"")
    with open_zip(sortie.getvalue(), "essai.zip") as lue:
        assert [m.nom for m in lue] == ["d/a.xml"]


def test_zip_imbrique_sur_demande() -> None:
    """A nested archive is a member like another for those who ask for it."""
    octets = zip_de([("dedans.zip", zip_de([("a.xml", b"<R/>")]))])
    with open_zip(octets, "essai.zip", LimitesZip(zip_imbrique=True)) as archive:
        assert [m.nom for m in archive] == ["dedans.zip"]


@pytest.mark.parametrize(
    ("limites", "code"),
    [
        (LimitesZip(max_membres=1), "ZIP_TROP_DE_MEMBRES"),
        (LimitesZip(max_membre=5), "ZIP_TROP_GROS"),
        (LimitesZip(max_total=9), "ZIP_TROP_GROS"),
    ],
)
def test_limites_reglables(limites: LimitesZip, code: str) -> None:
    """Each limit can be set, and refuses just beyond it."""
    octets = zip_de([("a.xml", b"<R/>"), ("b.xml", b"<RRR/>")])
    with open_zip(octets, "essai.zip", LimitesZip(max_membres=2, max_membre=6, max_total=10)) as archive:
        assert len(archive) == 2
    with pytest.raises(ZipRefuse) as refus:
        open_zip(octets, "essai.zip", limites)
    assert refus.value.code == code


def test_contenu_abime_refuse_a_la_lecture() -> None:
    """A content that does not match its checksum is refused when it is read, naming the member."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xml", b"<a/>" * 50_000 + b"<bonjour/>")
    octets = sortie.getvalue().replace(b"<bonjour/>", b"<bonsoir/>")
    with open_zip(octets, "essai.zip") as lue, lue[0].open() as flux, pytest.raises(ZipRefuse) as refus:
        flux.read()
    assert (refus.value.code, refus.value.lieu.element) == ("ZIP_ILLISIBLE", "a.xml")


def test_flux_de_l_appelant_laisse_ouvert(tmp_path: Path) -> None:
    """Closing the archive closes the file it opened, not a stream that was lent."""
    flux = io.BytesIO(zip_de([("a.xml", b"<R/>")]))
    with open_zip(flux, "essai.zip"):
        pass
    assert not flux.closed
    chemin = tmp_path / "essai.zip"
    chemin.write_bytes(flux.getvalue())
    archive = open_zip(chemin, "essai.zip")
    archive.close()
    with pytest.raises(ValueError, match="closed"):
        archive[0].open()
