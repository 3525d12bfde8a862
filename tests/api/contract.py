"""The OpenAPI document of a server as a promise: whether what it answers is what the document says."""
import json
import re

import jsonschema

DIALECT = jsonschema.Draft202012Validator


class Contract:
    """`broken` lists every answer that is not as promised."""

    def __init__(self, document):
        self.document = document
        self.broken = []
        self.seen = set()
        self.resolver = jsonschema.RefResolver("", document)
        self.paths = [(re.compile(re.sub(r"\\{id\\}", "[^/]+", re.escape(path)) + "$"), path) for path in document["paths"]]
        self.paths.sort(key=lambda p: "{id}" in p[1])

    def operation(self, method, path):
        for pattern, template in self.paths:
            if pattern.match(path.partition("?")[0]) and method.lower() in self.document["paths"][template]:
                return template, self.document["paths"][template][method.lower()]
        return None, None

    def check(self, method, path, answer):
        template, operation = self.operation(method, path)
        if operation is None:
            return
        self.seen.add((method, template, answer.status))
        responses = operation["responses"]
        promised = responses.get(str(answer.status), responses.get("default") if answer.status >= 400 else None)
        if promised is None and answer.status != 304:
            self.broken.append(f"{method} {path}: nothing is said of {answer.status}")
        elif promised is not None:
            self.check_content(f"{method} {path} ({answer.status})", promised["content"], answer)

    def check_content(self, what, content, answer):
        media = (answer.headers["Content-Type"] or "").partition(";")[0]
        if media not in content:
            self.broken.append(f"{what}: {media} is not among {list(content)}")
        elif media.endswith("json"):
            self.check_value(what, content[media]["schema"], json.loads(answer.text))

    def check_value(self, what, schema, value):
        for error in DIALECT(schema, resolver=self.resolver).iter_errors(value):
            self.broken.append(f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)
