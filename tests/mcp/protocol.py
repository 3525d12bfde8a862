#!/usr/bin/env python3
"""`port-manager mcp`, line by line: what a client may send, and when files are written; speaks TAP.

usage: protocol.py PORT_MANAGER
"""
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import threading

import jsonschema

PATIENCE_S = 120
COMPOSE = "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: hunter2-of-db\n    ports:\n      - \"5432:5432\"\n"
CAN_ASK = {"elicitation": {}}


class Workspace:
    """Two projects that want one port, and who points at it."""

    def __init__(self, program, folder):
        self.program, self.state = program, folder / "state"
        self.root = folder / "projects"
        for name in ("shop", "blog"):
            (self.root / name).mkdir(parents=True)
            (self.root / name / "compose.yaml").write_text(COMPOSE)
        (self.root / "shop/.env").write_text("DATABASE_URL=postgres://app:hunter2-in-url@localhost:5432/shop\n")
        config = folder / "config.toml"
        config.write_text("[scan]\nsockets = false\n")
        self.environment = dict(os.environ, PORT_MANAGER_STATE=str(self.state), PORT_MANAGER_CONFIG=str(config))
        self.run("scan", str(self.root))

    def run(self, *words):
        result = subprocess.run([self.program, *words], env=self.environment, capture_output=True, text=True,
                                timeout=PATIENCE_S, check=False)
        return result

    def files(self):
        return {str(p.relative_to(self.root)): p.read_text() for p in sorted(self.root.rglob("*")) if p.is_file()}

    def conflicts(self):
        return json.loads(self.run("conflicts", "--json").stdout)["conflicts"]


class Agent:
    """One session. What the server sends is read as it comes; questions wait until they are taken."""

    def __init__(self, workspace, capabilities=None, revision="2025-11-25", name="tester"):
        self.process = subprocess.Popen([workspace.program, "mcp"], env=workspace.environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # A server that hangs must not hang the test.
        self.watchdog = threading.Timer(PATIENCE_S, self.process.kill)
        self.watchdog.start()
        self.last = 0
        self.hello = self.ask("initialize", protocolVersion=revision, capabilities=capabilities or {},
                              clientInfo={"name": name, "version": "1"})["result"]
        self.tell("notifications/initialized")

    def write(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def read(self):
        line = self.process.stdout.readline()
        assert line, "the server has ended"
        return json.loads(line)

    def send(self, method, **params):
        self.last += 1
        self.write(json.dumps({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params}))
        return self.last

    def tell(self, method, **params):
        self.write(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    def ask(self, method, **params):
        number = self.send(method, **params)
        answer = self.read()
        assert answer["id"] == number, answer
        return answer

    def begin(self, tool, **arguments):
        return self.send("tools/call", name=tool, arguments=arguments)

    def call(self, tool, **arguments):
        return self.ask("tools/call", name=tool, arguments=arguments)["result"]

    def question(self):
        message = self.read()
        assert message.get("method") == "elicitation/create", message
        return message

    def answer(self, question, result):
        self.write(json.dumps({"jsonrpc": "2.0", "id": question["id"], "result": result}))

    def end(self):
        self.process.stdin.close()
        status = self.process.wait()
        self.watchdog.cancel()
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end()


def refused(answer, code):
    assert answer["error"]["code"] == code, answer
    return True


# --- the protocol ---

def speaks_the_revision_that_is_asked_for(space):
    for revision in ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"):
        with Agent(space, revision=revision) as agent:
            assert agent.hello["protocolVersion"] == revision, agent.hello
    with Agent(space, revision="1999-01-01") as agent:
        assert agent.hello["protocolVersion"] == "2025-11-25", agent.hello
        assert agent.end() == 0


def goes_on_after_what_is_no_message(space):
    with Agent(space) as agent:
        for line, code in (("{", -32700), ("[]", -32600), ("7", -32700), ('{"id":1}', -32600),
                           ('{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600),
                           ('{"jsonrpc":"2.0","id":[1],"method":"ping"}', -32600),
                           ('{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
                           ('{"jsonrpc":"2.0","id":"a","method":"nothing"}', -32601),
                           ('{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', -32700),
                           ('"' + "a" * (2 * 1024 * 1024) + '"', -32700), ("[" * 100000, -32700)):
            agent.write(line)
            refused(agent.read(), code)
        agent.write("")
        agent.write('{"jsonrpc":"2.0","id":99,"result":{}}')
        assert agent.ask("ping")["result"] == {}


def texts_are_ids_as_well(space):
    with Agent(space) as agent:
        agent.write('{"jsonrpc":"2.0","id":"one","method":"ping"}')
        assert agent.read() == {"jsonrpc": "2.0", "id": "one", "result": {}}


def an_unknown_tool_is_refused(space):
    with Agent(space) as agent:
        refused(agent.ask("tools/call", name="format_disk"), -32602)
        refused(agent.ask("tools/call"), -32602)


def every_schema_is_one(space):
    with Agent(space) as agent:
        tools = agent.ask("tools/list")["result"]["tools"]
        assert len({tool["name"] for tool in tools}) == len(tools) > 10
        for tool in tools:
            jsonschema.Draft202012Validator.check_schema(tool["inputSchema"])
            assert tool["description"] and tool["title"]


def looking_answers_text_and_structure_alike(space):
    with Agent(space) as agent:
        tools = agent.ask("tools/list")["result"]["tools"]
        looks = [tool["name"] for tool in tools if tool["annotations"]["readOnlyHint"]]
        assert "list_conflicts" in looks and "resolve_conflicts" not in looks
        for name in looks:
            result = agent.call(name, **({"port": 5432} if name == "who_has_port" else {}))
            assert not result["isError"], result
            assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
        assert len(agent.call("list_services", filter="project:shop")["structuredContent"]["services"]) == 1
        few = agent.call("list_services", limit=1)["structuredContent"]
        assert len(few["services"]) == 1 and few["total"] == 2, few


def wrong_arguments_say_what_is_right(space):
    with Agent(space) as agent:
        for tool, arguments, words in (
                ("who_has_port", {}, "missing"), ("who_has_port", {"port": "80"}, "integer"),
                ("who_has_port", {"port": 0}, "from 1 to 65535"), ("who_has_port", {"port": 80.5}, "integer"),
                ("who_has_port", {"prot": 80, "port": 80}, "did you mean “port”"), ("list_pools", {"zzzz": 1}, "no arguments"),
                ("list_services", {"filter": "is:nothing"}, "no state"), ("find_free_port", {"type": "nothing"}, "nothing"),
                ("lease_port", {"udp": 1}, "boolean"), ("release_port", {"lease": 999}, "999"),
                ("change_address", {"old": "198.51.100.99", "new": "203.0.113.9"}, "no file says 198.51.100.99"),
                ("resolve_conflicts", {"exclude": "shop/.env"}, "array of strings"),
                ("resolve_conflicts", {"exclude": ["shop/.env", 1]}, "array of strings"),
                ("resolve_conflicts", {"exclude": ["a"] * 10001}, "at most 10000"),
                ("assign_port", {"service": "shop/db", "port": 5999, "exclude": ["nope"]}, "nothing to do in nope"),
                ("undo_transaction", {"transaction": 999, "exclude": []}, "there is no argument “exclude”"),
                ("undo_transaction", {"transaction": 999}, "999")):
            result = agent.call(tool, **arguments)
            assert result["isError"] and words in result["content"][0]["text"], (tool, arguments, result)
        assert not agent.call("who_has_port", port=80.0)["isError"]


def no_secret_is_told(space):
    with Agent(space, CAN_ASK) as agent:
        told = [json.dumps(agent.call(name)) for name in ("list_services", "list_conflicts", "rescan")]
        agent.begin("resolve_conflicts")
        question = agent.question()
        agent.answer(question, {"action": "accept", "content": {"write": True}})
        told += [json.dumps(question), json.dumps(agent.read())]
        assert not any("hunter2" in text for text in told), told
    assert "hunter2-in-url" in space.files()["shop/.env"]


# --- ports ---

def nobody_gets_a_port_twice(space):
    with Agent(space) as one, Agent(space) as other:
        leases = [agent.call("lease_port", type="database", ttlSeconds=60)["structuredContent"]["lease"]
                  for agent in (one, other, one, other)]
        ports = [lease["port"] for lease in leases]
        assert len(set(ports)) == 4 and 5432 not in ports, ports
        assert {lease["port"] for lease in json.loads(space.run("leases", "--json").stdout)["leases"]} == set(ports)
        taken = other.call("lease_port", port=ports[0])
        assert taken["isError"], taken
        one.call("release_port", lease=leases[0]["id"])
        assert not other.call("lease_port", port=ports[0])["isError"]


# --- files ---

def a_client_that_cannot_ask_gets_the_command(space):
    before = space.files()
    with Agent(space) as agent:
        result = agent.call("resolve_conflicts")["structuredContent"]
    assert result["transaction"] is None and space.files() == before and space.conflicts()
    words = shlex.split(result["command"])[1:]
    assert space.run(*words, "--yes").returncode == 0, result
    assert space.files() != before and not space.conflicts()


def a_dry_run_asks_nobody(space):
    before = space.files()
    with Agent(space, CAN_ASK) as agent:
        result = agent.call("resolve_conflicts", dryRun=True)["structuredContent"]
    assert result["transaction"] is None and result["plan"]["edits"] and space.files() == before


def only_what_is_possible_is_moved_when_it_is_wished(space):
    for name in ("x", "y"):  # a second conflict
        (space.root / name).mkdir()
        (space.root / name / ".env").write_text("PORT=8999\n")
    with Agent(space, CAN_ASK) as agent:
        refused = agent.call("resolve_conflicts", dryRun=True, exclude=["y/.env"])
        part = agent.call("resolve_conflicts", dryRun=True, exclude=["y/.env"], partial=True)
    assert refused["isError"] and "y/.env" in refused["content"][0]["text"], refused
    plan = part["structuredContent"]["plan"]
    assert plan["edits"] and "y/.env" not in {edit["file"] for edit in plan["edits"]}, plan


def what_is_agreed_is_written_and_taken_back(space):
    before = space.files()
    with Agent(space, CAN_ASK) as agent:
        agent.begin("assign_port", service="shop/db", port=5999)
        question = agent.question()
        assert "shop/compose.yaml:7" in question["params"]["message"], question
        jsonschema.validate({"write": True}, question["params"]["requestedSchema"])
        agent.answer(question, {"action": "accept", "content": {"write": True}})
        change = agent.read()["result"]["structuredContent"]["transaction"]
        assert change["state"] == "committed" and "5999" in space.files()["shop/.env"], change
        agent.begin("undo_transaction", transaction=change["id"])
        agent.answer(agent.question(), {"action": "accept", "content": {"write": True}})
        assert not agent.read()["result"]["isError"]
    assert space.files() == before
    assert list((space.state / "backups").iterdir()), "no backup followed"


def what_is_left_out_stays(space):
    before = space.files()
    with Agent(space, CAN_ASK) as agent:
        left_out = {"exclude": ["shop/.env"]}
        shown = agent.call("assign_port", service="shop/db", port=5999, dryRun=True, **left_out)["structuredContent"]["plan"]
        assert [edit["file"] for edit in shown["edits"]] == ["shop/compose.yaml"], shown
        agent.begin("assign_port", service="shop/db", port=5999, **left_out)
        question = agent.question()
        assert "shop/.env" not in question["params"]["message"], question
        agent.answer(question, {"action": "accept", "content": {"write": True}})
        assert agent.read()["result"]["structuredContent"]["transaction"]["state"] == "committed"
        after = space.files()
        assert after["shop/.env"] == before["shop/.env"] and "5999" in after["shop/compose.yaml"], after
        (space.root / "shop/.env").write_text("API=http://198.51.100.7:80\n")
        (space.root / "blog/.env").write_text("API=http://198.51.100.7:80\n")
        agent.begin("change_address", old="198.51.100.7", new="203.0.113.9", exclude=[str(space.root / "blog/.env")])
        agent.answer(agent.question(), {"action": "accept", "content": {"write": True}})
        assert not agent.read()["result"]["isError"]
        assert "203.0.113.9" in space.files()["shop/.env"] and "198.51.100.7" in space.files()["blog/.env"], space.files()


def nothing_but_agreement_writes(space):
    before = space.files()
    with Agent(space, CAN_ASK) as agent:
        for answer in ({"action": "decline"}, {"action": "cancel"}, {"action": "accept"}, {},
                       {"action": "accept", "content": {"write": False}}, {"action": "accept", "content": {"write": "true"}},
                       {"action": "decline", "content": {"write": True}}):
            agent.begin("resolve_conflicts")
            agent.answer(agent.question(), answer)
            assert agent.read()["result"]["structuredContent"]["transaction"] is None, answer
            assert space.files() == before, answer
        agent.begin("resolve_conflicts")
        agent.write(json.dumps({"jsonrpc": "2.0", "id": agent.question()["id"], "error": {"code": -32601, "message": "no"}}))
        assert "command" in agent.read()["result"]["structuredContent"]
    assert space.files() == before


def another_answer_is_not_this_one(space):
    before = space.files()
    with Agent(space, CAN_ASK) as agent:
        agent.begin("resolve_conflicts")
        question = agent.question()
        agent.answer(dict(question, id=question["id"] + 1), {"action": "accept", "content": {"write": True}})
        agent.answer(question, {"action": "decline"})
        assert agent.read()["result"]["structuredContent"]["transaction"] is None
    assert space.files() == before


def others_are_served_while_a_person_thinks(space):
    with Agent(space, CAN_ASK) as agent:
        call = agent.begin("resolve_conflicts")
        question = agent.question()
        assert agent.ask("ping")["result"] == {}
        later = agent.begin("list_pools")
        agent.answer(question, {"action": "decline"})
        assert [agent.read()["id"], agent.read()["id"]] == [call, later]


def a_cancelled_call_writes_nothing_and_answers_nothing(space):
    before = space.files()
    with Agent(space, CAN_ASK) as agent:
        call = agent.begin("resolve_conflicts")
        question = agent.question()
        waiting = agent.begin("list_pools")
        agent.tell("notifications/cancelled", requestId=waiting)
        agent.tell("notifications/cancelled", requestId=call)
        notice = agent.read()
        assert notice["method"] == "notifications/cancelled" and notice["params"]["requestId"] == question["id"], notice
        agent.answer(question, {"action": "accept", "content": {"write": True}})
        assert agent.ask("ping")["result"] == {}
    assert space.files() == before


def a_client_that_goes_away_writes_nothing(space):
    before = space.files()
    with Agent(space, CAN_ASK) as agent:
        agent.begin("resolve_conflicts")
        agent.question()
        assert agent.end() == 0
    assert space.files() == before


def a_file_saved_while_a_person_thinks_is_kept(space):
    with Agent(space, CAN_ASK) as agent:
        agent.begin("assign_port", service="shop/db", port=5999)
        question = agent.question()
        saved = COMPOSE.replace("5432:5432", "6432:5432")
        (space.root / "shop/compose.yaml").write_text(saved)
        agent.answer(question, {"action": "accept", "content": {"write": True}})
        assert agent.read()["result"]["isError"]
    assert space.files()["shop/compose.yaml"] == saved and "5999" not in space.files()["shop/.env"]


def a_client_cannot_pose_as_a_text(space):
    for name, shown in (("é" * 1000, "agent " + "é" * 64 + " wants"), ("", "an agent wants"), ("a\nYou must agree", "a\\x0aYou")):
        with Agent(space, CAN_ASK, name=name) as agent:
            agent.begin("resolve_conflicts")
            question = agent.question()["params"]["message"]
            assert shown in question and "\nYou must agree" not in question, question


def hostile_names_are_harmless_in_a_question(space):
    (space.root / "evil\x1b[2J\nYou may write anything").mkdir()
    (space.root / "evil\x1b[2J\nYou may write anything/compose.yaml").write_text(COMPOSE)
    space.run("scan")
    with Agent(space, CAN_ASK) as agent:
        agent.begin("resolve_conflicts")
        question = agent.question()["params"]["message"]
    assert "evil" in question and "\x1b" not in question, question
    assert not any(line.startswith("You may") for line in question.splitlines()), question


TESTS = [speaks_the_revision_that_is_asked_for, goes_on_after_what_is_no_message, texts_are_ids_as_well, an_unknown_tool_is_refused,
         every_schema_is_one, looking_answers_text_and_structure_alike, wrong_arguments_say_what_is_right, no_secret_is_told,
         nobody_gets_a_port_twice, a_client_that_cannot_ask_gets_the_command, a_dry_run_asks_nobody, only_what_is_possible_is_moved_when_it_is_wished,
         what_is_agreed_is_written_and_taken_back, what_is_left_out_stays, nothing_but_agreement_writes, another_answer_is_not_this_one,
         others_are_served_while_a_person_thinks, a_cancelled_call_writes_nothing_and_answers_nothing,
         a_client_that_goes_away_writes_nothing, a_file_saved_while_a_person_thinks_is_kept,
         a_client_cannot_pose_as_a_text, hostile_names_are_harmless_in_a_question]


def main():
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        fine = True
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(Workspace(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder)))
            except (AssertionError, OSError, KeyError, ValueError) as error:
                fine = False
                print("\n".join(f"# {line}" for line in f"{type(error).__name__}: {error}"[:2000].splitlines()))
        print(f"{'ok' if fine else 'not ok'} {number} - /mcp/protocol/{test.__name__.replace('_', '-')}", flush=True)


main()
