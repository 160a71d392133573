"""The acquirer's side of the line protocol (Schemas/protocol.md): one connection, one request at a time."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import re
import ssl

CONNECT_SECONDS = 10
REPLY_SECONDS = 30
MAXIMUM_REPLY_LINE_BYTES = 1 << 20
# The service sends these before it closes a connection. The line is no reply, so the request was not done.
CLOSING = {"auth_required", "busy", "expired", "shutting_down"}
FIELD = re.compile(r'([^\s="]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?: |$)')
BARE = re.compile(r'[^\s"=\x00-\x20\x7f]+')

Fields = dict[str, str]


class Refused(Exception):
    """The service's ERR: nothing was done."""

    def __init__(self, code: str, fields: Fields):
        super().__init__(" ".join([code, *(f"{name}={value}" for name, value in fields.items())]))
        self.code = code
        self.field = fields.get("field", "")


class Unreachable(Exception):
    """There is no reply. The service may have done the request or not."""


class Closed(Unreachable):
    """The service closes the connection, and said why."""


@dataclasses.dataclass(frozen=True)
class Reply:
    fields: Fields
    rows: list[Fields]


@dataclasses.dataclass(frozen=True)
class Service:
    """Where the service is, and how to sign in."""

    host: str
    port: int
    principal: str
    secret_file: str
    authority: str | None

    def secret(self) -> str:
        # Read for each connection, because an administrator may have replaced it.
        with open(self.secret_file, encoding="utf-8") as file:
            return file.read().strip()


def read_fields(text: str) -> Fields:
    fields, position = {}, 0
    while position < len(text):
        match = FIELD.match(text, position)
        if not match:
            raise ValueError("the reply does not follow the grammar")
        name, value = match.groups()
        fields[name] = str(json.loads(value)) if value.startswith('"') else value
        position = match.end()
    return fields


def line(verb: str, *values: object, **named: object) -> str:
    """A request. A named argument may end with `_`, because `from` is a word of Python; None leaves it out."""
    words = [verb, *(quoted(value) for value in values)]
    words += [f"{name.rstrip('_')}={quoted(value)}" for name, value in named.items() if value is not None]
    return " ".join(words)


def quoted(value: object) -> str:
    return str(value) if BARE.fullmatch(str(value)) else json.dumps(str(value), ensure_ascii=False)


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.reader, self.writer = reader, writer
        self.replies = 0  # Those that were OK, without the one to AUTH.

    @classmethod
    async def open(cls, service: Service) -> Connection:
        """Connects and signs in."""
        tls = ssl.create_default_context(cafile=service.authority) if service.authority else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = cls(*await asyncio.open_connection(
                    service.host, service.port, ssl=tls, limit=MAXIMUM_REPLY_LINE_BYTES))
        except (OSError, TimeoutError) as error:
            raise Unreachable(f"no connection to {service.host}:{service.port}: {reason(error)}") from error
        try:
            await connection.call("AUTH", service.principal, service.secret())
        except Refused as refusal:
            connection.close()
            raise Unreachable(f"AUTH {service.principal}: {refusal}") from refusal
        except OSError as error:
            connection.close()
            raise Unreachable(f"{service.secret_file}: {reason(error)}") from error
        except BaseException:
            connection.close()
            raise
        return connection

    async def send(self, verb: str, *values: object, **named: object) -> None:
        try:
            self.writer.write((line(verb, *values, **named) + "\n").encode())
            await self.writer.drain()
        except OSError as error:
            raise Unreachable(reason(error)) from error

    async def call(self, verb: str, *values: object, wait: int | None = None, **named: object) -> Reply:
        try:
            async with asyncio.timeout(REPLY_SECONDS + (wait or 0)):
                await self.send(verb, *values, wait=wait, **named)
                reply = await self.reply()
                self.replies += verb != "AUTH"
                return reply
        except TimeoutError as error:
            raise Unreachable(f"{verb} has no reply") from error

    async def reply(self) -> Reply:
        rows = []
        while True:
            try:
                raw = await self.reader.readuntil(b"\n")
                kind, _, rest = raw.decode().rstrip("\r\n").partition(" ")
                if kind == "ROW":
                    rows.append(read_fields(rest))
                elif kind == "OK":
                    return Reply(read_fields(rest), rows)
                elif kind == "ERR":
                    code, _, rest = rest.partition(" ")
                    refusal = Refused(code, read_fields(rest))
                    break
                else:
                    raise ValueError(f"a reply begins with {kind[:20]!r}")
            except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
                raise Unreachable(reason(error)) from error
        if refusal.code in CLOSING:
            raise Closed(str(refusal))
        raise refusal

    def close(self) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self.writer.close()


def reason(error: BaseException) -> str:
    return "the connection ended" if isinstance(error, EOFError) else str(error) or type(error).__name__
