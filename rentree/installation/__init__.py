"""Putting an installation together: its database, its services, its worker."""
