"""A proxy that judges what passes: python3 judge_wire.py UPSTREAM SECRET [SPECS]

Prints its port, then one line for each request: SERVICE:OPERATION and what was wrong with it, or
"ok". Each signature is made again by botocore, at the same moment, and compared byte by byte; each
name in the request is looked up in the operation's input shape, each element of the answer in its
output shape. The shapes are those of the folder SPECS (NAME.*.service-2.trimmed.json), and botocore's
own for a service or an operation that is not there. Ends when its input does.
"""

import datetime
import glob
import json
import os
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import botocore.auth
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

upstream, secret = sys.argv[1:3]
specs = sys.argv[3] if len(sys.argv) > 3 else None
moment = threading.local()
botocore.auth.get_current_datetime = lambda *a, **k: moment.value
NAMES = {"monitoring": "cloudwatch"}
models, lock = {}, threading.Lock()


def model(name, operation):
    if name not in models:
        found = glob.glob(os.path.join(specs, name + ".*.service-2.trimmed.json")) if specs else []
        if found:
            with open(found[0]) as file:
                models[name] = json.load(file)
    if operation not in models.get(name, {"operations": {}})["operations"]:
        models[name] = botocore.session.Session().get_component("data_loader") \
            .load_service_model(name, "service-2")
    return models[name]


def signature(handler, body, service, region):
    """What botocore would have sent as Authorization, and what was sent."""
    sent = handler.headers["Authorization"]
    signed = sent.split("SignedHeaders=")[1].split(",")[0].split(";")
    moment.value = datetime.datetime.strptime(handler.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    key = sent.split("Credential=")[1].split("/")[0]
    ours = {name: handler.headers[name] for name in signed if name not in (
        "host", "x-amz-date", "x-amz-security-token")}
    signer = botocore.auth.SigV4Auth(
        Credentials(key, secret, handler.headers.get("X-Amz-Security-Token")), service, region)
    request = AWSRequest(
        "POST", f"http://{handler.headers['Host']}/", data=body, headers=ours)
    signer.add_auth(request)
    return request.headers["Authorization"].replace(", ", ","), sent.replace(", ", ",")


def names_in_form(shapes, shape, parts, protocol):
    """The first part of a parameter's name that the shape does not have; None when it has all."""
    while parts:
        spec = shapes[shape]
        if spec["type"] == "structure":
            for name, member in spec["members"].items():
                wire = name
                if protocol == "ec2":
                    wire = member.get("queryName") or (
                        member.get("locationName", name)[:1].upper()
                        + member.get("locationName", name)[1:])
                if wire == parts[0]:
                    shape, parts = member["shape"], parts[1:]
                    break
            else:
                return f"{shape} has no {parts[0]}"
        elif spec["type"] == "list":
            if protocol != "ec2" and not spec.get("flattened"):
                if parts[0] != "member":
                    return f"{shape} wants .member"
                parts = parts[1:]
            if not parts or not parts[0].isdigit():
                return f"{shape} wants a number"
            shape, parts = spec["member"]["shape"], parts[1:]
        else:
            return f"{shape} has no {parts[0]}"
    return None if shapes[shape]["type"] not in ("structure", "list") else f"{shape} is no value"


def names_in_json(shapes, shape, value, sink):
    spec = shapes[shape]
    if spec["type"] == "structure" and isinstance(value, dict):
        for name in spec.get("required", []):
            if name not in value:
                sink.append(f"{shape} lacks {name}")
        for name, inner in value.items():
            if name not in spec["members"]:
                sink.append(f"{shape} has no {name}")
            elif spec["members"][name]["shape"] in shapes:
                names_in_json(shapes, spec["members"][name]["shape"], inner, sink)
    elif spec["type"] == "list" and isinstance(value, list):
        for inner in value:
            names_in_json(shapes, spec["member"]["shape"], inner, sink)
    elif spec["type"] == "string" and not isinstance(value, str):
        sink.append(f"{shape} is no text")
    elif spec["type"] in ("integer", "long") and not isinstance(value, int):
        sink.append(f"{shape} is no whole number")
    elif spec.get("enum") and value not in spec["enum"]:
        sink.append(f"{shape} has no value {value}")


def names_in_xml(shapes, shape, element, sink, skip=()):
    spec = shapes[shape]
    if spec["type"] == "structure":
        known = {m.get("locationName", n): m["shape"] for n, m in spec["members"].items()}
        there = [bare(child) for child in element]
        for name in spec.get("required", []):
            if spec["members"][name].get("locationName", name) not in there:
                sink.append(f"{shape} lacks {name}")
        for child in element:
            if bare(child) in skip:
                continue
            if bare(child) not in known:
                sink.append(f"{shape} has no {bare(child)}")
            elif known[bare(child)] in shapes:
                names_in_xml(shapes, known[bare(child)], child, sink)
    elif spec["type"] == "list":
        for child in element:
            wanted = spec["member"].get("locationName", "member")
            if bare(child) != wanted:
                sink.append(f"{shape} has {bare(child)}, not {wanted}")
            if spec["member"]["shape"] in shapes:
                names_in_xml(shapes, spec["member"]["shape"], child, sink)
    elif spec["type"] in ("integer", "long"):
        if not (element.text or "").lstrip("-").isdigit():
            sink.append(f"{shape} is no whole number: {element.text}")
    elif spec["type"] == "timestamp":
        datetime.datetime.fromisoformat(element.text.replace("Z", "+00:00"))
    elif spec.get("enum") and element.text not in spec["enum"]:
        sink.append(f"{shape} has no value {element.text}")


def bare(element):
    return element.tag.split("}")[-1]


def judge(service, body, headers, status, answer):
    target = headers.get("X-Amz-Target")
    form = {} if target else dict(urllib.parse.parse_qsl(
        body.decode(), keep_blank_values=True, strict_parsing=True))
    name = target.split(".")[-1] if target else form.pop("Action")
    service = NAMES.get(service, service)
    spec = model(service, name)
    shapes, protocol = spec["shapes"], spec["metadata"]["protocol"]
    operation, wrong = spec["operations"][name], []
    if target:
        if target.split(".")[0] != spec["metadata"]["targetPrefix"]:
            wrong.append(f"the target is {target}")
        if headers["Content-Type"] != "application/x-amz-json-" + spec["metadata"]["jsonVersion"]:
            wrong.append(headers["Content-Type"])
        names_in_json(shapes, operation["input"]["shape"], json.loads(body), wrong)
    else:
        if form.pop("Version") != spec["metadata"]["apiVersion"]:
            wrong.append("another version")
        shape = operation.get("input", {}).get("shape")
        for parameter in form:
            said = names_in_form(shapes, shape, parameter.split("."), protocol) if shape \
                else "takes nothing"
            if said:
                wrong.append(f"{parameter}: {said}")
        for required in shapes[shape].get("required", []) if shape else []:
            if not any(p.split(".")[0] in (required, required.rstrip("s")) for p in form):
                wrong.append(f"the request lacks {required}")
    if status == 200 and "output" in operation:
        output = operation["output"]
        if target:
            names_in_json(shapes, output["shape"], json.loads(answer), wrong)
        else:
            root = xml.fromstring(answer)
            inside = root.find("{*}" + output["resultWrapper"]) if "resultWrapper" in output \
                else root
            names_in_xml(shapes, output["shape"], inside, wrong, skip=("requestId",))
    return f"{service}:{name}", wrong


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        passed = {n: v for n, v in self.headers.items() if n.lower() not in ("host", "connection")}
        request = urllib.request.Request(upstream + "/", data=body, headers=passed, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                status, answer, kind = reply.status, reply.read(), reply.headers["Content-Type"]
        except urllib.error.HTTPError as error:
            status, answer, kind = error.code, error.read(), error.headers["Content-Type"]
        self.note(body, status, answer)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def note(self, body, status, answer):
        line = "?"
        try:
            said = self.headers.get("Authorization")
            if said:
                _, _, region, service, _ = said.split("Credential=")[1].split(",")[0].split("/")
            else:
                service = "sts"
            line, wrong = judge(service, body, self.headers, status, answer)
            if said:
                theirs, ours = signature(self, body, service, region)
                if theirs != ours:
                    wrong.append(f"signed {ours}, not {theirs}")
            line += " " + ("; ".join(wrong) or "ok")
        except Exception as error:
            line += f" {type(error).__name__}: {error}"
        with lock:
            print(line, flush=True)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
