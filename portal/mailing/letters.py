"""What a letter says: in its reader's language, and no more than what they may still read in the portal."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from urllib.parse import urlsplit

from flask import current_app, g, render_template
from flask_babel import gettext, ngettext

from portal.mailing.readers import OfTheHouse
from portal.records.notice import Letter, Notice
from portal.settings import Settings
from portal.web.frame import absolute
from portal.web.notice_words import told
from portal.wording import html_lang

MOST = 30


def compose(letter: Letter, person: OfTheHouse, notices: Sequence[Notice]) -> EmailMessage:
    """Plain text.  The names of people, products and partners stay in the portal; the letter leads there."""
    settings: Settings = current_app.config["SETTINGS"]
    with current_app.test_request_context(base_url=settings.address):
        g.language, g.actor = person.language, None
        message = EmailMessage()
        message["From"] = formataddr((gettext("Weituo"), settings.mail.sender))
        message["To"] = person.email
        message["Subject"] = _subject(notices)
        message["Date"] = format_datetime(letter.made_at)
        message["Message-ID"] = f"<{letter.id}@{urlsplit(settings.address).hostname}>"
        message["Auto-Submitted"] = "auto-generated"
        lines = [told(each) for each in notices]
        text = render_template(
            "notices/letter.txt",
            lines=lines[:MOST],
            more=len(lines) - MOST,
            all_url=absolute("notices.listing"),
            base=settings.address,
        )
        message.set_content(text)
        message["Content-Language"] = html_lang()
    return message


def _subject(notices: Sequence[Notice]) -> str:
    count = len(notices)
    if any(each.urgent for each in notices):
        urgent: str = ngettext("Weituo, urgent: %(num)s notice", "Weituo, urgent: %(num)s notices", count)
        return urgent
    words: str = ngettext("Weituo: %(num)s notice", "Weituo: %(num)s notices", count)
    return words
