"""Answers that are files."""

from __future__ import annotations

from starlette.responses import Response


def en_piece_jointe(nom: str, genre: str, octets: bytes) -> Response:
    """A file to save under `nom`, of media type `genre`."""
    return Response(octets, media_type=genre, headers={"Content-Disposition": f'attachment; filename="{nom}"'})
