#!/usr/bin/python3
"""Every channel against a receiver that speaks its protocol, well and badly: `notify test`; TAP.

usage: channels.py PORT_MANAGER
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from receivers import Mail, Web, is_signed, make_certificate  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
PASSWORD = "canary-pass-91af"


class Case:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def test(self, configuration, *channel, **environment):
        """Of each channel its result; and the exit status."""
        config = self.folder / "config.toml"
        config.write_text(configuration)
        done = subprocess.run([PROGRAM, "--state", str(self.folder / "state"), "--config", str(config), "notify", "test",
                               *channel, "--json"], capture_output=True, text=True, check=False, timeout=120,
                              env=os.environ | environment, stdin=subprocess.DEVNULL)
        assert "canary" not in done.stdout + done.stderr, done.stdout + done.stderr
        if not done.stdout:
            return {"error": done.stderr}, done.returncode
        return {r["channel"]: r for r in json.loads(done.stdout)["results"]}, done.returncode


def mail(url, more="", head=""):
    return head + f"""
[notify.mail]
smtp = "{url}"
from = "port-manager@example.org"
to = ["ops@example.org"]
{more}
"""


LOGIN = 'user = "robot"\n'


def mail_is_as_mail_has_to_be(case):
    with Mail() as server:
        results, status = case.test(mail(server.url))
        assert status == 0 and results["mail"]["state"] == "sent", results
        message, envelope = server.messages[0], server.envelopes[0]
        assert envelope.mail_from == "port-manager@example.org" and envelope.rcpt_tos == ["ops@example.org"]
        assert message["Auto-Submitted"] == "auto-generated" and message["List-Id"] and message["MIME-Version"]
        assert re.fullmatch(r"<[0-9a-f-]{36}@[A-Za-z0-9.-]+>", message["Message-ID"]), message["Message-ID"]
        assert message["Date"].datetime.utcoffset().total_seconds() == 0
        assert "this is a test of port-manager’s messages" in str(message["Subject"]), message["Subject"]
        assert "port-manager’s messages" in message.get_content(), message.get_content()
        assert not message.defects, message.defects
        raw = envelope.content
        assert all(len(line) <= 78 for line in raw.split(b"\r\n")), raw
        assert raw.isascii() and b"\n" not in raw.replace(b"\r\n", b"")


def mail_signs_in_over_starttls(case):
    certificate = make_certificate(case.folder)
    with Mail(certificate, starttls=True, login=("robot", PASSWORD)) as server:
        head = f'[notify]\nca_file = "{certificate[0]}"\n'
        results, status = case.test(mail(server.url, LOGIN, head), PORT_MANAGER_MAIL_PASSWORD=PASSWORD)
        assert status == 0 and server.logins == [("robot", PASSWORD)] and len(server.messages) == 1, results
        # The control: an authority that nobody told us of.
        results, status = case.test(mail(server.url, LOGIN), PORT_MANAGER_MAIL_PASSWORD=PASSWORD)
        assert status == 3 and "certificate" in results["mail"]["cause"], results
        assert len(server.messages) == 1 and len(server.logins) == 1


def mail_signs_in_over_tls_from_the_start(case):
    certificate = make_certificate(case.folder)
    secret = case.folder / "password"
    secret.write_text(PASSWORD + "\n")
    with Mail(certificate, login=("robot", PASSWORD)) as server:
        results, status = case.test(mail(server.url, LOGIN + f'password_file = "{secret}"\n',
                                         f'[notify]\nca_file = "{certificate[0]}"\n'))
        assert status == 0 and server.logins == [("robot", PASSWORD)], results
        secret.write_text("other\n")
        results, status = case.test(mail(server.url, LOGIN + f'password_file = "{secret}"\n',
                                         f'[notify]\nca_file = "{certificate[0]}"\n'))
        assert status == 3 and "535" in results["mail"]["cause"], results


def no_password_goes_out_in_the_clear_where_tls_is_a_must(case):
    with Mail(login=("robot", PASSWORD)) as server:
        results, status = case.test(mail(server.url, LOGIN + 'tls = "require"\n'), PORT_MANAGER_MAIL_PASSWORD=PASSWORD)
        assert status == 3 and server.logins == [], results
        # The control: on this machine it may.
        results, status = case.test(mail(server.url, LOGIN), PORT_MANAGER_MAIL_PASSWORD=PASSWORD)
        assert status == 0 and server.logins == [("robot", PASSWORD)], results


def one_receiver_that_is_refused_keeps_nothing_from_the_others(case):
    with Mail(refuse=["gone@example.org"]) as server:
        text = mail(server.url).replace('["ops@example.org"]', '["gone@example.org", "ops@example.org"]')
        results, status = case.test(text)
        assert status == 0 and server.envelopes[0].rcpt_tos == ["ops@example.org"], results
        assert "gone@example.org" in results["mail"]["cause"] and "550" in results["mail"]["cause"], results
    with Mail(refuse=["ops@example.org"]) as server:
        results, status = case.test(mail(server.url))
        assert status == 3 and "nobody here by that name" in results["mail"]["cause"], results


def a_server_that_hangs_after_it_took_the_message_is_given_up(case):
    with Mail(hang_at_quit=True) as server:
        results, _ = case.test(mail(server.url))
        assert len(server.messages) == 1 and results["mail"]["state"] == "sent", results


def webhook_is_signed_over_time_and_body(case):
    with Web() as receiver:
        _, status = case.test(f'[notify.webhook]\nurl = "{receiver.url}"\nsecret = "canary-key"\n')
        assert status == 0 and is_signed(receiver.posts[0], "canary-key")
        assert not is_signed(receiver.posts[0], "another key")
        headers, body = receiver.posts[0]
        assert not is_signed((headers, body.replace(b"test", b"tost")), "canary-key")
        assert headers["Idempotency-Key"] == f'"{json.loads(body)["key"]}"'
        secret = case.folder / "key"
        secret.write_text("canary-of-a-file\n")
        case.test(f'[notify.webhook]\nurl = "{receiver.url}"\nsecret_file = "{secret}"\n')
        assert is_signed(receiver.posts[1], "canary-of-a-file")
        case.test(f'[notify.webhook]\nurl = "{receiver.url}"\n')
        assert "X-Port-Manager-Signature" not in receiver.posts[2][0]


def slack_gets_blocks(case):
    certificate = make_certificate(case.folder)
    with Web(certificate=certificate) as receiver:
        hook = case.folder / "hook"
        hook.write_text(receiver.url + "\n")
        results, status = case.test(f'[notify]\nca_file = "{certificate[0]}"\n[notify.slack]\nwebhook_file = "{hook}"\n')
        assert status == 0, results
        body = receiver.bodies[0]
        assert body["text"] and [b["type"] for b in body["blocks"]] == ["header", "section", "context"], body
        assert set(body) == {"text", "blocks"}


def redirects_are_not_followed(case):
    with Web() as other, Web((302, {"Location": other.url})) as receiver:
        results, status = case.test(f'[notify.webhook]\nurl = "{receiver.url}"\n')
        assert status == 3 and "302" in results["webhook"]["cause"] and other.posts == [], results


def link_local_addresses_are_never_asked(case):
    for url in ("http://169.254.169.254/latest", "http://[fe80::1]/", "http://[::ffff:169.254.169.254]/", "http://0.0.0.0/"):
        results, status = case.test(f'[notify.webhook]\nurl = "{url}"\n')
        assert status == 3 and "may not be asked" in results["webhook"]["cause"], results
    results, status = case.test(mail("smtp://169.254.169.254:25"))
    assert status == 3 and "may not be asked" in results["mail"]["cause"], results


def what_a_receiver_says_no_with_is_told(case):
    with Web(503) as receiver:
        results, status = case.test(f'[notify.webhook]\nurl = "{receiver.url}"\n')
        assert status == 3 and "503" in results["webhook"]["cause"], results
    with Web("drop") as receiver:
        results, status = case.test(f'[notify.webhook]\nurl = "{receiver.url}"\n')
        assert status == 3 and results["webhook"]["cause"], results


def wrong_use_is_told_what_is_right(case):
    results, status = case.test("", "pigeon")
    assert status == 2 and "mail, slack or webhook" in results["error"], results
    results, status = case.test("")
    assert status == 3 and "notify.mail.smtp" in results["error"], results
    results, status = case.test('[notify.mail]\nsmtp = "smtp://127.0.0.1:1"\n')
    assert status == 3 and "notify.mail.to" in results["error"], results
    results, status = case.test('[notify.mail]\nto = ["Ops <ops@example.org>"]\n[notify.slack]\nquiet_hours = ["22-7"]\n')
    assert status == 3 and "bare mail address" in results["error"] and "22:00-07:00" in results["error"], results


def main():
    cases = [mail_is_as_mail_has_to_be, mail_signs_in_over_starttls, mail_signs_in_over_tls_from_the_start,
             no_password_goes_out_in_the_clear_where_tls_is_a_must,
             one_receiver_that_is_refused_keeps_nothing_from_the_others,
             a_server_that_hangs_after_it_took_the_message_is_given_up, webhook_is_signed_over_time_and_body,
             slack_gets_blocks, redirects_are_not_followed, link_local_addresses_are_never_asked,
             what_a_receiver_says_no_with_is_told, wrong_use_is_told_what_is_right]
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        name = case.__name__.replace("_", "-")
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(Case(folder))
                print(f"ok {number} /notify/channels/{name}", flush=True)
            except Exception as error:  # noqa: BLE001
                failed += 1
                print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
                print(f"not ok {number} /notify/channels/{name}", flush=True)
    return failed > 0


sys.exit(main())
