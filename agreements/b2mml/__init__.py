"""Batch and lot documents of production systems (B2MML of ISA-95, V6 and V7): read as acts, with the place of each."""

from agreements.b2mml.documents import is_document
from agreements.b2mml.telling import told_in

__all__ = ["is_document", "told_in"]
