"""What works and why not, the SIM's block, bans, own limits, the blacklist, settings for the phone."""

import pytest


@pytest.fixture
def linked(visitor, subscriber, operator):
    """A visitor who looks at a number of the family that the own one manages."""
    visitor.msisdn, visitor.password = subscriber
    visitor.other = operator.activate("moy-razgovor", money=700)
    operator.link(visitor.msisdn, visitor.password, visitor.other)
    visitor.sign_in(visitor.msisdn, visitor.password)
    visitor.switch_to(visitor.other)
    return visitor


@pytest.mark.any_hand
class TestBrowserSIM:
    def test_block_and_unblock(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/service")
        visitor.follow("/service/sim/block")
        visitor.pick("reason", "stolen")
        visitor.submit("/service/sim/block")

        assert visitor.path == "/service"
        assert visitor.notice
        assert operator.call("SERVICE", visitor.msisdn)["sim_block"] == "subscriber"
        visitor.open("/")
        assert "SIM-карта заблокирована" in visitor.text_of("main .banner.bad")

        visitor.follow("/service")
        visitor.follow("/service/sim/unblock")
        visitor.fill("reauth", visitor.password)
        visitor.submit("/service/sim/unblock")

        assert visitor.path == "/service"
        assert visitor.notice
        assert "sim_block" not in operator.call("SERVICE", visitor.msisdn)


class TestBrowserSIMRefused:
    @pytest.fixture
    def blocked(self, signed_in, operator):
        session = operator.session(signed_in.msisdn, signed_in.password)
        operator.call("SIM.BLOCK", signed_in.msisdn, session=session)
        signed_in.open("/service/sim/unblock")
        return signed_in

    @pytest.mark.parametrize("password", ["", "not the password", "123456"])
    def test_without_the_password(self, blocked, operator, password):
        blocked.fill("reauth", password)
        blocked.submit("/service/sim/unblock")

        assert blocked.has('.errors a[href="#reauth"]')
        assert operator.call("SERVICE", blocked.msisdn)["sim_block"] == "subscriber"

    def test_a_block_of_the_operator(self, blocked, operator):
        operator.call("SIM.BLOCK", blocked.msisdn)
        blocked.fill("reauth", blocked.password)
        blocked.submit("/service/sim/unblock")

        assert blocked.has(".errors")
        assert not blocked.has("main [name=reauth]")
        blocked.open("/service")
        assert not blocked.has('main a[href="/service/sim/unblock"]')

    def test_a_manager_blocks_and_does_not_unblock(self, linked, operator):
        linked.open("/service/sim/block")
        linked.submit("/service/sim/block")
        assert operator.call("SERVICE", linked.other)["sim_block"] == "subscriber"

        assert not linked.has('main a[href="/service/sim/unblock"]')
        linked.open("/service/sim/unblock")
        assert not linked.has("main [name=reauth]")


@pytest.mark.any_hand
class TestBrowserBans:
    @pytest.mark.parametrize("ban", ["content", "calls"])
    def test_on_and_off(self, signed_in, operator, ban):
        visitor = signed_in
        before = operator.call("SERVICE", visitor.msisdn)[f"{ban}_ban"]
        visitor.open("/service")
        for _ in range(2):
            visitor.submit(f"/service/{ban}")
            assert visitor.notice
            after = operator.call("SERVICE", visitor.msisdn)[f"{ban}_ban"]
            assert after != before
            before = after

    def test_the_blacklist(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/service")
        visitor.follow("/service/blacklist")
        visitor.fill("peer", "8 495 123-45-67")
        visitor.submit("/service/blacklist")
        assert visitor.notice
        assert [row["peer"] for row in operator.call("BLACKLIST", visitor.msisdn).rows] == ["74951234567"]

        visitor.submit("/service/blacklist/remove")

        assert visitor.notice
        assert operator.call("BLACKLIST", visitor.msisdn).rows == []


class TestBrowserBansRefused:
    @pytest.mark.parametrize("peer", ["", "звонок", "1", "12345678901234567890"])
    def test_what_is_no_number(self, signed_in, operator, peer):
        signed_in.open("/service/blacklist")
        signed_in.fill("peer", peer)
        signed_in.submit("/service/blacklist")

        assert signed_in.has('.errors a[href="#peer"]')
        assert signed_in.page.locator("main [name=peer]").input_value() == peer
        assert operator.call("BLACKLIST", signed_in.msisdn).rows == []

    def test_a_number_that_is_there(self, signed_in, operator):
        operator.call("BLACKLIST.ADD", signed_in.msisdn, "900")
        signed_in.open("/service/blacklist")
        signed_in.fill("peer", "900")
        signed_in.submit("/service/blacklist")
        assert signed_in.has('.errors a[href="#peer"]')

    def test_a_manager_sets_and_does_not_lift(self, linked, operator):
        operator.call("CONTENT.BAN", linked.other, "off")
        operator.call("BLACKLIST.ADD", linked.other, "900")
        linked.open("/service")
        linked.submit("/service/content")
        assert operator.call("SERVICE", linked.other)["content_ban"] == "1"
        assert not linked.has('form[action="/service/content"]')

        # A page that was opened before, or a form that somebody wrote.
        form = linked.form()
        linked.post("/service/content", {**form, "ban": "off"})
        linked.open("/service/blacklist")
        assert linked.problem
        assert operator.call("SERVICE", linked.other)["content_ban"] == "1"
        assert not linked.has('form[action="/service/blacklist/remove"]')

    def test_a_ban_that_another_tab_has_set(self, signed_in, operator):
        signed_in.open("/service")
        operator.call("CALLS.BAN", signed_in.msisdn, "on")
        signed_in.submit("/service/calls")
        assert signed_in.notice
        assert not signed_in.problem


@pytest.mark.any_hand
class TestBrowserLimits:
    def test_set_and_remove(self, signed_in, operator):
        visitor = signed_in
        visitor.open("/service")
        visitor.follow("/service/limits")
        visitor.fill("amount", "500,50")
        visitor.fill("roaming_bytes", "1024")
        visitor.pick("beyond_package", "stop")
        visitor.submit("/service/limits")

        assert visitor.path == "/service"
        assert visitor.notice
        account = operator.call("ACCOUNT", visitor.msisdn)
        assert (account["spending_limit"], account["roaming_limit"], account["beyond_package"]) == (
            "500.50", str(1 << 30), "stop")
        assert "500,50 ₽" in visitor.text

        visitor.follow("/service/limits")
        visitor.fill("amount", "")
        visitor.submit("/service/limits")

        account = operator.call("ACCOUNT", visitor.msisdn)
        assert "spending_limit" not in account
        assert account["roaming_limit"] == str(1 << 30)


class TestBrowserLimitsRefused:
    @pytest.mark.parametrize("name", ["amount", "roaming_bytes"])
    def test_what_is_no_amount(self, signed_in, operator, name):
        signed_in.open("/service/limits")
        signed_in.fill(name, "много")
        signed_in.submit("/service/limits")

        assert signed_in.has(f'.errors a[href="#{name}"]')
        assert signed_in.page.locator(f"main [name={name}]").input_value() == "много"
        assert "spending_limit" not in operator.call("ACCOUNT", signed_in.msisdn)

    def test_a_limit_that_the_owner_set(self, linked, operator):
        own = operator.session(linked.other, operator.register(linked.other))
        operator.call("SPENDING.LIMIT", linked.other, amount=500, session=own)
        linked.open("/service/limits")
        linked.fill("amount", "600")
        linked.submit("/service/limits")
        assert linked.has('.errors a[href="#amount"]')

        linked.fill("amount", "400")
        linked.submit("/service/limits")
        assert linked.notice
        assert operator.call("ACCOUNT", linked.other)["spending_limit"] == "400.00"

    def test_a_purchase_beyond_the_limit(self, signed_in, operator):
        operator.call("SPENDING.LIMIT", signed_in.msisdn, amount=250)
        for path in ("/options/internet-5gb", "/tariffs/moy-onlayn"):
            signed_in.open(path)
            if signed_in.has(f'main form[action="{path}"][method=post]'):
                signed_in.submit(path)
            assert "предел" in signed_in.text, path
        assert operator.call("OPTIONS", signed_in.msisdn).rows == []


class TestBrowserSettings:
    def test_they_are_sent_at_most_five_times(self, signed_in, operator):
        signed_in.open("/service")
        for _ in range(5):
            signed_in.submit("/service/settings")
            assert signed_in.notice
        orders = operator.call("ORDERS", msisdn=signed_in.msisdn).rows
        assert [row["kind"] for row in orders if row["action"] == "settings"] == ["internet"] * 5

        signed_in.submit("/service/settings")
        assert "завтра" in signed_in.problem

    def test_a_manager_has_no_button(self, linked):
        linked.open("/service")
        assert not linked.has('form[action="/service/settings"]')


class TestBrowserBarred:
    def test_used_up_money_is_told_until_there_is_some(self, visitor, operator, time):
        msisdn = operator.activate("klassicheskiy", money=5)
        visitor.sign_in(msisdn, operator.register(msisdn))
        operator.use(msisdn, "voice", seconds=240)

        visitor.open("/")
        assert "закончились деньги" in visitor.text_of("main .banner.bad")
        visitor.follow("/service")
        assert "Не работает" in visitor.text
        assert "Входящие звонки" in visitor.text

        operator.top_up(msisdn, 100)

        visitor.open("/service")
        assert not visitor.has("main .banner.bad")
        assert visitor.has("main .banner.good")
        visitor.open("/")
        assert not visitor.has("main .banner")

    def test_a_limit_that_is_reached(self, signed_in, operator):
        operator.call("SPENDING.LIMIT", signed_in.msisdn, amount=201)
        operator.use(signed_in.msisdn, "sms", messages=1)

        signed_in.open("/")
        assert "предел расходов" in signed_in.text_of("main .banner.warn")
        signed_in.follow("/service")
        signed_in.follow("/service/limits")
        signed_in.fill("amount", "1000")
        signed_in.submit("/service/limits")

        assert not signed_in.has("main .banner.warn")
