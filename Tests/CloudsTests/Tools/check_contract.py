"""Holds exchanges (JSON lines on stdin) against contract facts: which operations there are, what
their bodies may hold, what their answers have. Prints what does not fit, then the operations seen."""

import json
import re
import sys
from urllib.parse import urlparse

facts = json.load(open(sys.argv[1]))
root = urlparse(facts["base"]).path
operations = facts["operations"]


def pattern(path):
    return root + re.sub(r"\{[^}]+\}", "[^/]+", path)


def find(method, path):
    for operation in operations:
        if operation["method"] == method and re.fullmatch(pattern(operation["path"]), path):
            return operation
    return None


def shape(wanted, seen, where):
    """Every name of the example is there, of the same kind; null in the example is anything."""
    if isinstance(wanted, dict):
        if not isinstance(seen, dict):
            return [f"{where}: {seen!r} is no object"]
        return [e for k, v in wanted.items() for e in (
            shape(v, seen[k], f"{where}.{k}") if k in seen else [f"{where}.{k} is missing"])]
    if wanted is None or type(wanted) is type(seen):
        return []
    return [f"{where}: {seen!r} is not like {wanted!r}"]


def within(allowed, seen, where):
    """No name is there that the facts have not."""
    if not isinstance(allowed, dict) or not isinstance(seen, dict):
        return []
    return [e for k, v in seen.items() for e in (
        within(allowed[k], v, f"{where}.{k}") if k in allowed else [f"{where}.{k} is not known"])]


def request(operation, line):
    if not line["body"]:
        return ["no body"] if operation["op"] == "update" else []
    body = json.loads(line["body"])
    if "body" in operation:
        return [f"{k} is not known" for k in body if k not in operation["body"]]
    return within(facts["updateScaleBody"], body, "body") if operation["op"] == "update" else ["a body"]


def endpoint(seen):
    wanted = {
        "name": "", "provider": {"vendor": "", "region": ""},
        "compute": {"accelerator": "", "instanceSize": "", "instanceType": "",
                    "scaling": {"minReplica": 0, "maxReplica": 1, "scaleToZeroTimeout": 15}},
        "status": {"state": "", "createdAt": "", "updatedAt": ""}}
    said = shape(wanted, seen, "endpoint")
    if not said and seen["status"]["state"] not in facts["status"]["values"]:
        said.append(f"state {seen['status']['state']!r} is not known")
    return said


def answer(operation, value):
    op = operation["op"]
    if "status" in facts:  # Hugging Face
        if op == "list":
            return [e for item in value["items"] for e in endpoint(item)]
        if op == "hardware":
            line = {"id": "", "accelerator": "", "instanceType": "", "instanceSize": "",
                    "architecture": "", "numAccelerators": 1, "pricePerHour": None, "status": "",
                    "quota": {"maxAccelerators": 1, "usedAccelerators": 1}}
            return [e for v in value["vendors"] for r in v["regions"] for c in r["computes"]
                    for e in shape(line, c, "compute")]
        return endpoint(value)
    example = facts["deploymentExample"]
    if op == "list":
        said = [f"{k} is missing" for k in ("next", "previous", "results") if k not in value]
        return said + [e for item in value["results"] for e in shape(example, item, "deployment")]
    if op == "hardware":
        return [e for item in value for e in shape({"sku": "", "name": ""}, item, "hardware")]
    return shape(example, value, "deployment")


seen = set()
for text in sys.stdin:
    line = json.loads(text)
    operation = find(line["method"], line["path"])
    if operation is None:
        print(f"{line['method']} {line['path']} is no operation")
        continue
    seen.add(operation["op"])
    said = request(operation, line)
    if line["status"] == operation.get("status", 200) and line["answer"]:
        said += answer(operation, json.loads(line["answer"]))
    for sentence in said:
        print(f"{operation['op']}: {sentence}")
print("seen:", " ".join(sorted(seen)))
