"""A host of a shared registry, for tests: its state, its configuration, its commands and its daemon."""
import http.client
import json
import subprocess
import time

WAIT_S = 60


class Host:
    def __init__(self, program, folder, name, url, more="", watch=False, roots=()):
        self.program, self.state, self.folder, self.name = program, folder / name, folder, name
        self.config = folder / f"{name}.toml"
        named = f"roots = {json.dumps([str(root) for root in roots])}\n" if roots else ""
        self.config.write_text(f'{named}[registry]\nurl = "{url}"\nhost = "{name}"\n[scan]\nsockets = false\n'
                               f'watch = {json.dumps(watch)}\n{more}', encoding="utf-8")
        self.config.chmod(0o600)
        self.daemon, self.said = None, folder / f"{name}.log"

    def command(self, *words):
        return [str(self.program), "--state", str(self.state), "--config", str(self.config), *words]

    def run(self, *words):
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL)

    def serve(self):
        with open(self.said, "ab") as log:
            self.daemon = subprocess.Popen(self.command("serve", "--listen", "127.0.0.1:0", "--json"), stdout=subprocess.PIPE, stderr=log,
                                           text=True)
        self.port = int(json.loads(self.daemon.stdout.readline())["url"].rsplit(":", 1)[1])

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        try:
            connection.request(method, path, body=None if body is None else json.dumps(body),
                               headers={"Content-Type": "application/json", **headers} if body is not None else headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def stop(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(WAIT_S)
            self.daemon.stdout.close()
            self.daemon = None


def eventually(holds):
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False
