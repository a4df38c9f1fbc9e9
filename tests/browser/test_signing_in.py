"""The front door: password, one-time code, the way out, the other language."""

CLERK = "hengrui/plant-clerk"
LANG = {"zh": "zh-CN", "en": "en"}
SIGN_IN = {"zh": "登录", "en": "Sign in"}


def test_a_wrong_code_lets_nobody_in_and_the_right_one_does(window, language):
    reader = window()
    assert reader.open("/") == 200
    assert (reader.path, reader.language) == ("/sign-in", LANG[language])
    assert reader.look("sign-in") == []

    assert reader.sign_in(CLERK, code="000000") == 422
    assert reader.path == "/sign-in"
    assert reader.page.get_by_role("alert").is_visible()
    assert reader.page.input_value('[name="email"]') == "clerk@hengrui.example"
    assert reader.page.input_value('[name="password"]') == ""

    assert reader.sign_in(CLERK) == 200
    assert reader.path == "/"
    assert "衡锐" in reader.page.locator("section.acting").inner_text()


def test_whoever_signs_out_is_out_even_by_the_back_button(window):
    reader = window()
    reader.sign_in(CLERK)

    reader.sign_out()

    assert reader.path == "/sign-in"
    assert reader.page.get_by_role("status").is_visible()
    reader.page.go_back()
    assert reader.path == "/sign-in"
    assert reader.page.locator("section.acting").count() == 0


def test_after_signing_in_one_is_where_one_wanted_to_go(window, world):
    reader = window()
    wanted = f"/batches/{world.batch['opened']}"

    reader.open(wanted)
    assert reader.path == "/sign-in"
    reader.sign_in(CLERK)

    assert reader.path == wanted


def test_the_other_language_is_one_press_away_and_stays(window, world, language):
    other = {"zh": "en", "en": "zh"}[language]
    reader = window(CLERK)
    reader.open(f"/batches/{world.batch['opened']}?from=home")
    assert reader.language == LANG[language]

    reader.switch_language()

    assert reader.page.url.endswith(f"/batches/{world.batch['opened']}?from=home")
    assert reader.language == LANG[other]
    reader.open("/entrustments")
    assert reader.language == LANG[other]
    reader.sign_out()
    assert reader.language == LANG[other]
