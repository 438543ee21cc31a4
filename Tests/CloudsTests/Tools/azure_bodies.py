"""Holds bodies against the models of azure-mgmt-compute: reads a JSON list of
{"method", "path", "status", "sent", "answered"} and prints every member the library does not know
and every answer that is not what the path gives. Silence is good."""

import json
import re
import sys
from enum import Enum

from azure.mgmt.compute import models

COMPUTE = r"/subscriptions/[^/]+(?:/resourceGroups/[^/]+)?/providers/Microsoft\.Compute"
MACHINE, SET = COMPUTE + "/virtualMachines", COMPUTE + "/virtualMachineScaleSets"
MONITOR = r"/subscriptions/[^/]+/providers/Microsoft\.Insights"
# method, path, model of what is sent, model of what is answered, whether that is a list of it
SHAPES = [
    ("GET", MACHINE, None, "VirtualMachine", True),
    ("GET", MACHINE + "/[^/]+", None, "VirtualMachine", False),
    ("PUT", MACHINE + "/[^/]+", "VirtualMachine", "VirtualMachine", False),
    ("DELETE", MACHINE + "/[^/]+", None, None, False),
    ("GET", MACHINE + "/[^/]+/instanceView", None, "VirtualMachineInstanceView", False),
    ("POST", MACHINE + "/[^/]+/(start|deallocate)", None, None, False),
    ("GET", SET, None, "VirtualMachineScaleSet", True),
    ("GET", SET + "/[^/]+", None, "VirtualMachineScaleSet", False),
    ("PATCH", SET + "/[^/]+", "VirtualMachineScaleSetUpdate", "VirtualMachineScaleSet", False),
    ("POST", SET + "/[^/]+/delete", "VirtualMachineScaleSetVMInstanceRequiredIDs", None, False),
    ("GET", SET + "/[^/]+/virtualMachines", None, "VirtualMachineScaleSetVM", True),
    ("GET", SET + "/[^/]+/virtualMachines/[^/]+", None, "VirtualMachineScaleSetVM", False),
    ("POST", SET + "/[^/]+/virtualMachines/[^/]+/(start|deallocate)", None, None, False),
    ("GET", COMPUTE + "/skus", None, "ResourceSku", True),
    # Azure Monitor's: its models are in azure-mgmt-monitor, so only that it is a list is looked at.
    ("GET", MONITOR + "/autoscalesettings", None, None, True),
]


def fields(model):
    """Wire name to declared type, of a model and all it inherits."""
    known = {}
    model({})  # the library names its fields when a model is first made
    for kind in reversed(model.__mro__):
        notes = kind.__dict__.get("__annotations__", {})
        for name, note in notes.items():
            field = kind.__dict__.get(name)
            if field is not None and hasattr(field, "_rest_name"):
                known[field._rest_name] = note if isinstance(note, str) else repr(note)
    return known


def check(name, value, path):
    model = getattr(models, name)
    if isinstance(model, type) and issubclass(model, Enum):
        # Sizes are more than the library lists.
        if name != "VirtualMachineSizeTypes" and value not in [one.value for one in model]:
            print(f"{path}: {value!r} is no {name}")
        return
    if not isinstance(value, dict):
        print(f"{path}: {value!r} is no {name}")
        return
    known = fields(model)
    for key, member in value.items():
        inside = f"{path}.{key}"
        if key not in known:
            print(f"{inside}: {name} has no such member")
            continue
        inner = re.search(r"_models\.(\w+)", known[key])
        if inner is None or member is None:
            continue
        if "list[" in known[key].lower():
            for index, item in enumerate(member):
                check(inner.group(1), item, f"{inside}[{index}]")
        elif "dict[" not in known[key].lower():
            check(inner.group(1), member, inside)


seen = set()
for exchange in json.load(sys.stdin):
    method, path, status = exchange["method"], exchange["path"], exchange["status"]
    where = f"{method} {path} {status}"
    if "/operations/" in path or not path.startswith("/subscriptions/"):
        continue
    shape = next((s for s in SHAPES if s[0] == method and re.fullmatch(s[1], path)), None)
    if shape is None:
        print(f"{where}: no such call")
        continue
    seen.add((method, shape[1]))
    if (exchange["sent"] != "") != (shape[2] is not None):
        print(f"{where}: sent {exchange['sent']!r}")
    elif shape[2]:
        check(shape[2], json.loads(exchange["sent"]), where + " sent")
    answered = json.loads(exchange["answered"]) if exchange["answered"] else None
    if status >= 400:
        if not isinstance(answered, dict) or set(answered) != {"error"}:
            print(f"{where}: {answered!r} is no error")
    elif shape[4]:
        unknown = set(answered) - {"value", "nextLink"}
        if unknown:
            print(f"{where}: a list has no {unknown}")
        for item in answered["value"]:
            if shape[3]:
                check(shape[3], item, where)
    elif shape[3]:
        check(shape[3], answered, where)
    elif answered is not None:
        print(f"{where}: answered {answered!r}")
for shape in SHAPES:
    if (shape[0], shape[1]) not in seen:
        print(f"never asked: {shape[0]} {shape[1]}")
