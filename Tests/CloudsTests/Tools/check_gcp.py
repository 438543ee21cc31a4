"""Checks HTTP exchanges (JSON on the standard input) against Google discovery documents (paths).

Each one's path, method and query have to be a method's, its body and answer the method's schemas,
with no field the schema has not.
"""

import json
import re
import sys
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema

ERROR = {
    "type": "object", "required": ["error"], "additionalProperties": False,
    "properties": {"error": {
        "type": "object", "required": ["code", "message", "errors"],
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"},
                       "errors": {"type": "array"}, "status": {"type": "string"}},
        "additionalProperties": False}}}


def schema(node):
    """A discovery schema as a JSON schema."""
    if "$ref" in node:
        return {"$ref": "#/definitions/" + node["$ref"]}
    out = {}
    if node.get("type", "any") != "any":
        out["type"] = node["type"]
    if node.get("format") in ("int64", "uint64"):
        out["pattern"] = r"^-?\d+$"
    for name in ("enum", "pattern"):
        if name in node:
            out[name] = f"^(?:{node[name]})$" if name == "pattern" else node[name]
    if "items" in node:
        out["items"] = schema(node["items"])
    if node.get("type") == "object":
        out["properties"] = {k: schema(v) for k, v in node.get("properties", {}).items()}
        more = node.get("additionalProperties")
        out["additionalProperties"] = schema(more) if more else False
    return out


class Interface:
    def __init__(self, path):
        self.document = json.load(open(path))
        self.definitions = {k: schema(v) for k, v in self.document["schemas"].items()}
        self.methods = list(self.walk(self.document["resources"]))

    def walk(self, resources):
        for resource in resources.values():
            for method in resource.get("methods", {}).values():
                pattern = re.sub(r"\{\+?(\w+)\}", self.part(method), method["path"])
                yield re.compile("/" + self.document["servicePath"] + pattern), method
            yield from self.walk(resource.get("resources", {}))

    @staticmethod
    def part(method):
        def one(match):
            parameter = method["parameters"][match[1]]
            pattern = parameter.get("pattern", "[^/]+").strip("^$")
            return f"(?:{pattern})"
        return one

    def find(self, verb, path):
        for pattern, method in self.methods:
            if method["httpMethod"] == verb and pattern.fullmatch(path):
                return method
        return None

    def faults(self, name, text, where):
        if name is None:
            return [f"{where}: a body, where there is none"] if text else []
        try:
            value = json.loads(text)
        except ValueError:
            return [f"{where}: not JSON"]
        whole = name if isinstance(name, dict) else {"$ref": "#/definitions/" + name}
        check = jsonschema.Draft7Validator({**whole, "definitions": self.definitions})
        return [f"{where}: {'.'.join(map(str, e.absolute_path))}: {e.message[:200]}"
                for e in check.iter_errors(value)]


def query_faults(interface, method, query, where):
    known = {**interface.document["parameters"], **method.get("parameters", {})}
    for name, values in parse_qs(query, keep_blank_values=True).items():
        place = known.get(name, {})
        if place.get("location") != "query":
            yield f"{where}: no such parameter: {name}"
        if len(values) > 1 and not place.get("repeated"):
            yield f"{where}: {name} twice"
        if place.get("type") == "integer" and not values[0].isdigit():
            yield f"{where}: {name} is no number: {values[0]}"


def check(interfaces, line):
    url = urlsplit(line["url"])
    where = f"{line['method']} {url.path}"
    for interface in interfaces:
        method = interface.find(line["method"], unquote(url.path))
        if method is None:
            continue
        yield from query_faults(interface, method, url.query, where)
        request = method.get("request", {}).get("$ref")
        yield from interface.faults(request, line["body"], where + " request")
        answer = method["response"]["$ref"] if line["status"] == 200 else ERROR
        yield from interface.faults(answer, line["answer"], f"{where} answer {line['status']}")
        return
    yield f"{where}: no such method"


interfaces = [Interface(path) for path in sys.argv[1:]]
lines = json.load(sys.stdin)
faults = [fault for line in lines for fault in check(interfaces, line)]
print("\n".join(faults) if faults else f"checked {len(lines)} exchanges")
sys.exit(1 if faults else 0)
