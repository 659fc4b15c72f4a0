"""The timetable software's pages."""

from __future__ import annotations

from fastapi import APIRouter

routeur = APIRouter(include_in_schema=False)
