"""Fixtures of the browser suite: the services and the browser for the whole run, a visitor for each test.

A test runs with several hands: with the page's script, without it, and with the keyboard alone. `--full` adds sizes
and colour schemes. Tools/browser says what the options mean.
"""

import datetime
import os
import pathlib

import pytest
from playwright.sync_api import sync_playwright

from services import Services
from staff import UTC, Bank, Operator
from visitor import Look, Visitor

CHROMIUM = os.environ.get("KABINET_CHROMIUM", "/usr/bin/chromium")
# Nothing leaves this machine, also not what the browser itself would fetch.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--lang=en-US", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
WIDTHS = (360, 768, 1280)
SCHEMES = ("light", "dark")
HANDS = {"any_hand": ("script", "no-script", "keyboard"), "with_and_without_script": ("script", "no-script"),
         "script_only": ("script",), "no_script_only": ("no-script",)}
# So long ago the numbers with a history were put into service.
HISTORY = datetime.timedelta(days=65)


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="every size and colour scheme, and the measurements")
    parser.addoption("--screenshots", metavar="DIR", help="keep a picture of every page in this directory")


def pytest_configure(config):
    for mark in HANDS:
        config.addinivalue_line("markers", f"{mark}: runs with {', '.join(HANDS[mark])}")
    config.addinivalue_line("markers", "full: runs with --full alone")
    config.addinivalue_line("markers", "pictures: runs with --full or --screenshots")
    config.addinivalue_line("markers", "whole_run: looks back at all other tests")


def pytest_generate_tests(metafunc):
    is_full = metafunc.config.getoption("full")
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    if "hand" in metafunc.fixturenames:
        mark = next((mark for mark in HANDS if mark in marks), "with_and_without_script")
        metafunc.parametrize("hand", HANDS[mark])
    if "look" in metafunc.fixturenames:
        looks = [Look(width, scheme) for width in WIDTHS for scheme in SCHEMES] if is_full else [Look(360, "light")]
        metafunc.parametrize("look", looks, ids=lambda look: look.name)


def pytest_collection_modifyitems(config, items):
    is_full = config.getoption("full")
    has_pictures = is_full or config.getoption("screenshots")
    left_out = [item for item in items if not is_full and item.get_closest_marker("full")
                or not has_pictures and item.get_closest_marker("pictures")]
    last = [item for item in items if item.get_closest_marker("whole_run")]
    items[:] = [item for item in items if item not in left_out and item not in last] + last
    # A part of the suite has not used every verb.
    chosen = config.getoption("keyword") or any("::" in part or part.endswith(".py") for part in config.args)
    if chosen:
        for item in last:
            item.add_marker(pytest.mark.skip("only a part of the suite runs"))


@pytest.fixture(scope="session")
def services():
    now = datetime.datetime.now(UTC)
    services = Services((now - HISTORY).strftime("%Y-%m-%dT%H:%M:%SZ"))
    try:
        yield services
    finally:
        services.end()


@pytest.fixture(scope="session")
def operator(services):
    operator = Operator(services.kabinetd.port, services.admin_secret)
    services.start_web(operator.call("PRINCIPAL.ADD", "web", roles="frontend")["secret"])
    yield operator
    operator.close()


@pytest.fixture(scope="session")
def acquirer(operator, services):
    """The test acquirer, which takes cards."""
    services.start_acquirer(operator.call("PRINCIPAL.ADD", "acquirer", roles="payments", methods="card")["secret"])
    return services.acquirer


@pytest.fixture(scope="session")
def bank(operator, services):
    """An acquirer for SBP that a test plays."""
    secret = operator.call("PRINCIPAL.ADD", "bank", roles="payments", methods="sbp")["secret"]
    bank = Bank(services.kabinetd.port, "bank", secret)
    yield bank
    bank.close()


@pytest.fixture(scope="session")
def people(operator):
    """The numbers of the lists of pages, with their histories. The clock is today's afterwards."""
    from people import People

    return People(operator)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def time(operator, people):
    """The service's clock goes on before a test, as far as time went on, so that limits of a minute are not used up."""
    # Tests let minutes pass, so the service may be ahead.
    operator.set_clock(max(datetime.datetime.now(UTC), operator.now() + datetime.timedelta(seconds=1)))


@pytest.fixture
def visitors(browser, services, operator, time):
    """Makes visitors, and checks at the end what was watched."""
    made = []

    def make(hand="script", look=None, **context):
        visitor = Visitor(context.pop("browser", browser), services.site, operator, hand, look, **context)
        made.append(visitor)
        return visitor

    yield make
    faults = []
    for visitor in made:
        try:
            visitor.close()
        except AssertionError as error:
            faults.append(str(error))
    assert not faults, "\n".join(faults)


@pytest.fixture
def visitor(visitors, hand, look):
    return visitors(hand, look)


@pytest.fixture
def subscriber(operator, time):
    """A number with money and a cabinet, and its password."""
    msisdn = operator.activate("moy-razgovor", money=3000)
    return msisdn, operator.register(msisdn)


@pytest.fixture
def signed_in(visitor, subscriber):
    """A visitor who has signed in with that number."""
    visitor.sign_in(*subscriber)
    visitor.msisdn, visitor.password = subscriber
    return visitor


@pytest.fixture(scope="session")
def directory():
    """Where the suite leaves pictures and pages."""
    path = pathlib.Path(".build/browser").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path
