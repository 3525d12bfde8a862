"""What other programs read in a file: parsers that know nothing of spans, each used where it is installed.

PyYAML, Python's json, configparser and tomllib, python-dotenv, and docker-compose's own library, which interpolates
compose files with the .env beside them.
"""
import configparser
import io
import json
import logging
import re
import tomllib

try:
    import yaml
except ImportError:
    yaml = None
try:
    import dotenv
except ImportError:
    dotenv = None
try:
    from compose.config import config as compose
    from compose.config.environment import Environment
    from compose.config.serialize import serialize_config
except ImportError:
    compose = None

logging.disable()  # docker-compose tells of variables that are not set
COMPOSE_NAME = re.compile(r"(docker-)?compose[^/]*\.ya?ml$")
NAMES = [name for name, module in (("PyYAML", yaml), ("python-dotenv", dotenv), ("docker-compose", compose)) if module]


def flat(value, path=()):
    """Every leaf with its path, as text."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, path + (str(key),))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from flat(item, path + (index,))
    else:
        yield path, str(value)


def read_env(text):
    if dotenv:
        return list(flat(dotenv.dotenv_values(stream=io.StringIO(text), interpolate=False)))
    return [((m[1],), m[2]) for m in re.finditer(r"^(?:export )?([A-Za-z_]\w*)=(.*)$", text, re.M)]


def read_ini(text):
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    parser.read_string(text)
    return list(flat({section: dict(parser[section]) for section in parser.sections()}))


def parsed(path, data):
    """A flat list of (path, value), or None where none of the parsers takes the file."""
    try:
        text = data.decode()
        if path.suffix == ".json":
            return list(flat(json.loads(text)))
        if path.suffix == ".toml":
            return list(flat(tomllib.loads(text)))
        if path.suffix in (".yml", ".yaml") and yaml:
            return list(flat(list(yaml.load_all(text, Loader=yaml.BaseLoader))))
        if path.name.startswith(".env"):
            return read_env(text)
        if path.suffix in (".ini", ".service"):
            return read_ini(text)
    except (ValueError, RecursionError, configparser.Error) + ((yaml.YAMLError,) if yaml else ()):
        pass
    return None


def compose_values(file):
    """What docker-compose makes of a file and the .env beside it, lists unordered; None: it does not take it."""
    if compose is None:
        return None
    directory = str(file.parent)
    try:
        details = compose.find(directory, [file.name], Environment.from_env_file(directory), None)
        loaded = yaml.safe_load(serialize_config(compose.load(details)))
    except Exception:  # whatever it raises, it means no
        return None
    return sorted((tuple(p for p in path if not isinstance(p, int)), value)
                  for path, value in flat(loaded))
