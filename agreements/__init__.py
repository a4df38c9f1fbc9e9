"""Who may make what for whom, and who owes what by when: pure rules over dated regulatory data.

Nothing here imports Flask or SQLAlchemy.  Every rule names its :class:`workflows.engine.Source`; every table lives in
``agreements/data`` beside the place where it was read.
"""
