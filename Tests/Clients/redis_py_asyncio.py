import steps

# Example: begin
import asyncio
import os

import redis.asyncio as redis

number = os.environ["KABINET_NUMBER"]


async def main():
    client = redis.Redis(
        port=int(os.environ["KABINET_PORT"]),
        username=os.environ["KABINET_PRINCIPAL"],
        password=os.environ["KABINET_SECRET"],
        decode_responses=True,
    )

    async def once(*words):
        while True:
            try:
                return await client.execute_command(*words)
            except redis.AuthenticationError:
                raise  # A wrong secret stays wrong; the class is one of ConnectionError.
            except (redis.ConnectionError, redis.TimeoutError):
                await asyncio.sleep(0.2)  # The same id= again: it is done once.

    paid = await once("TOPUP", number, "100", "ref=acq-1", "id=pay-1")
    print(await client.execute_command("BALANCE", number))
    try:
        await once("TOPUP", number, "-5", "ref=acq-2", "id=pay-2")
    except redis.ResponseError as error:
        code = str(error).split()[0]  # invalid_amount
    # Example: end

    async def transaction(requests):
        queue = client.pipeline()
        for words in requests:
            queue.execute_command(*words)
        return await queue.execute()

    await steps.run(paid, code, once, transaction, transaction)
    await client.aclose()


asyncio.run(main())
