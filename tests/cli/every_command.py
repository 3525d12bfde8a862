"""What tests that have a line for each command share: the commands of the help, and TAP as it goes."""
import re
import sys


def commands(help_text):
    section = help_text.partition("commands:")[2].partition("options:")[0]
    return set(re.findall(r"^  ([a-z]+) ", section, re.MULTILINE))


class Report:
    """Tells each result at once; end() prints the plan and exits."""

    def __init__(self, suite):
        self.suite, self.number, self.failed = suite, 0, 0

    def tell(self, name, problems):
        self.number += 1
        self.failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.number} {self.suite}/{name}")
        for problem in problems:
            print(f"# {problem}")

    def end(self):
        print(f"1..{self.number}")
        sys.exit(self.failed > 0)
