"""What a file is called: in the books, and to the browser that takes it."""

import re
import unicodedata
from urllib.parse import quote

# Control characters, paths, and every mark that turns the direction of writing or cannot be seen.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_NOT_ASCII = re.compile(r"[^\x20-\x7e]|[%;\\\"]")
_KEPT_AS_IT_IS = "!#$&+-.^_`|~"  # RFC 8187 attr-char, besides letters and digits


def clean_name(name: str) -> str:
    """The name without paths, control or direction marks; 120 characters at most."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Composed at the end: what stood between a letter and its mark may just have gone.
    return unicodedata.normalize("NFC", _UNSAFE.sub("", last)).strip(" .")[-120:].lstrip(" .")


def attachment(name: str) -> str:
    """The Content-Disposition (RFC 6266) under which a file of this name is handed out, in ASCII and in full."""
    clean = clean_name(name) or "file"
    in_ascii = _NOT_ASCII.sub("_", clean)
    return f"attachment; filename=\"{in_ascii}\"; filename*=UTF-8''{quote(clean, safe=_KEPT_AS_IT_IS)}"
