"""Depositing files by SFTP, and a drop that receives them. asyncssh is imported where it is first wanted.

`client` deposits; `serveur` is a drop.
"""
