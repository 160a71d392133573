"""What every Python program here does behind its example. The programs in other languages do the same in their own way.

A program prints the name of each step that passed. At `halfway` the driver ends the service with kill -9 and starts it
again; the program says what was not answered once more, with the same `id=`.
"""

import asyncio
import os

NUMBER = os.environ["KABINET_NUMBER"]


def topup(name, amount="1"):
    return ["TOPUP", NUMBER, amount, f"ref={name}", f"id={name}"]


def has(reply, name):
    """Whether a reply has the field. RESP2 answers a list, RESP3 a map; some clients answer bytes."""
    return name in reply or name.encode() in reply


def passed(step):
    print(step, flush=True)


async def run(paid, code, once, pipeline, transaction):
    """Takes the example's reply and error code, and the client's ways to say one request, many, and many or none."""
    assert has(paid, "payment") and not has(paid, "repeated"), paid
    passed("change")
    again = await once("TOPUP", NUMBER, "100", "ref=acq-1", "id=pay-1")
    assert has(again, "repeated"), again
    passed("repeat")
    assert code == "invalid_amount", code
    passed("error")

    replies = await pipeline([topup(f"pipeline-{n}") for n in range(1000)])
    assert len(replies) == 1000 and all(has(reply, "payment") for reply in replies)
    passed("pipeline")

    replies = await transaction([topup("both-1", "10"), topup("both-2", "10")])
    assert len(replies) == 2 and all(has(reply, "payment") for reply in replies)
    passed("transaction")
    try:
        await transaction([topup("neither-1", "1000"), ["TOPUP", NUMBER]])
    except Exception as error:  # Each client has a class of its own; some raise the first refusal, some EXECABORT.
        assert any(word in str(error) for word in ("missing_argument", "transaction_aborted")), error
        passed("abort")

    for n in range(500):
        if n == 250:
            passed("halfway")
        assert has(await once(*topup(f"stream-{n}")), "payment")
    passed("reconnect")


def run_in_turn(paid, code, *calls):
    """The same for a client that blocks."""

    def awaitable(call):
        async def wrapped(*arguments):
            return call(*arguments)

        return wrapped

    asyncio.run(run(paid, code, *map(awaitable, calls)))
