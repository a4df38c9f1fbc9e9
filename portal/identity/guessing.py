"""What anybody would try first.  Made here from the habits behind it, not taken from what was stolen."""

import functools
from collections.abc import Iterator
from pathlib import Path

# Along the keys of a keyboard, the alphabet and the digits; each is walked both ways.
LINES = (
    "12345678901234567890",
    "qwertyuiop",
    "qwertyuiopasdfghjklzxcvbnm",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "!qaz@wsx#edc$rfv%tgb^yhn&ujm*ik(ol)p",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "a1b2c3d4e5f6g7h8i9j0",
    "!@#$%^&*()",
    "abcdefghijklmnopqrstuvwxyz",
    "abc123abc123",
    "147258369",
    "159357",
    "741852963",
)
# What people write when they are asked for a password: greetings, offices, sweethearts, the thing itself; zh and en.
WORDS = frozenset(
    """
    password passw0rd p@ssword p@ssw0rd pass word mypassword secret mysecret key login logon signin user username guest
    root admin admin1 administrator master manager system server service test testing demo default changeme change
    letmein welcome hello helloworld open access enter company office quality release batch device medical registrant
    manufacturer inspector produce production iloveyou loveyou love lover forever baby angel sunshine princess prince
    dragon monkey tiger horse shadow football baseball basketball superman batman computer internet summer winter
    spring autumn monday friday january my the this that new is not only our me it and or to be you are we i
    woaini woaiwojia wodemima mima wode woshi nihao zhongguo beijing shanghai guangzhou shenzhen gongsi zhiliang
    shengchan yiliao qixie zhuce weituo jiandu fangxing guanliyuan laopo laogong baobei tiancai 520 1314 5201314 521
    666 888 168 密码 口令 我的密码 管理员 我爱你 我爱中国 中国 你好 公司 质量 委托 放行 测试 登录 一二三四五六七八九十
    """.split()  # noqa: SIM905  a block of words reads better than two hundred quoted ones
)
PHRASES = frozenset(
    """
    correcthorsebatterystaple thisismypassword thisisapassword thisisasecret nobodywillguess tobeornottobe
    thequickbrownfox thequickbrownfoxjumpsoverthelazydog onetwothreefourfive iloveyouforever openthedoorplease
    """.split()  # noqa: SIM905
)
YEARS = range(1940, 2040)
MOST_PIECES = 3
SHORTEST_WALK, LONGEST_PIECE = 3, 40


def folded(text: str) -> str:
    """Without case, spaces and the marks people put between words."""
    return "".join(each for each in text.casefold() if not each.isspace() and each not in "-_.,+")


def is_guessable(password: str, list_file: Path | None = None) -> bool:
    """Whether it is a common phrase, one piece over and over, or no more than a few common pieces put together."""
    text = folded(password)
    unit = _unit(text)
    if not text or len(unit) < 6 or unit in PHRASES:
        return True
    known = _listed(list_file) if list_file else frozenset()
    return text in known or unit in known or text.rstrip("0123456789!?") in known or _pieces(unit) <= MOST_PIECES


def _unit(text: str) -> str:
    """The shortest beginning which, over and over, gives the whole."""
    return next(
        (text[:size] for size in range(1, len(text) // 2 + 1) if (text[:size] * len(text))[: len(text)] == text), text
    )


def _pieces(text: str) -> int:
    """How few common pieces make the whole; more than it has letters when there are none."""
    never = len(text) + 1
    fewest = [0] + [never] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - LONGEST_PIECE), end):
            if fewest[start] + 1 < fewest[end] and _is_common(text[start:end]):
                fewest[end] = fewest[start] + 1
    return fewest[-1]


def _is_common(piece: str) -> bool:
    if piece in WORDS or len(set(piece)) == 1:
        return True
    if piece.isascii() and piece.isdigit() and len(piece) in {4, 6, 8} and int(piece[:4]) in YEARS:
        return len(piece) == 4 or _is_day(piece)
    return len(piece) >= SHORTEST_WALK and any(piece in line for line in _both_ways())


def _is_day(digits: str) -> bool:
    month, day = digits[4:6], digits[6:8] or "01"
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


@functools.cache
def _both_ways() -> tuple[str, ...]:
    return (*LINES, *(line[::-1] for line in LINES))


@functools.cache
def _listed(list_file: Path) -> frozenset[str]:
    def lines() -> Iterator[str]:
        with list_file.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                yield folded(line)

    return frozenset(filter(None, lines()))
