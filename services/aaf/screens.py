"""The pages of the AAF."""

from __future__ import annotations

from fastapi import APIRouter

routeur = APIRouter(include_in_schema=False)
