"""The report of a run: one HTML page for people, one JUnit XML for machines."""

from __future__ import annotations

from html import escape
from pathlib import Path
from xml.sax.saxutils import quoteattr

from rentree.conformite.catalogue import LIBELLES, Bilan, Verdict

HTML, JUNIT = "conformite.html", "conformite.xml"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1e1e1e}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #ccc;"
    "vertical-align:top}.reussi{color:#18753c}.echoue{color:#b3242b}.averti{color:#8a4b00}.sans_objet{color:#555}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f4;padding:.6rem}td:first-child{white-space:nowrap}"
    "code,td{overflow-wrap:anywhere}"
    "@media(max-width:45rem){thead{display:none}tr,td{display:block}td{border:0}tr{border-bottom:1px solid #ccc}}"
)


def ecrire(bilan: Bilan, dossier: Path) -> tuple[Path, Path]:
    """Write both in a folder; their paths."""
    dossier.mkdir(parents=True, exist_ok=True)
    page, junit = dossier / HTML, dossier / JUNIT
    page.write_text(en_html(bilan), encoding="utf-8")
    junit.write_text(en_junit(bilan), encoding="utf-8")
    return page, junit


def phrase(bilan: Bilan) -> str:
    """The result in one sentence."""
    n = bilan.combien
    comptes = f"{n('reussi')} réussis, {n('averti')} à revoir, {n('echoue')} échecs, {n('sans_objet')} sans objet"
    return f"{'Aucun échec' if bilan.conforme else 'Non conforme'} : {comptes}, sur {len(bilan.verdicts)} cas."


def en_html(bilan: Bilan) -> str:
    """One page, whole: no style, script or image from elsewhere."""
    titre = f"Conformité {bilan.protocole.upper()}"
    lignes = "".join(_ligne(v) for v in bilan.verdicts)
    return (
        f'<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(titre)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(titre)}</h1>\n<p>Logiciel : <code>{escape(bilan.cible)}</code>. "
        f"<strong>{escape(phrase(bilan))}</strong></p>\n"
        "<p>Joué par Rentrée avec des établissements et des personnes inventés.</p>\n"
        "<table>\n<thead><tr><th>Cas</th><th>Ce qui est attendu</th><th>Constat</th></tr></thead>\n"
        f"<tbody>\n{lignes}</tbody>\n</table>\n</body>\n</html>\n"
    )


def _ligne(v: Verdict) -> str:
    faute = f"<br>Faute : <code>{escape(v.faute)}</code>" if v.faute else ""
    echanges = "".join(f"<pre>{escape(x)}</pre>" for x in v.echanges)
    details = f"<details><summary>Échanges</summary>{echanges}</details>" if echanges else ""
    return (
        f'<tr><td>{escape(v.code)}<br><strong class="{v.etat}">{LIBELLES[v.etat]}</strong></td>'
        f"<td><strong>{escape(v.titre)}</strong><br>{escape(v.pourquoi)}{faute}</td>"
        f"<td>{escape(v.constat)}{details}</td></tr>\n"
    )


def en_junit(bilan: Bilan) -> str:
    """JUnit XML: an « à revoir » succeeds, and says so in system-out."""
    n = bilan.combien
    cas = "".join(_cas(v, bilan.protocole) for v in bilan.verdicts)
    duree = sum(v.duree for v in bilan.verdicts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites><testsuite name={quoteattr('rentree.conformite.' + bilan.protocole)}"
        f' tests="{len(bilan.verdicts)}" failures="{n("echoue")}" errors="0" skipped="{n("sans_objet")}"'
        f' time="{duree:.2f}">\n{cas}</testsuite></testsuites>\n'
    )


def _cas(v: Verdict, protocole: str) -> str:
    nom, dit = quoteattr(f"{v.code} {v.titre}"), quoteattr(v.constat)
    interieur = {
        "echoue": f"<failure message={dit}/>",
        "sans_objet": f"<skipped message={dit}/>",
        "averti": f"<system-out>{escape('À revoir : ' + v.constat, quote=False)}</system-out>",
    }.get(v.etat, "")
    return f'<testcase classname="rentree.{protocole}" name={nom} time="{v.duree:.2f}">{interieur}</testcase>\n'
