"""A visitor of the cabinet: one browser profile, and the hand that uses its pages.

Every page is watched, whatever the test is about. A fault that no test expected fails the test at its end:

- a request to another origin
- a violation of the content security policy
- an error in the console, or an exception of the script
- a number, a code or a token in an address
"""

import contextlib
import re
import urllib.parse

REPORT_VIOLATIONS = """addEventListener('securitypolicyviolation', event =>
    console.error('content security policy: ' + event.violatedDirective + ' ' + event.blockedURI))"""
LOADING = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
ASSET = re.compile(r"^/assets/[\w.-]+$")
# Only the suite's own numbers are sold here, but a page may hold any.
NUMBER = re.compile(r"(?<!\d)[78]?9\d{9}(?!\d)")
# A cursor of the history is as long, but has digits alone.
TOKEN = re.compile(r"(?![\d-]+(?![\w-]))[\w-]{22,}")
FOCUS = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    // The calendar's button inside of a field for dates is the browser's own, and it draws the mark.
    const isInner = !element.matches(':focus');
    return {
        html: element.outerHTML.slice(0, 120), isMarked: outlined || isInner || style.boxShadow !== 'none',
        isInside: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    };
}"""


class Look:
    """A size and a colour scheme."""

    def __init__(self, width=1280, scheme="light"):
        self.width, self.scheme = width, scheme
        self.name = f"{width}-{scheme}"


class Visitor:
    """One profile of a browser. `hand` is `script`, `no-script` or `keyboard`."""

    def __init__(self, browser, site, operator, hand="script", look=None, **context):
        look = look or Look()
        self.site, self.operator = site, operator
        self.has_script, self.has_mouse = hand != "no-script", hand != "keyboard"
        self.faults = []
        # Other origins to which a page may lead. They may not learn where the visitor came from.
        self.others = set()
        # A refused form is 422. A test that expects another refusal adds its status.
        self.expected = {422}
        self.context = browser.new_context(**{
            "base_url": site, "locale": "ru-RU", "timezone_id": "Europe/Moscow", "color_scheme": look.scheme,
            "viewport": {"width": look.width, "height": 800}, "java_script_enabled": self.has_script,
            "accept_downloads": True, **context})
        self.context.set_default_timeout(10_000)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.context.on("request", self.check_request)
        self.context.on("console", self.check_console)
        self.context.on("weberror", lambda error: self.faults.append(f"an exception: {error.error}"))
        self.page = self.context.new_page()

    # What is watched.

    def check_request(self, request):
        address = urllib.parse.urlsplit(request.url)
        if f"{address.scheme}://{address.netloc}" in self.others:
            if self.site in request.headers.get("referer", ""):
                self.faults.append(f"another origin learns where the visitor was: {request.headers['referer']}")
            return
        if f"{address.scheme}://{address.netloc}" != self.site:
            self.faults.append(f"a request to another origin: {request.url}")
        rest = urllib.parse.unquote(f"{address.path}?{address.query}#{address.fragment}")
        if ASSET.match(address.path) and not address.query:
            return
        secrets = [secret for secret in self.operator.numbers if secret in rest or secret[1:] in rest]
        if secrets or NUMBER.search(rest) or TOKEN.search(rest):
            self.faults.append(f"a number or a token in an address: {rest}")

    def check_console(self, message):
        if message.type != "error":
            return
        status = LOADING.match(message.text)
        if not status or int(status[1]) not in self.expected:
            self.faults.append(f"an error in the console: {message.text} ({self.page.url})")

    def close(self):
        self.context.close()
        assert not self.faults, "\n".join(self.faults)

    # Where the visitor is.

    def open(self, path="/"):
        return self.page.goto(path)

    @property
    def path(self):
        """The path and the query of the page."""
        address = urllib.parse.urlsplit(self.page.url)
        return address.path + (f"?{address.query}" if address.query else "")

    @property
    def text(self):
        """What the page says, with one blank between words."""
        return plain(self.page.locator("main").inner_text())

    @property
    def notice(self):
        return self.text_of("main .banner[role=status]")

    @property
    def problem(self):
        return self.text_of("main .banner[role=alert]")

    def text_of(self, selector):
        found = self.page.locator(selector)
        return plain(found.first.inner_text()) if found.count() else ""

    @property
    def shown(self):
        """The number that the frame of the page shows."""
        return "".join(re.findall(r"\d", self.page.locator(".switcher summary").inner_text()))

    def has(self, selector):
        return self.page.locator(selector).count() > 0

    # What the visitor does.

    def fill(self, name, value, within="main"):
        field = self.page.locator(f"{within} [name={name}]:not([type=hidden])").first
        if self.has_mouse:
            field.fill(value)
        else:
            self.tab_to(field)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.press("Delete")
            self.page.keyboard.type(value)

    def choose(self, name, value, within="main"):
        """Chooses in a list."""
        field = self.page.locator(f"{within} select[name={name}]").first
        if self.has_mouse:
            field.select_option(value)
            return
        self.tab_to(field)
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert field.input_value() == value

    def tick(self, selector):
        """Changes a checkbox or chooses a radio button."""
        box = self.page.locator(f"main {selector}").first
        if self.has_mouse:
            box.click()
        else:
            self.tab_to(box)
            self.page.keyboard.press("Space")

    def pick(self, name, value):
        """Chooses a radio button. Tab reaches a group of them, and the arrows go through it."""
        wanted = self.page.locator(f'main input[name={name}][value="{value}"]')
        if self.has_mouse:
            wanted.check()
            return
        group = self.page.locator(f"main input[name={name}]")
        self.tab_to(self.page.locator(f"main input[name={name}]:checked"))
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert wanted.is_checked()

    def press(self, selector="main form button"):
        """Presses a button or follows a link, and waits for the page that comes."""
        target = self.page.locator(selector).first
        with self.page.expect_navigation():
            if self.has_mouse:
                target.click()
            else:
                self.tab_to(target)
                self.page.keyboard.press("Enter")

    def submit(self, action):
        """Presses the button of the form with this action."""
        self.press(f'form[method=post][action="{action}"] button')

    def follow(self, path):
        self.press(f'main a[href="{path}"]')

    def tab_to(self, target, at_most=150):
        """Presses Tab until the element has the focus. Every element on the way must show that it has it."""
        is_focused = "element => element === document.activeElement"
        for _ in range(at_most):
            if target.evaluate(is_focused):
                return
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            assert not focus or focus["isMarked"], f"the focus is not visible on {focus['html']}"
            assert not focus or focus["isInside"], f"the focus is outside of the window on {focus['html']}"
        raise AssertionError(f"{target} cannot be reached with Tab")

    def switch_to(self, msisdn):
        """Shows another number, by the list at the head of the page."""
        summary = self.page.locator(".switcher summary")
        if self.has_mouse:
            summary.click()
        else:
            self.tab_to(summary)
            self.page.keyboard.press("Enter")
        self.press(f'.switcher button[value="{msisdn}"]')

    def sign_in(self, msisdn, password):
        self.open("/sign-in")
        self.fill("msisdn", msisdn)
        self.fill("password", password)
        self.submit("/sign-in")
        assert self.page.locator(".switcher").count() == 1, self.text

    def top_up(self, amount, method="sbp"):
        """Asks for a payment of the shown number."""
        self.open("/topup")
        self.fill("amount", amount)
        self.pick("method", method)
        self.submit("/topup")

    def download(self, selector):
        """The name and the bytes of the file behind a link or a button."""
        with self.page.expect_download() as waiting:
            target = self.page.locator(selector).first
            if self.has_mouse:
                target.click()
            else:
                self.tab_to(target)
                self.page.keyboard.press("Enter")
        with open(waiting.value.path(), "rb") as file:
            return waiting.value.suggested_filename, file.read()

    # What a form would send.

    def form(self, selector="main form[method=post]"):
        """The fields of a form, as the browser would send them, without its buttons."""
        return dict(self.page.locator(selector).first.evaluate("form => [...new FormData(form).entries()]"))

    def post(self, path, fields, headers=None):
        """Sends a form past the page, and returns the response without following it."""
        origin = {"Origin": self.site, "Sec-Fetch-Site": "same-origin"}
        return self.context.request.post(path, form=fields, headers={**origin, **(headers or {})}, max_redirects=0)

    @contextlib.contextmanager
    def expecting(self, *statuses):
        before, self.expected = self.expected, self.expected | set(statuses)
        yield
        self.expected = before


def plain(text):
    """With plain blanks, and one between words."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()


def phone(msisdn):
    """A number as pages write it: +7 900 123-45-67."""
    return f"+7 {msisdn[1:4]} {msisdn[4:7]}-{msisdn[7:9]}-{msisdn[9:]}"
