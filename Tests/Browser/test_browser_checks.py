"""The suite's own checks find a fault that is planted."""

import pytest
from test_browser_pages import OVERFLOW, violations


@pytest.mark.script_only
class TestBrowserChecks:
    @pytest.mark.parametrize("plant, words", [
        ("location.href = 'http://other.example/'", "another origin"),
        ("fetch('http://other.example/').catch(() => {})", "content security policy"),
        ("document.body.setAttribute('style', 'color: red')", "content security policy"),
        ("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
         "content security policy"),
        ("console.error('a fault')", "a fault"),
        ("setTimeout(() => { throw new Error('a fault') })", "an exception"),
        ("history.pushState(null, '', '/?page=79001234567'), fetch(location.href)", "in an address"),
        ("fetch('/?x=hhdqUOq-PhlIvEAgmq1n_LnV1G1s2fpdnWQoW').catch(() => {})", "in an address"),
    ], ids=range(8))
    def test_what_is_watched(self, visitor, time, plant, words):
        visitor.open("/sign-in")
        visitor.page.evaluate(f"() => {{ {plant} }}")
        visitor.page.wait_for_timeout(300)

        assert any(words in fault for fault in visitor.faults), visitor.faults
        visitor.faults.clear()

    def test_accessibility(self, visitor, time):
        visitor.open("/sign-in")
        visitor.page.evaluate("document.querySelector('label').remove()")
        assert any(fault.startswith("label: ") for fault in violations(visitor.page))

    def test_what_is_too_wide(self, visitor, time):
        visitor.open("/sign-in")
        visitor.page.evaluate("document.querySelector('h1').style.width = '2000px'")
        assert visitor.page.evaluate(OVERFLOW)
        visitor.faults.clear()

    def test_a_focus_that_cannot_be_seen(self, visitors, time):
        visitor = visitors("keyboard")
        visitor.open("/sign-in")
        visitor.page.evaluate("document.querySelector('#password').style.outline = 'none'")
        with pytest.raises(AssertionError, match="the focus is not visible"):
            visitor.submit("/sign-in")
        visitor.faults.clear()
