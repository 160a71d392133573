"""The acquirer's pages: a person pays or declines one request. No script, no cookie, nothing from elsewhere.

The server reads HTTP itself, because it must end each exchange after some seconds and keep little of it in memory,
whatever a client sends. A connection carries one request.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import re
import sqlite3
from collections.abc import Callable
from html import escape
from urllib.parse import parse_qs, urlsplit

from acquirer_book import Book, State

MAXIMUM_HEAD_BYTES = 8 << 10
MAXIMUM_BODY_BYTES = 2 << 10
MAXIMUM_CONNECTIONS = 64
EXCHANGE_SECONDS = 10

REQUEST_LINE = re.compile(r"([A-Z]{1,16}) (/[\x21-\x7e]*) HTTP/1\.[01]")
PAYMENT_PATH = re.compile(r"/pay/([a-z]{32})")
STATUS = {200: "OK", 204: "No Content", 303: "See Other", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
          405: "Method Not Allowed", 411: "Length Required", 413: "Content Too Large",
          415: "Unsupported Media Type", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}
# Only the page's own style sheet is loaded, and its form is sent only to the page itself.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                               "frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin", "Connection": "close"}

# A test card is a button, so that nobody types the number of a real one. The button's reason; None: it pays.
CARDS = {"4242": None, "0002": "card_declined", "9995": "insufficient_funds"}
CANCELLED = "cancelled"

STYLE = """:root { color-scheme: light dark; --ink: #1d2433; --paper: #eef0f4; --card: #fff; --line: #c9cfda;
  --accent: #2b4ea2; --on-accent: #fff; --test: #ffd84d }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf1; --paper: #12151c; --card: #1d222d; --line: #454d5e;
  --accent: #9db8ff; --on-accent: #10182c } }
* { box-sizing: border-box }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
.test { margin: 0; padding: .75rem 1rem; text-align: center; font-weight: 600; color: #1d2433; background: var(--test) }
main { max-width: 27rem; margin: 1.5rem auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; overflow-wrap: anywhere }
@media (max-width: 30rem) { main { margin: 0; border-width: 0 0 1px; border-radius: 0 } }
h1 { margin: 0 0 1rem; font-size: 1.375rem; line-height: 1.25 }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.25rem }
dd { margin: 0; text-align: right; font-weight: 600; font-variant-numeric: tabular-nums }
button, .back { display: block; width: 100%; margin: .625rem 0; padding: .75rem 1rem; font: inherit; text-align: center;
  color: var(--accent); background: transparent; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer }
button.pay, .back { color: var(--on-accent); background: var(--accent); border-color: var(--accent); font-weight: 600;
  text-decoration: none }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px }
label { display: flex; gap: .625rem; align-items: center; margin: .75rem 0; cursor: pointer }
input { width: 1.25rem; height: 1.25rem; margin: 0 }
"""

WORDS = {
    "en": {
        "test": "Test acquirer: no money moves", "title": "Payment", "amount": "Amount", "number": "Phone number",
        "with_card": "Pay with card •• {}", "0002": "declined by the bank", "9995": "not enough money",
        "save": "Save this card", "sbp": "Confirm in the bank’s app", "bank": "Confirm the transfer",
        "cancel": "Decline", "back": "Back to the account", "confirmed": "Payment accepted",
        "confirmed_text": "The operator is being told. This page reloads itself.", "credited": "Paid",
        "credited_text": "The money is on the number’s account.", "declined": "Payment declined",
        "card_declined": "The bank declined the card.", "insufficient_funds": "There is not enough money on the card.",
        "cancelled": "You declined the payment.", "bank_error": "The bank could not carry out the payment.",
        "ended": "The request has expired", "ended_text": "Begin a new payment in your account.",
        "rejected": "The operator did not accept the payment", "rejected_text": "The money goes back to you.",
        "home_text": "People come to this page from their account, by a link of its own for each payment.",
        "404": "There is no such page", "wrong": "The request was not understood",
        "403": "This form is not of this page", "403_text": "Open the payment again from your account."},
    "ru": {
        "test": "Тестовый банк: деньги не списываются", "title": "Оплата", "amount": "Сумма",
        "number": "Номер телефона", "with_card": "Оплатить картой •• {}", "0002": "банк откажет", "9995": "не хватит денег",
        "save": "Сохранить карту", "sbp": "Подтвердить в приложении банка", "bank": "Подтвердить перевод",
        "cancel": "Отказаться", "back": "Вернуться в личный кабинет", "confirmed": "Платёж принят",
        "confirmed_text": "Сообщаем оператору. Страница обновится сама.", "credited": "Оплачено",
        "credited_text": "Деньги зачислены на счёт номера.", "declined": "Платёж не прошёл",
        "card_declined": "Банк отклонил карту.", "insufficient_funds": "На карте не хватает денег.",
        "cancelled": "Вы отказались от платежа.", "bank_error": "Банк не смог провести платёж.",
        "ended": "Время оплаты истекло", "ended_text": "Начните новый платёж в личном кабинете.",
        "rejected": "Оператор не принял платёж", "rejected_text": "Деньги вернутся к вам.",
        "home_text": "Сюда приходят из личного кабинета по отдельной ссылке для каждого платежа.",
        "404": "Такой страницы нет", "wrong": "Запрос не удалось разобрать",
        "403": "Форма не от этой страницы", "403_text": "Откройте платёж заново из личного кабинета."}}

Decide = Callable[[sqlite3.Row, str, bool], None]


class Problem(Exception):
    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


class Pages:
    """Answers HTTP. `decide` gets the payment, its payer's act (a card, `sbp`, `bank`, `cancelled`), and if to save."""

    def __init__(self, book: Book, back: str, decide: Decide):
        self.book, self.back, self.decide = book, back, decide
        self.connections = 0

    async def serve(self, host: str, port: int) -> asyncio.Server:
        return await asyncio.start_server(self.connected, host, port, limit=MAXIMUM_HEAD_BYTES)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.connections >= MAXIMUM_CONNECTIONS:
            writer.write(response(503, b""))
            writer.close()
            return
        self.connections += 1
        try:
            async with asyncio.timeout(EXCHANGE_SECONDS):
                writer.write(await self.exchange(reader))
                await writer.drain()
                writer.write_eof()
                # A client that still sends would lose the reply if its bytes met a closed socket.
                while await reader.read(MAXIMUM_HEAD_BYTES):
                    pass
        except (OSError, EOFError, TimeoutError, asyncio.CancelledError):
            pass  # The client has gone, or is too slow, or this process ends.
        finally:
            self.connections -= 1
            with contextlib.suppress(OSError):
                writer.transport.abort()

    async def exchange(self, reader: asyncio.StreamReader) -> bytes:
        language, is_head = "ru", False
        try:
            try:
                raw = await reader.readuntil(b"\r\n\r\n")
            except asyncio.LimitOverrunError:
                raise Problem(431) from None
            first, *rest = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
            match = REQUEST_LINE.fullmatch(first)
            if not match:
                raise Problem(400)
            method, target = match.groups()
            headers = read_headers(rest)
            language, is_head = language_of(headers.get("accept-language", "")), method == "HEAD"
            if method not in ("GET", "HEAD", "POST"):
                raise Problem(405)
            form = await read_form(reader, headers) if method == "POST" else None
            made = self.route(target, form, language)
        except Problem as problem:
            made = response(problem.status, self.problem_page(problem.status, language))
        return made.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if is_head else made

    def route(self, target: str, form: dict[str, str] | None, language: str) -> bytes:
        path, _, query = target.partition("?")
        if path == "/acquirer.css" and form is None:
            return response(200, STYLE.encode(), {"Content-Type": "text/css; charset=utf-8"})
        if path == "/favicon.ico" and form is None:
            return response(204, b"")
        if path == "/" and form is None:
            words = WORDS[language]
            return response(200, self.shell(language, words["title"], text(words["home_text"])))
        match = PAYMENT_PATH.fullmatch(path)
        payment = match and self.book.by_token(match[1])
        if not payment:
            raise Problem(404)
        if form is None:
            return response(200, self.payment_page(payment, language, self.back_link(query)))
        if not hmac.compare_digest(form.get("form", "").encode(), self.book.form_token(payment["token"]).encode()):
            raise Problem(403)
        act = form.get("act", "")
        if act not in acts(payment["method"]):
            raise Problem(400)
        # The decision counts if it is the first one. A second click, or a reload, shows the outcome of the first.
        self.decide(payment, act, form.get("save") == "1")
        return response(303, b"", {"Location": target})

    def back_link(self, query: str) -> str:
        """The portal may name a page of its own. Any other address would make this page a way to anywhere."""
        with contextlib.suppress(ValueError):
            asked = parse_qs(query, max_num_fields=8).get("back", [""])[0]
            if asked and self.back and urlsplit(asked)[:2] == urlsplit(self.back)[:2] and asked.isprintable():
                return asked
        return self.back

    # --- Pages

    def payment_page(self, payment: sqlite3.Row, language: str, back: str) -> bytes:
        words, state = WORDS[language], State(payment["state"])
        # Faults may credit another amount than the requested one.
        amount = payment["requested"] if payment["amount"] is None else payment["amount"]
        facts = (f"<dl><dt>{words['amount']}</dt><dd>{money(amount, language)}</dd>"
                 f"<dt>{words['number']}</dt><dd>{masked(payment['msisdn'])}</dd></dl>")
        if state is State.OPEN:
            return self.shell(language, words["title"], facts + self.form(payment, words))
        if state is State.REFUSED:
            state = State.DECLINED
        if state is State.DECLINED:
            said = words.get(payment["reason"], words["bank_error"])
        else:
            said = words[f"{state}_text"]
        link = f'<a class="back" href="{escape(back)}">{words["back"]}</a>' if back else ""
        return self.shell(language, words[state], facts + text(said) + link, reloads=state is State.CONFIRMED)

    def form(self, payment: sqlite3.Row, words: dict[str, str]) -> str:
        buttons = []
        for act in acts(payment["method"]):
            if act in CARDS:
                label = words["with_card"].format(act) + (f" ({words[act]})" if act in words else "")
                if CARDS[act] is None:
                    buttons.append(f'<label><input type="checkbox" name="save" value="1">{words["save"]}</label>')
            else:
                label = words["cancel" if act == CANCELLED else act]
            kind = ' class="pay"' if CARDS.get(act) is None and act != CANCELLED else ""
            buttons.append(f'<button name="act" value="{act}"{kind}>{label}</button>')
        token = self.book.form_token(payment["token"])
        return f'<form method="post"><input type="hidden" name="form" value="{token}">{"".join(buttons)}</form>'

    def problem_page(self, status: int, language: str) -> bytes:
        words = WORDS[language]
        title = words.get(str(status), words["wrong"])
        return self.shell(language, title, text(words.get(f"{status}_text", "")))

    def shell(self, language: str, title: str, content: str, reloads: bool = False) -> bytes:
        words = WORDS[language]
        reload = '<meta http-equiv="refresh" content="2">' if reloads else ""
        return (f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">{reload}'
                '<meta name="viewport" content="width=device-width, initial-scale=1">'
                f'<title>{title}. {words["test"]}</title><link rel="stylesheet" href="/acquirer.css"></head>'
                f'<body><p class="test">{words["test"]}</p><main><h1>{title}</h1>{content}</main></body></html>\n'
                ).encode()


def acts(method: str) -> list[str]:
    """The buttons of a payment's page."""
    return [*(CARDS if method == "card" else [method if method == "sbp" else "bank"]), CANCELLED]


def text(said: str) -> str:
    return f"<p>{said}</p>" if said else ""


def money(minor: int, language: str) -> str:
    whole = f"{minor // 100:,}".replace(",", "\u00a0")
    return f"{whole}{',' if language == 'ru' else '.'}{minor % 100:02} ₽"


def masked(msisdn: str) -> str:
    """Enough of a number to know one's own."""
    if re.fullmatch("7[0-9]{10}", msisdn):
        return f"+7 {msisdn[1:4]} ••• {msisdn[7:9]} {msisdn[9:]}"
    return escape(msisdn[:2] + "•••" + msisdn[-2:])


# --- HTTP

def read_headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for each in lines:
        name, colon, value = each.partition(":")
        name = name.lower()
        # Two lengths, or a folded line, mean different things to different readers.
        if not colon or not re.fullmatch(r"[!-9;-~]+", name) or (name in headers and name.startswith("content-")):
            raise Problem(400)
        headers[name] = value.strip()
    return headers


async def read_form(reader: asyncio.StreamReader, headers: dict[str, str]) -> dict[str, str]:
    length = headers.get("content-length")
    if length is None or "transfer-encoding" in headers:
        raise Problem(411)
    if not re.fullmatch("[0-9]{1,10}", length):
        raise Problem(400)
    if int(length) > MAXIMUM_BODY_BYTES:
        raise Problem(413)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Problem(415)
    body = await reader.readexactly(int(length))
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=8, errors="strict")
    except ValueError as error:
        raise Problem(400) from error
    return {name: values[0] for name, values in fields.items()}


def language_of(accepted: str) -> str:
    """The preferred one of Russian and English; Russian if neither is named."""
    best, language = 0.0, "ru"
    for part in accepted.split(",")[:20]:
        tag, _, parameter = part.strip().lower().partition(";")
        match = re.fullmatch(r"q=([01](?:\.[0-9]{1,3})?)", parameter.strip())
        weight = float(match[1]) if match else 1.0
        if weight > best and tag.partition("-")[0].strip() in WORDS:
            best, language = weight, tag.partition("-")[0].strip()
    return language


def response(status: int, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    every = {**HEADERS, "Content-Type": "text/html; charset=utf-8", **(headers or {})}
    if status != 204:
        every["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in every.items())
    return f"HTTP/1.1 {status} {STATUS[status]}\r\n{head}\r\n".encode() + body
