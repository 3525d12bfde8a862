#!/usr/bin/env python3
"""Compares what the YAML format reads with what PyYAML reads, over real files.

Usage: check-yaml-against-pyyaml.py DUMP-YAML FOLDER

For every YAML file in FOLDER that PyYAML accepts, the list of (path, line, text) of all values must
be the same. Two differences are meant: documents that hold nothing don't count, and {{name}} is a
template's action, not a map in a map. Speaks TAP; skips without PyYAML or the folder.
"""

import os
import subprocess
import sys

try:
    import yaml
except ImportError:
    yaml = None


def files_in(folder):
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            if name.endswith((".yml", ".yaml")) and os.path.isfile(path):
                yield path


def is_nothing(node):
    return isinstance(node, yaml.ScalarNode) and node.value == "" and not node.style


def values_of(node, path, seen):
    """(path, line, text) of each value; a node met again stands behind an alias."""
    if id(node) in seen:
        yield path, None, "*"
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        yield path or "[0]", node.start_mark.line + 1, node.value
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from values_of(item, f"{path}[{index}]", seen)
    else:
        for key, item in node.value:
            text = key.value if isinstance(key, yaml.ScalarNode) else ""
            yield from values_of(item, f"{path}.{text}" if path else text, seen)


def read_with_pyyaml(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    values = []
    for document in yaml.compose_all(text, Loader=loader):
        if document is not None and not is_nothing(document):
            values.extend(values_of(document, "", set()))
    return values


def is_action_as_map(values, text):
    return any(path.endswith(".") for path, _, _ in values) and "{{" in text


ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def escape(text):
    """What g_strescape makes of it."""
    return "".join(
        ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else "\\%03o" % byte)
        for byte in text.encode("utf-8", "surrogatepass")
    )


def read_with_ours(program, paths):
    output = subprocess.run([program], input="".join(path + "\n" for path in paths),
                            capture_output=True, text=True, check=True, errors="replace").stdout
    result, current = {}, None
    for line in output.splitlines():
        fields = line.split("\t")
        if fields[0] == "file" and len(fields) == 4:
            current = result.setdefault(fields[1], [])
        else:
            current.append(tuple(fields))
    return result


def same(expected, got):
    return len(expected) == len(got) and all(
        escape(e[0]) == g[0] and escape(e[2]) == g[2] and e[1] in (None, int(g[1]))
        for e, g in zip(expected, got)
    )


def main():
    program, folder = sys.argv[1:3]
    if yaml is None or not os.path.isdir(folder):
        print("1..0 # SKIP needs PyYAML and " + folder)
        return 0
    paths = sorted(files_in(folder))
    ours = read_with_ours(program, paths)
    accepted, n_values, wrong = 0, 0, []
    for path in paths:
        try:
            expected = read_with_pyyaml(path)
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        if is_action_as_map(expected, open(path, encoding="utf-8").read()):
            continue
        accepted += 1
        n_values += len(expected)
        if not same(expected, ours.get(path, [])):
            wrong.append(path)
    print("1..1")
    for path in wrong:
        print("# differs: " + path)
    good = accepted > 0 and not wrong
    print(f"{'ok' if good else 'not ok'} 1 - {accepted} files, {n_values} values as PyYAML reads them")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
