import steps

# Example: begin
import asyncio
import os

import coredis

number = os.environ["KABINET_NUMBER"]


def request(sender, verb, *words):
    return sender.create_request(verb.encode(), *words, callback=lambda reply, **_: reply)


async def main():
    client = coredis.Redis(
        port=int(os.environ["KABINET_PORT"]),
        username=os.environ["KABINET_PRINCIPAL"],
        password=os.environ["KABINET_SECRET"],
        decode_responses=True,
    )

    async def once(*words):
        while True:
            try:
                return await request(client, *words)
            except (coredis.exceptions.ConnectionError, TimeoutError):
                await asyncio.sleep(0.2)  # The same id= again: it is done once.

    async with client:
        paid = await once("TOPUP", number, "100", "ref=acq-1", "id=pay-1")
        print(await request(client, "BALANCE", number))
        try:
            await once("TOPUP", number, "-5", "ref=acq-2", "id=pay-2")
        except coredis.exceptions.ResponseError as error:
            code = str(error).split()[0]  # invalid_amount
        # Example: end

        def many(is_transaction):
            async def run(requests):
                async with client.pipeline(transaction=is_transaction) as queue:
                    for words in requests:
                        request(queue, *words)
                return queue.results

            return run

        await steps.run(paid, code, once, many(is_transaction=False), many(is_transaction=True))


asyncio.run(main())
