"""What must hold after all other tests: every command was used, and no secret was written down."""

import re

import pytest

# Those of organisations and of apps: the cabinet has no page for them.
OF_OTHERS = re.compile(r"ORG|GROUP|PIN$|PUK$|DEVICE\.ADD$|LOGIN\.DEVICE$")


@pytest.mark.whole_run
class TestBrowserWholeRun:
    def test_every_command_of_a_front_end_was_used(self, operator, services):
        wanted = {row["verb"] for row in operator.call("COMMANDS").rows if "frontend" in row["roles"].split(",")}
        unused = {verb for verb in wanted if not OF_OTHERS.match(verb)} - set(services.relay.answered)
        assert not unused

    def test_no_secret_was_written_down(self, operator, services):
        codes = {row["code"] for row in operator.call("NOTIFICATIONS", limit=1000).rows if "code" in row}
        secrets = services.relay.secrets | codes
        assert len(secrets) > 100
        places = {
            "pages and heads of responses": services.tap.responses.decode(errors="replace"),
            "heads of requests": services.tap.requests.decode(errors="replace"),
            "the log of kabinet-web": services.web.logged(),
            "the log of kabinetd": services.kabinetd.logged(),
        }
        phrases = {secret for secret in secrets if re.search(r"[^\w-]", secret)}
        for place, text in places.items():
            words = set(re.findall(r"[\w-]+", text))
            found = (secrets & words) | {phrase for phrase in phrases if phrase in text}
            assert not found, f"{place}: {found}"

    def test_no_number_is_in_a_log(self, operator, services):
        numbers = re.compile("|".join(number[1:] for number in operator.numbers))
        assert not numbers.findall(services.web.logged())
        assert not numbers.findall(services.kabinetd.logged())
