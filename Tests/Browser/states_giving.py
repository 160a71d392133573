"""The visitors of the pages of promises, transfers, gifts, exchanges and automatic payments."""


class GivingStates:
    """A part of pages.States."""

    def borrower(self, visitor):
        msisdn = self.people.tenured.pop()
        visitor.sign_in(msisdn, self.operator.register(msisdn))
        self.operator.call("PROMISE", msisdn, amount=100)

    def debtor(self, visitor):
        msisdn = self.people.tenured.pop()
        visitor.sign_in(msisdn, self.operator.register(msisdn))
        self.operator.overdraw(msisdn)

    def transferring(self, visitor):
        self.anna(visitor)
        visitor.open("/transfer")
        visitor.fill("to", self.people.grandma)
        visitor.fill("amount", "100")
        visitor.submit("/transfer")

    def giver(self, visitor):
        msisdn = self.operator.activate("moy-onlayn", money=2000)
        visitor.sign_in(msisdn, self.operator.register(msisdn))
        return msisdn

    def gifting(self, visitor):
        self.giver(visitor)
        visitor.open("/gift")
        visitor.fill("to", self.people.grandma)
        visitor.fill("gigabytes", "2")
        visitor.submit("/gift")

    def gifted(self, visitor):
        """A number that got money and data from another one, and has exchanged minutes."""
        msisdn = self.giver(visitor)
        other = self.operator.activate("moy-onlayn", money=2000)
        self.operator.pay_cash(other, 500)
        password = self.operator.register(other)
        session = self.operator.session(other, password)
        self.operator.call("TRANSFER", other, msisdn, 100, session=session, reauth=password)
        self.operator.call("BUCKET.GIFT", other, msisdn, bytes=1 << 30, session=session)
        self.operator.call("BUCKET.EXCHANGE", msisdn, seconds=600)

    def ordering(self, visitor):
        self.zoya(visitor)
        self.order(visitor)

    def automatic(self, visitor):
        """A newcomer whose stored card pays below a balance."""
        msisdn = self.operator.activate("moy-razgovor", money=900)
        password = self.operator.register(msisdn)
        self.operator.store_card(msisdn, password, stays=True)
        visitor.sign_in(msisdn, password)
        self.order(visitor)
        visitor.fill("reauth", password)
        visitor.submit("/autopay/confirm")

    def order(self, visitor):
        visitor.open("/autopay")
        visitor.fill("amount", "300")
        visitor.fill("below", "50")
        visitor.submit("/autopay")
