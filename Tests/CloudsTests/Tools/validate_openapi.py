"""Holds exchanges (JSON lines on stdin) against an OpenAPI 3.1 document. Prints what does not fit,
then the operations that were seen, after "seen:"."""

import json
import re
import sys
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

spec = json.load(open(sys.argv[1]))
components = spec["components"]


def resolve(node):
    while "$ref" in node:
        target = spec
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def errors(schema, value):
    rooted = {**schema, "components": components}
    return [e.message[:200] for e in Draft202012Validator(rooted).iter_errors(value)]


def find(path):
    for template, item in spec["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
            return item
    return None


def typed(schema, text):
    schema = resolve(schema)
    kind = schema.get("type")
    if kind == "integer":
        return int(text)
    if kind == "boolean":
        return text == "true"
    if kind == "array":
        return [typed(schema["items"], part) for part in text.split(",")]
    return text


def check(line):
    path, method = line["path"], line["method"].lower()
    item = find(path)
    if item is None or method not in item:
        return [f"{method} {path} is not in the document"], None
    operation = item[method]
    said = []
    parameters = {p["name"]: p for p in map(resolve, operation.get("parameters", []))}
    for name, value in parse_qsl(line["query"], keep_blank_values=True):
        if name not in parameters:
            said.append(f"query {name} is not known")
            continue
        schema = parameters[name]["schema"]
        said += [f"query {name}: {e}" for e in errors(schema, typed(schema, value))]
    accepted = line["status"] < 400
    if "requestBody" in operation and accepted:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        said += [f"request: {e}" for e in errors(schema, json.loads(line["body"] or "null"))]
    elif line["body"] and "requestBody" not in operation:
        said.append("a body where there is none")
    responses = operation["responses"]
    response = resolve(responses.get(str(line["status"]), responses.get("default", {})))
    content = response.get("content")
    if not content:
        if line["answer"]:
            said.append(f"{line['status']}: a body where there is none")
        return said, operation["operationId"]
    media = line["headers"].get("content-type", "")
    if media not in content:
        said.append(f"{line['status']}: {media} is not one of {list(content)}")
    else:
        value = json.loads(line["answer"])
        said += [f"answer {line['status']}: {e}" for e in errors(content[media]["schema"], value)]
    for name, header in response.get("headers", {}).items():
        seen = line["headers"].get(name.lower())
        if seen is not None:
            said += [f"header {name}: {e}" for e in errors(resolve(header)["schema"], seen)]
    return said, operation["operationId"]


seen = set()
for text in sys.stdin:
    line = json.loads(text)
    said, operation = check(line)
    seen.add(operation)
    for sentence in said:
        print(f"{operation or line['path']}: {sentence}")
print("seen:", " ".join(sorted(filter(None, seen))))
