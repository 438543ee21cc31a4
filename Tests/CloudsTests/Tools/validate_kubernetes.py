"""Holds recorded exchanges to Kubernetes' OpenAPI file (argument 1). Silence is good.

Standard input: a JSON list of {method, url, type, body, status, reply}. An unknown path, query name
or field is a fault, as is a value of the wrong type. Paths of the API that the trimmed file leaves
out are named below; what they carry is still held to its schema.
"""

import copy
import json
import re
import sys
from urllib.parse import parse_qsl, urlsplit

import jsonschema

spec = json.load(open(sys.argv[1]))
LEFT_OUT = [
    r"/apis/karpenter\.sh/v1/node(pools|claims)(/[^/]+)?",
    r"/apis/apps/v1/namespaces/[^/]+/statefulsets(/[^/]+)?",
]

definitions = copy.deepcopy(spec["definitions"])
for schema in definitions.values():
    if "properties" in schema and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
root = {"definitions": definitions}
kinds = {}
for name, schema in definitions.items():
    for kind in schema.get("x-kubernetes-group-version-kind", []):
        group = kind["group"] + "/" if kind["group"] else ""
        kinds[(group + kind["version"], kind["kind"])] = name
kinds[("v1", "DeleteOptions")] = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"


def resolved(value):
    if "$ref" not in value:
        return value
    target = spec
    for word in value["$ref"].lstrip("#/").split("/"):
        target = target[word]
    return target


def operation(path, method):
    for pattern, item in spec["paths"].items():
        if re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", pattern), path):
            return item, item.get(method.lower())
    return None, None


def check(where, document, name):
    schema = {"$ref": "#/definitions/" + name, **root}
    for error in jsonschema.Draft4Validator(schema).iter_errors(document):
        print(f"{where}: {'/'.join(map(str, error.path))}: {error.message[:200]}")


def check_kind(where, document, partial=None):
    key = partial or (document.get("apiVersion"), document.get("kind"))
    if (key[0] or "").startswith("karpenter.sh/"):
        return
    if key not in kinds:
        print(f"{where}: no schema for {key}")
        return
    if partial:
        document = dict(document, apiVersion=key[0], kind=key[1])
    check(where, document, kinds[key])


def without_nulls(value):
    """A null in a merge patch takes a field away; the rest is judged as the object is."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value


def check_query(where, item, op, query):
    known = {
        resolved(p)["name"]
        for p in item.get("parameters", []) + op.get("parameters", [])
        if resolved(p).get("in") == "query"
    }
    for name, _ in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            print(f"{where}: the query {name} is not known")


count = 0
for exchange in json.load(sys.stdin):
    url = urlsplit(exchange["url"])
    where = f"{exchange['method']} {url.path}"
    item, op = operation(url.path, exchange["method"])
    if op is not None:
        check_query(where, item, op, url.query)
    elif not any(re.fullmatch(pattern, url.path) for pattern in LEFT_OUT):
        print(f"{where}: not in the API")
    reply = json.loads(exchange["reply"]) if exchange["reply"] else None
    if exchange["body"]:
        body = json.loads(exchange["body"])
        if exchange["type"] == "application/merge-patch+json":
            body = without_nulls(body)
            check_kind(where + " (asked)", body, (reply["apiVersion"], reply["kind"]))
        else:
            check_kind(where + " (asked)", body)
    if reply is not None:
        check_kind(f"{where} ({exchange['status']})", reply)
    count += 1
print(f"{count} exchanges", file=sys.stderr)
