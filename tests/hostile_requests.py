"""What no honest browser sends, for the tests that see it refused and the bench that times it."""

FORM = "application/x-www-form-urlencoded"
BODIES = {
    "many keys": b"&".join(b"k%d=" % at for at in range(200_000)),
    "one key": b"a" * 2_000_000,
    "percent signs": b"%" * 2_000_000,
    "a long token": b"csrf_token=" + b"." * 1_900_000,
    "empty pairs": b"=&" * 900_000,
}
HEADERS = ("Cookie", "X-Forwarded-For", "Accept-Language", "Sec-Fetch-Site", "User-Agent")
VALUES = ("x" * 100_000, "," * 50_000, ";q=" * 30_000, "a=b; " * 20_000, "\x80\xff" * 1000)
PASSWORDS = ("12" * 64, "ab" * 63 + "x", "password" * 15 + "x", "a" * 127 + "b", "my" * 60 + "q")
