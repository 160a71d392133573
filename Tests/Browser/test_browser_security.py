"""Sessions, devices and the password."""

import pytest

NEW = "copper meadow kettle"


@pytest.mark.any_hand
class TestBrowserSecurity:
    def test_one_session_is_ended(self, signed_in, operator):
        visitor = signed_in
        operator.session(visitor.msisdn, visitor.password)
        visitor.open("/security")
        this, other = operator.call("SESSIONS", visitor.msisdn).rows
        assert not visitor.has(f'form[action="/security/end"] button[value="{this["number"]}"]')

        visitor.press(f'form[action="/security/end"] button[value="{other["number"]}"]')

        assert visitor.path == "/security"
        assert visitor.notice
        assert [row["number"] for row in operator.call("SESSIONS", visitor.msisdn).rows] == [this["number"]]

    def test_all_other_sessions_are_ended(self, signed_in, operator):
        visitor = signed_in
        for _ in range(3):
            operator.session(visitor.msisdn, visitor.password)
        visitor.open("/security")
        visitor.press('form[action="/security/end"] button[value=others]')

        assert visitor.notice
        assert len(operator.call("SESSIONS", visitor.msisdn).rows) == 1
        visitor.open("/")
        assert visitor.shown == visitor.msisdn, "this session goes on"

    def test_a_device_is_removed(self, signed_in, operator):
        visitor = signed_in
        operator.add_device(visitor.msisdn, visitor.password, "Мой планшет")
        visitor.open("/security")
        assert "Мой планшет" in visitor.text
        visitor.press('main form[action^="/security/device"] button, main a[href^="/security/device"]')
        assert visitor.path == "/security/device"
        visitor.fill("reauth", visitor.password)
        visitor.submit("/security/device")

        assert visitor.path == "/security"
        assert visitor.notice
        assert operator.call("DEVICES", visitor.msisdn).rows == []

    def test_the_password_is_changed(self, signed_in, operator):
        visitor = signed_in
        operator.session(visitor.msisdn, visitor.password)
        visitor.open("/security")
        visitor.follow("/security/password")
        visitor.fill("old", visitor.password)
        visitor.fill("new", NEW)
        box = visitor.page.locator("main [name=end_others]")
        if not box.is_checked():
            visitor.tick("[name=end_others]")
        visitor.submit("/security/password")

        assert visitor.notice
        assert len(operator.call("SESSIONS", visitor.msisdn).rows) == 1
        operator.session(visitor.msisdn, NEW)
        visitor.open("/")
        assert visitor.shown == visitor.msisdn


class TestBrowserPasswordRefused:
    def test_a_wrong_old_password(self, signed_in, operator):
        signed_in.open("/security/password")
        signed_in.fill("old", "not the password")
        signed_in.fill("new", NEW)
        signed_in.submit("/security/password")

        assert signed_in.has('.errors a[href="#old"]')
        assert NEW not in signed_in.page.content()
        operator.session(signed_in.msisdn, signed_in.password)

    def test_an_easy_new_password(self, signed_in, operator):
        signed_in.open("/security/password")
        signed_in.fill("old", signed_in.password)
        signed_in.fill("new", "12345678")
        signed_in.submit("/security/password")

        assert signed_in.has('.errors a[href="#new"]')
        operator.session(signed_in.msisdn, signed_in.password)
