"""Small worlds described by whoever tests: made of the national files, given to the applications that run."""

from __future__ import annotations
