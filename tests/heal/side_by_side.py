"""Runs the cases of a program of tests side by side, each in a process of its own: they wait most of the time, for services
that start and for checks that come once a second. Speaks TAP.

    sys.exit(side_by_side("/heal/emergency/", [case.__name__, …]))

The program takes the names of the cases that it is to run behind its other arguments, and says "ok 1 …" of each.
"""
import collections
import subprocess
import sys
import tempfile
import time

AT_ONCE = 3
LOOK_S = 0.05


class Case:
    def __init__(self, name):
        self.name = name
        self.said = tempfile.TemporaryFile("w+")  # a pipe that nobody reads would fill
        self.process = subprocess.Popen([sys.executable, *sys.argv, name], stdout=self.said, stdin=subprocess.DEVNULL)

    def end(self):
        self.process.wait()
        self.said.seek(0)
        lines = self.said.read().splitlines()
        self.said.close()
        return lines


def is_fine(lines, status):
    """One that said nothing has failed."""
    return status == 0 and any(line.startswith("ok ") for line in lines)


def tell(number, title, lines, status):
    """What the case said, under the number that it has here."""
    for line in lines:
        if line.startswith("#"):
            print(line)
    if status != 0:
        print(f"# it ended with {status}")
    print(f"{'ok' if is_fine(lines, status) else 'not ok'} {number} {title}", flush=True)
    return is_fine(lines, status)


def control(prefix):
    """A case that there is not is run, says nothing, and must count as one that failed."""
    none = Case("no_such_case")
    is_caught = not is_fine(none.end(), none.process.returncode)
    print(f"{'ok' if is_caught else 'not ok'} 1 {prefix}control-a-case-that-says-nothing-has-failed", flush=True)
    return is_caught


def side_by_side(prefix, names):
    """How many failed, at most 1, as an exit status. Whoever ends this ends the cases."""
    print(f"1..{len(names) + 1}", flush=True)
    waiting, running, number, failed = collections.deque(names), [], 1, int(not control(prefix))
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                running.append(Case(waiting.popleft()))
            for case in [one for one in running if one.process.poll() is not None]:
                running.remove(case)
                number += 1
                lines = case.end()
                failed += not tell(number, prefix + case.name.replace("_", "-"), lines, case.process.returncode)
            time.sleep(LOOK_S)
    finally:
        for case in running:
            case.process.terminate()
        for case in running:
            case.end()
    return int(failed > 0)
