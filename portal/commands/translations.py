"""Keep the Chinese catalogue in step with the sentences in code and templates."""

import io
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "portal" / "translations" / "babel.cfg"
CATALOGUE = ROOT / "portal" / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "_l": None, "lazy_gettext": None}
# A fixed moment instead of now: the same sentences give the same bytes, on every machine.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = r"""# The Chinese of Weituo.  English, the source language, is in the code and in the templates.
msgid ""
msgstr ""
"Language: zh_Hans_CN\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""


@click.group("translations")
def translations() -> None:
    """Collect and compile the sentences of both languages."""


@translations.command("extract")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the catalogue is behind.")
def extract(check: bool) -> None:
    """Bring the Chinese catalogue up to date: new sentences empty, kept ones kept, gone ones dropped."""
    catalogue = _read()
    content = as_po(collected(catalogue))
    if check and (not CATALOGUE.exists() or content != CATALOGUE.read_text("utf-8")):
        raise click.ClickException("The catalogue is behind the code: run `portal translations extract`.")
    if not check:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(content, "utf-8")
    _report(_read())


@translations.command("compile")
def compile_() -> None:
    """Write the catalogue as the .mo that pages read; exits 1 if a translation has lost one of its values."""
    catalogue = _read()
    wrong = [f"{message.id!r}: {error}" for message, errors in catalogue.check() for error in errors]
    if wrong:
        raise click.ClickException("\n".join(wrong))
    CATALOGUE.with_suffix(".mo").write_bytes(as_mo(catalogue))
    _report(catalogue)


def collected(known: Catalog) -> Catalog:
    """Return every sentence now in the code, each with the translation that ``known`` has for it."""
    with MAPPING.open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    fresh = Catalog(locale="zh_Hans_CN", charset="utf-8")
    found = extract_from_dir(ROOT, method_map=methods, options_map=options, keywords=KEYWORDS, strip_comment_tags=True)
    for _file, _line, sentence, _comments, context in found:
        before = known.get(sentence if isinstance(sentence, str) else sentence[0], context)
        fresh.add(sentence, _kept(before, sentence), context=context)
    return fresh


def is_compiled() -> bool:
    """Whether the .mo that pages read is exactly what the kept sentences compile to."""
    compiled = CATALOGUE.with_suffix(".mo")
    return compiled.exists() and compiled.read_bytes() == as_mo(_read())


def as_po(catalogue: Catalog) -> str:
    """Write ``catalogue`` without places, dates or names, so that only sentences make a difference."""
    written = io.BytesIO()
    write_po(written, catalogue, width=116, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER + written.getvalue().decode("utf-8").lstrip("\n")


def as_mo(catalogue: Catalog) -> bytes:
    catalogue.creation_date = catalogue.revision_date = NEVER
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def _read() -> Catalog:
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans_CN", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN", charset="utf-8")


def _kept(before: Message | None, sentence: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if before is None or before.id != sentence or not before.string:
        return "" if isinstance(sentence, str) else ("",)
    return tuple(before.string) if isinstance(before.string, list) else before.string


def _report(catalogue: Catalog) -> None:
    sentences = [message for message in catalogue if message.id]
    missing = sum(1 for message in sentences if not _translated(message))
    click.echo(f"{len(sentences)} sentences, {missing} without Chinese")


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, list | tuple) else bool(message.string)
