"""The least that a page with one indexed lookup can be, in the same server: no walls, no session, no words.

As shared/bench/flask_raw.py has it: Flask, SQLAlchemy, one statement.  ``BARE_URL`` is the database.
"""

import os
from typing import Any

from flask import Flask, jsonify, render_template
from sqlalchemy import create_engine, text

PAGE = "<!doctype html><title>{{ row.code }}</title><h1>{{ row.code }}</h1><p>{{ row.id }}</p>"
ONE = text("SELECT n.id, n.code, m.activity FROM node n LEFT JOIN movement m ON m.node = n.id WHERE n.code = :it")
MANY = text("SELECT id, number, state, product_name FROM batch WHERE number > :it ORDER BY number LIMIT 25")


def bare(url: str) -> Flask:
    app, engine = Flask("bare"), create_engine(url, pool_size=8)
    page = app.jinja_env.from_string(PAGE)

    @app.get("/one/<it>")
    def one(it: str) -> str:
        with engine.connect() as connection:
            return render_template(page, row=connection.execute(ONE, {"it": it}).first())

    @app.get("/many/<it>")
    def many(it: str) -> Any:
        with engine.connect() as connection:
            rows = connection.execute(MANY, {"it": it}).all()
        return jsonify([[str(each) for each in row] for row in rows])

    return app


def app() -> Flask:
    return bare(os.environ["BARE_URL"])
