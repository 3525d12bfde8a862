#!/usr/bin/env python3
"""Writes a C header with the content of files, each as one text, in the order in which they are named.

usage: embed-texts.py NAME HEADER FILE…     static const char *const NAME[] = {…};
"""
import pathlib
import sys

ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"', ord("?"): "\\?", ord("\t"): "\\t"}


def literal(line):
    return '    "' + "".join(ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in line) + '\\n"'


def main():
    name, header, *files = sys.argv[1:]
    with open(header, "w", encoding="ascii") as out:
        out.write(f"static const char *const {name}[] = {{\n")
        for file in files:
            lines = pathlib.Path(file).read_bytes().splitlines()
            out.write("\n".join([f"    (/* {pathlib.Path(file).name} */", *map(literal, lines or [b""])]) + "),\n")
        out.write("};\n")


main()
