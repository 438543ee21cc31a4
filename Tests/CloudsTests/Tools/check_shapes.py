"""Validates JSON bodies of AWS services against their service-2 models.

Arguments: the folder of the models. Standard input: a list of [operation, "input" or "output", body],
the operation as "service:Name". Prints what is wrong, and the operations that no model here has,
each after "not in the models:"."""

import json
import pathlib
import re
import sys

FILES = {"sagemaker": "sagemaker", "application-autoscaling": "application-autoscaling",
         "cloudwatch": "cloudwatch", "pricing": "pricing", "ce": "ce"}
models = {}
for service, start in FILES.items():
    (path,) = pathlib.Path(sys.argv[1]).glob(start + ".*.service-2.trimmed.json")
    models[service] = json.loads(path.read_text())


def check(shapes, name, value, where):
    shape = shapes[name]
    kind = shape["type"]
    allowed = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool,
               "integer": int, "long": int, "timestamp": (int, float), "double": (int, float),
               "float": (int, float)}[kind]
    if not isinstance(value, allowed) or (kind != "boolean" and isinstance(value, bool)):
        return print(f"{where}: {value!r} is no {kind}")
    if kind == "structure":
        for member in set(shape.get("required", [])) - set(value):
            print(f"{where}: {member} is missing")
        for member, inner in value.items():
            if member not in shape["members"]:
                print(f"{where}: {member} is unknown")
                continue
            check(shapes, shape["members"][member]["shape"], inner, f"{where}.{member}")
    elif kind == "list":
        for inner in value:
            check(shapes, shape["member"]["shape"], inner, where + "[]")
    elif kind == "map":
        for inner in value.values():
            check(shapes, shape["value"]["shape"], inner, where + "{}")
    size = len(value) if kind in ("string", "list") else value if kind in ("integer", "long") else None
    if size is not None and not shape.get("min", size) <= size <= shape.get("max", size):
        print(f"{where}: {value!r} is not within {shape.get('min')}..{shape.get('max')}")
    if "enum" in shape and value not in shape["enum"]:
        print(f"{where}: {value!r} is not one of the model's")
    pattern = shape.get("pattern")
    # Python has no classes of Unicode, and reads some escapes otherwise.
    if pattern and not re.search(r"\\[up]", pattern) and not re.search(f"^(?:{pattern})$", value, re.ASCII):
        print(f"{where}: {value!r} does not match {pattern}")


missing = set()
for operation, direction, body in json.load(sys.stdin):
    service, name = operation.split(":")
    found = models[service]["operations"].get(name)
    if found is None:
        missing.add(operation)
    elif direction in found:
        check(models[service]["shapes"], found[direction]["shape"], body, f"{operation} {direction}")
for operation in sorted(missing):
    print("not in the models:", operation)
