"""The walls below the ORM: whatever way a row is reached, the database itself asks whose books are open."""

from portal.walls.guarding import open_books, owners_engine, verifiers_engine
from portal.walls.raising import bring_up_to_date
from portal.walls.rules import Rule, rule_of

__all__ = ["Rule", "bring_up_to_date", "open_books", "owners_engine", "rule_of", "verifiers_engine"]
