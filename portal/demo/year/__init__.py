"""A year of two registrants at one plant: one has an implantable made there, the other a class II product.

What people did stands in ``told.csv`` and in :mod:`deeds`; what they therefore owed, by when, and how it ended stands
in ``owed.csv``, written by hand from the regulation, and is compared with what the docket kept.
"""
