"""A newcomer's first minute: Tools/run, a browser, a registration, another plan, a top-up. KABINET_PICTURES names a directory that
gets the two pictures of README.md."""

import os
import pathlib
import re
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
NUMBER = "79005550101"


def test_a_newcomer_registers_a_demo_number_changes_its_plan_and_tops_it_up(browser, tmp_path):
    # Given a start on data that the run makes
    data = tmp_path / "data"
    run = subprocess.run(
        [ROOT / "Tools/run", "--debug"], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600,
        env={**os.environ, "KABINET_DATA": str(data), "KABINET_LISTEN": "127.0.0.1:0",
             "KABINET_WEB_LISTEN": "127.0.0.1:0", "KABINET_ACQUIRER_LISTEN": "127.0.0.1:0"})
    assert run.returncode == 0, run.stdout + run.stderr
    processes = [int(number) for number in re.search(r"^  kill ([\d ]+)$", run.stdout, re.M)[1].split()]
    try:
        site = re.search(r"The cabinet is on (\S+)", run.stdout)[1]
        assert NUMBER in run.stdout and "demo numbers" in run.stdout

        # When the newcomer registers one of the demo numbers with the code among the messages
        context = browser.new_context(base_url=site, locale="ru-RU", viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Первый раз? Зарегистрируйтесь").click()
        page.get_by_label("Номер телефона").fill("900 555-01-01")
        page.get_by_label("Регион").select_option("msk")
        # The demo's subscription was bought with a code too.
        before = len(codes(data))
        page.get_by_role("button", name="Получить код").click()
        page.get_by_label("Код", exact=True).fill(code(data, before))
        page.get_by_label("Придумайте пароль").fill("six words that nobody else has")
        page.get_by_role("button", name="Зарегистрироваться").click()

        # Then the start page shows the number with its plan, its packages and its options
        assert page.get_by_role("heading", name="+7 900 555-01-01").is_visible()
        assert page.get_by_role("heading", name="Тариф «Мой онлайн»").is_visible()
        picture(page, "cabinet-start.png")

        # And another plan is one check page away
        page.get_by_role("link", name="Тариф", exact=True).click()
        picture(page, "cabinet-tariffs.png")
        page.goto("/tariffs/klassicheskiy")
        page.get_by_role("button", name="Перейти").click()
        page.goto("/")
        assert page.get_by_role("heading", name="Тариф «Классический»").is_visible()

        # And a top-up is paid on the test acquirer's page
        page.get_by_role("link", name="Пополнить", exact=True).click()
        page.get_by_label("Сумма").fill("300")
        page.get_by_role("button", name="Пополнить", exact=True).click()
        page.get_by_role("link", name="Перейти к оплате").click()
        page.get_by_role("button", name="Оплатить картой •• 4242").click()
        page.get_by_role("link", name="Вернуться в личный кабинет").click()
        page.get_by_role("heading", name="Счёт пополнен").wait_for()
        context.close()
    finally:
        for process in processes:
            os.kill(process, signal.SIGTERM)


def codes(data):
    """The codes of the number, as a person reads them in the list of messages."""
    return re.findall(rf"{NUMBER}\s+code (\d{{6}})", (data / "messages.log").read_text())


def code(data, before):
    """The code that came after so many others."""
    for _ in range(100):
        if len(found := codes(data)) > before:
            return found[-1]
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError((data / "messages.log").read_text())


def picture(page, name):
    if directory := os.environ.get("KABINET_PICTURES"):
        page.screenshot(path=pathlib.Path(directory) / name, full_page=True)
