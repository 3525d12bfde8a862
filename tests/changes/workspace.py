"""What the scripts beside this one share: projects in a directory of their own, the program run on them, TAP."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples/workspace"
QUIET = pathlib.Path(__file__).resolve().parents[1] / "quiet.toml"


def contents(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}


class Workspace:
    """A root with projects, scanned. `files` maps paths to text; without it, a copy of the example workspace."""

    def __init__(self, program, tmp, files=None, config=QUIET):
        self.program, self.root, self.state, self.config = program, tmp / "workspace", tmp / "state", config
        if files is None:
            shutil.copytree(EXAMPLE, self.root)
        else:
            self.write(files)
        self.run("scan", str(self.root), status=None)
        self.before = contents(self.root)

    def write(self, files):
        for path, text in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text)

    def read(self, path):
        return (self.root / path).read_text()

    def start(self, *args):
        """The finished process, whatever it ended with."""
        return subprocess.run([self.program, "--state", str(self.state), "--config", str(self.config), *args],
                              text=True, timeout=100, stdin=subprocess.DEVNULL, capture_output=True)

    def run(self, *args, status=0):
        result = self.start(*args)
        if status is not None and result.returncode != status:
            raise AssertionError(f"{args}: status {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout

    def apply(self, *args, status=0):
        """The id of the transaction."""
        return json.loads(self.run(*args, "--yes", "--json", status=status))["transaction"]["id"]

    def changed(self):
        """Path → (before, now) of what is not as it was scanned first."""
        now = contents(self.root)
        assert now.keys() == self.before.keys(), now.keys() ^ self.before.keys()
        return {str(p): (self.before[p], now[p]) for p in now if now[p] != self.before[p]}

    def expect_unchanged(self):
        assert not self.changed(), sorted(self.changed())

    def expect(self, path, *lines):
        """Each of the lines stands in the file."""
        text = self.read(path)
        for line in lines:
            assert line in text.split("\n"), f"{path} has no line “{line}”:\n{text}"


def main(cases):
    """Each case gets the program and a directory of its own."""
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory() as tmp:
            try:
                case(sys.argv[1], pathlib.Path(tmp))
                print(f"ok {number} - {case.__name__.replace('_', ' ')}", flush=True)
            except (AssertionError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"not ok {number} - {case.__name__.replace('_', ' ')}")
                print("".join(f"# {line}\n" for line in (str(error) or repr(error)).splitlines()), end="", flush=True)
    return 1 if failed else 0
