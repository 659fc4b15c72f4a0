"""Where a base is found: `/<UAI>/<année>`, and `/<UAI>/copie/<année>` for its copy (EDT-30)."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor

from services.edt import rules


class _CodeDeBase(Convertor[str]):
    """A UAI, or a UAI and « copie »: what `BaseEdt.uai` holds. The UAI stays a segment of its own in the address."""

    regex = f"[^/]+(?:{rules.COPIE})?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("base", _CodeDeBase())

PAGES = "/{uai:base}/{annee:int}"
API = "/etablissements/{uai:base}/bases/{annee}"
