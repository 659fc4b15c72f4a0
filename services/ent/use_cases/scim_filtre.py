"""The filters of SCIM as conditions on the register, and what SCIM refuses.

Source: RFC 7644 §3.4.2.2 and §3.12.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from scim2_models import Context, Error
from scim2_models.path import (
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
)

from services.ent.rules import scim as rules
from shared.contracts.refus import Refus


class RefusScim(Refus):
    """What SCIM refuses. `genre`: its scimType, "" for none."""

    def __init__(self, phrase: str, statut: int, genre: str = "", remede: str = "") -> None:
        super().__init__(phrase, code=genre.upper() or f"SCIM_{statut}", statut=statut, remede=remede)
        self.genre = genre

    def corps(self) -> dict[str, Any]:
        """As RFC 7644 §3.12 says it."""
        dit = " ".join(x for x in (self.phrase, self.remede) if x)
        erreur = Error(status=self.statut, scim_type=self.genre or None, detail=dit)
        return erreur.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def _champ(nom: str) -> str:
    return f"(CAST(f.v1p1 AS json) ->> '{nom}')"


_SQL = {
    "id": "f.sourced_id",
    "username": _champ("username"),
    "externalid": _champ("identifier"),
    "displayname": f"({_champ('givenName')} || ' ' || {_champ('familyName')})",
    "name.formatted": f"({_champ('givenName')} || ' ' || {_champ('familyName')})",
    "name.familyname": _champ("familyName"),
    "name.givenname": _champ("givenName"),
    "emails": _champ("email"),
    "emails.value": _champ("email"),
    "usertype": "f.role",
    "meta.lastmodified": "f.modifie_le",
    "active": "f.actif",
    f"{rules.EXTENSION}:user:educationusertype".lower(): (
        "(CASE f.role WHEN 'student' THEN 'student' WHEN 'teacher' THEN 'teacher' WHEN 'administrator' THEN 'principal'"
        " WHEN 'aide' THEN 'staff' ELSE 'parent' END)"
    ),
}
"""Attribute → the expression that it is."""
_OPERATEURS: dict[CompareOperator, str] = {
    CompareOperator.eq: "=",
    CompareOperator.gt: ">",
    CompareOperator.ge: ">=",
    CompareOperator.lt: "<",
    CompareOperator.le: "<=",
}
_EXACTS = ("id", "externalid")
_MOTIFS: dict[CompareOperator, Callable[[str, str], str]] = {
    CompareOperator.co: lambda x, v: f"strpos({x}, {v}) > 0",
    CompareOperator.sw: lambda x, v: f"starts_with({x}, {v})",
    CompareOperator.ew: lambda x, v: f"starts_with(reverse({x}), reverse({v}))",
}


class EnSql(FilterVisitor[str]):
    """A filter as a condition; its values are parameters."""

    def __init__(self) -> None:
        self.valeurs: dict[str, Any] = {}

    def visit_logical_expr(self, node: LogicalExpr) -> str:
        """Terms joined."""
        lien = " AND " if node.op == LogicalOperator.and_ else " OR "
        return "(" + lien.join(self.visit(t) for t in node.terms) + ")"

    def visit_not(self, node: Not) -> str:
        """The contrary."""
        return f"(NOT coalesce({self.visit(node.expr)}, false))"

    def visit_present(self, node: Present) -> str:
        """Whether there is something."""
        _, expression = self._expression(node)
        return f"coalesce(CAST({expression} AS text), '') <> ''"

    def visit_comparison(self, node: Comparison) -> str:
        """One comparison; text is compared whatever its case unless the standard says otherwise."""
        nom, expression = self._expression(node)
        cle = f"x{len(self.valeurs)}"
        valeur: Any = node.value
        if nom == "active":
            if not isinstance(valeur, bool) or node.op not in (CompareOperator.eq, CompareOperator.ne):
                raise RefusScim("« active » se compare par eq ou ne à true ou false.", 400, "invalidFilter")
        elif nom == "meta.lastmodified":
            valeur = _date(valeur)
        elif not isinstance(valeur, str):
            raise RefusScim(f"« {node.attr_path} » se compare à un texte.", 400, "invalidFilter")
        elif nom not in _EXACTS:
            expression, valeur = f"lower({expression})", valeur.lower()
        self.valeurs[cle] = valeur
        if node.op == CompareOperator.ne:
            return f"({expression} IS DISTINCT FROM :{cle})"
        if node.op in _MOTIFS:
            return _MOTIFS[node.op](expression, f":{cle}")
        return f"{expression} {_OPERATEURS[node.op]} :{cle}"

    def visit_value_path(self, node: ValuePath) -> str:
        """Not said of anything here."""
        raise RefusScim("Une sélection entre crochets ne filtre rien ici.", 400, "invalidFilter")

    @staticmethod
    def _expression(node: Comparison | Present) -> tuple[str, str]:
        chemin = node.attr_path
        nom = f"{chemin.attr}.{chemin.sub_attr}" if chemin.sub_attr else chemin.attr
        if chemin.uri and "extension" in chemin.uri.lower():
            nom = f"{chemin.uri}:{nom}"
        nom = nom.lower()
        if nom not in _SQL:
            raise RefusScim(f"« {chemin} » ne filtre rien ici.", 400, "invalidFilter", f"Filtrent : {', '.join(_SQL)}.")
        return nom, _SQL[nom]


def _date(valeur: object) -> datetime:
    try:
        lue = datetime.fromisoformat(str(valeur))
    except ValueError:
        raise RefusScim(f"« {str(valeur)[:40]} » n'est pas une date.", 400, "invalidFilter") from None
    return lue if lue.tzinfo else lue.replace(tzinfo=UTC)
