"""Which passwords are too easy to guess, however long they are."""

from collections.abc import Iterable

from workflows.words import N_, Said

SHORTEST, LONGEST = 15, 128

# What people type when they are told that it must be long.  Compared without case and spaces.
COMMON = frozenset(
    """
    123456789012345 1234567890123456 12345678901234567890 123456789123456 123456789123456789 0123456789012345
    012345678901234 987654321098765 9876543210987654321 111222333444555 112233445566778 1q2w3e4r5t6y7u8i9o0p
    1qaz2wsx3edc4rfv 1qaz2wsx3edc4rfv5tgb qazwsxedcrfvtgb qazwsxedcrfvtgbyhnujm zaq12wsxcde34rfv
    zaq1xsw2cde3vfr4 qwertyuiopasdfgh qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm qwertyuiop12345
    qwertyuiop123456 qwertyuiop1234567890 asdfghjklzxcvbnm zxcvbnmasdfghjkl abcdefghijklmno abcdefghijklmnop
    abcdefghijklmnopqrstuvwxyz abcdefg12345678 abcdefgh12345678 abcd1234abcd1234 abc123abc123abc123
    a1b2c3d4e5f6g7h8 aa123456aa123456 passwordpassword passwordpassword1 password12345678 password123456789
    password1234567890 password123password password1password1 mypassword123456 mysecretpassword thisismypassword
    thisisapassword thispasswordissecret newpassword12345 changemechangeme changeme12345678 administrator123
    administratoradministrator adminadminadmin admin1234567890 adminadmin123456 welcomewelcome1 welcome123456789
    letmeinletmein1 letmeinletmein123 iloveyouiloveyou iloveyou12345678 iloveyou123456789 woaini1314woaini
    woaini5201314520 woaini1314520520 woaini123456789 wodemima12345678 correcthorsebatterystaple
    trustno1trustno1 monkeymonkeymonkey dragondragondragon sunshinesunshine princessprincess footballfootball
    baseballbaseball supermansuperman computercomputer internetinternet onetwothreefour nevergonnagiveyouup
    maytheforcebewithyou thatisthequestion tobeornottobethatisthequestion
    """.split()  # noqa: SIM905  a block of words reads better than sixty quoted ones
)


def password_problem(password: str, about: Iterable[str]) -> Said | None:
    """What is wrong with a password, or None.  ``about`` are names and addresses that must not be part of it."""
    if len(password) < SHORTEST:
        return Said(
            N_("It has %(length)s characters; at least %(shortest)s are needed."),
            {"length": len(password), "shortest": SHORTEST},
        )
    if len(password) > LONGEST:
        return Said(N_("It is longer than %(longest)s characters."), {"longest": LONGEST})
    folded = _folded(password)
    if folded in COMMON or _repeats(folded):
        return Said(N_("This is among the first that anybody would try; choose another one."))
    if any(word in folded for word in _telling(about)):
        return Said(N_("It must hold neither your e-mail address nor a name of yours or of your organisation."))
    return None


def _telling(about: Iterable[str]) -> Iterable[str]:
    for text in about:
        yield from (word for word in (_folded(text), _folded(text).partition("@")[0]) if len(word) >= 4)


def _repeats(folded: str) -> bool:
    """Whether it is one short piece over and over."""
    return any(folded == (folded[:size] * len(folded))[: len(folded)] for size in range(1, 6))


def _folded(text: str) -> str:
    return "".join(text.casefold().split())
