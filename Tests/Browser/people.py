"""The numbers of the list of pages, each in another state."""

import datetime

from staff import UTC

# The clock of Kaliningrad, where Mila lives.
KALININGRAD = datetime.timedelta(hours=2)


class People:
    """Anna has everything, Boris has not paid, Vera has nothing, and Anna manages Grandma's number.

    Galina's SIM is blocked, Dmitry has suspended his number, Egor has used his money up and has limits, and Zoya will
    have another tariff, has confirmed her e-mail address and stored a card. Mila, in Kaliningrad, called around the end of a month.
    """

    def __init__(self, operator):
        operator_began = operator.now()
        self.anna = operator.activate("moy-onlayn", money=5000)
        self.boris = operator.activate("moy-razgovor", money=210)
        self.vera = operator.activate("klassicheskiy")
        self.grandma = operator.activate("moy-razgovor", money=900)
        self.mila = operator.activate("klassicheskiy", money=500, region="kld")
        # Tests take them: after the months below, their tenure is enough for a promised payment.
        self.tenured = [operator.activate(money=20) for _ in range(24)]
        operator.call("OPTION.ON", self.anna, "internet-5gb")
        operator.subscribe(self.anna, "muzyka")
        operator.call("OPTION.ON", self.anna, "gudok")
        operator.call("OPTION.ON", self.anna, "socseti")

        now = datetime.datetime.now(UTC)
        for days in (3, 40, 61):
            operator.set_clock(operator_began + datetime.timedelta(days=days))
            for hours in range(8):
                operator.use(self.anna, "voice", seconds=75 + 60 * hours)
                operator.use(self.anna, "sms", messages=1)
                operator.use(self.anna, "data", bytes=700_000_000 + hours)
                operator.wait(3600)
            operator.use(self.grandma, "voice", seconds=300)
            operator.top_up(self.anna, 500)
            if days == 3:
                self.cross_month(operator)
        operator.set_clock(now)

        self.galina = operator.activate("moy-razgovor", money=900)
        self.dmitry = operator.activate("moy-razgovor", money=900)
        self.egor = operator.activate("klassicheskiy", money=5)
        self.zoya = operator.activate("moy-onlayn", money=2000)
        registered = (self.anna, self.boris, self.vera, self.galina, self.dmitry, self.egor, self.zoya, self.mila)
        self.passwords = {msisdn: operator.register(msisdn) for msisdn in registered}
        operator.link(self.anna, self.passwords[self.anna], self.grandma)
        operator.add_device(self.anna, self.passwords[self.anna], "Телефон Анны")
        operator.call("PROFILE.SET", self.anna, name="Анна Андреевна", email="anna@example.org", notify="sms,email")
        operator.call("CONSENT.SET", self.anna, "advertising", 1)

        # The subscriber's own block, which the password lifts.
        session = operator.session(self.galina, self.passwords[self.galina])
        operator.call("SIM.BLOCK", self.galina, reason="lost", session=session)
        operator.call("TARIFF.SUSPEND", self.dmitry)
        operator.call("SPENDING.LIMIT", self.egor, amount=100, roaming_bytes=1 << 30, beyond_package="stop")
        operator.call("CALLS.BAN", self.egor, "on")
        operator.call("BLACKLIST.ADD", self.egor, "74951234567")
        operator.call("BLACKLIST.ADD", self.egor, "900")
        operator.use(self.egor, "voice", seconds=240)
        operator.store_card(self.zoya, self.passwords[self.zoya])
        operator.confirm_email(self.zoya, "zoya@example.org")
        operator.call("TARIFF.CHANGE", self.zoya, "moy-razgovor", when="period_end")

    def cross_month(self, operator):
        """Calls in the last second and millisecond of a month of Kaliningrad, and in the first second of the next."""
        local = operator.now() + KALININGRAD
        end = (local.replace(day=1) + datetime.timedelta(days=32)).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0)
        operator.set_clock(end - KALININGRAD + datetime.timedelta(hours=1))
        # By month: the sum of its calls, in kopecks.
        self.sums = {f"{end - datetime.timedelta(days=1):%Y-%m}": 0, f"{end:%Y-%m}": 0}
        for before, seconds in ((1000, 60), (1, 120), (0, 240)):
            start = end - datetime.timedelta(milliseconds=before)
            time = (start - KALININGRAD).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
            rated = operator.use(self.mila, "voice", start=time, seconds=seconds)
            self.sums[f"{start:%Y-%m}"] += round(float(rated["amount"]) * 100)
