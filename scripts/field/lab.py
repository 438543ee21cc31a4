"""One fleet on loopback: a machine in moto and a page of metrics for each part of each case."""
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAFIELD", "AWS_SECRET_ACCESS_KEY": "field"}
PRICES = {"p4d.24xlarge": "21.957642", "g5.xlarge": "1.006", "g5.12xlarge": "5.672",
          "g5g.xlarge": "0.42"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machine:
    """A machine: its page, its name in the cloud, and when it left `running`."""

    def __init__(self, clock, name, pool, type, body, base, delay=lambda n: 0, lines=""):
        self.clock, self.name, self.pool, self.type = clock, name, pool, type
        self.body, self.base, self.delay, self.lines = body, base, delay, lines
        self.scrapes, self.id, self.left = 0, None, None
        self.lock = threading.Lock()
        machine = self

        class Page(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                text = machine.answer()
                body = (text or "").encode()
                self.send_response(200 if text is not None else 503)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.server.daemon_threads = True
        self.target = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self):
        with self.lock:
            self.scrapes += 1
            number = self.scrapes
        wait = self.delay(number) / self.clock.speed
        if wait:
            time.sleep(wait)
        return self.body(self.clock.seconds(), number, self.base)


class Clock:
    """The fleet's time: seconds since the origin, `speed` times as fast as the wall's."""

    def __init__(self, speed):
        self.speed = speed
        self.origin = int(time.time()) + 8

    def seconds(self):
        return max(0.0, (time.time() - self.origin) * self.speed)

    @property
    def text(self):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.origin))


class Lab:
    """moto, the machines, and a controller with all its defaults."""

    def __init__(self, finops, speed, local_disks):
        self.finops, self.local_disks = finops, local_disks
        self.clock = Clock(speed)
        self.folder = tempfile.mkdtemp(prefix="field-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.machines, self.controller = [], None
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        self.moto = subprocess.Popen(
            [os.path.join(os.path.dirname(os.sys.executable), "moto_server"), "-p", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.ec2 = boto3.client(
            "ec2", region_name="us-east-1", endpoint_url=self.endpoint,
            aws_access_key_id="AKIAFIELD", aws_secret_access_key="field")
        self.await_moto()

    def await_moto(self):
        for _ in range(120):
            try:
                urllib.request.urlopen(self.endpoint + "/moto-api/data.json", timeout=2).read()
                return
            except OSError:
                time.sleep(0.5)
        raise SystemExit("moto_server does not answer")

    def add(self, *arguments, **named):
        machine = Machine(self.clock, *arguments, **named)
        tags = {"Name": machine.name, "finops-fleet": "field", "finops-pool": machine.pool,
                "finops-target": machine.target}
        answer = self.ec2.run_instances(
            ImageId="ami-12c6146b", InstanceType=machine.type, MinCount=1, MaxCount=1,
            TagSpecifications=[{"ResourceType": "instance",
                                "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}])
        machine.id = answer["Instances"][0]["InstanceId"]
        self.machines.append(machine)
        return machine

    def settings(self):
        pools = {m.pool: m for m in self.machines}
        disks = ", local_disks: lost" if self.local_disks else ""
        lines = [
            f"  - {{name: {pool}, {m.lines or 'kind: batch'}, "
            f"match: {{tags: {{finops-pool: {pool}}}}}{disks}}}" for pool, m in pools.items()]
        prices = [f"  - {{cloud: aws, type: {t}, hourly: ${p}/h}}" for t, p in PRICES.items()]
        targets = ", ".join(f"'{m.target}'" for m in self.machines)
        return "\n".join([
            "version: 1", "fleet: {name: field, mode: auto}",
            f"database: {{embedded: {{data_dir: '{self.folder}/db'}}}}",
            f"data_dir: '{self.folder}/db'",
            f"clouds: {{aws: {{type: aws, regions: [us-east-1], endpoint: '{self.endpoint}'}}}}",
            f"collectors:\n  - {{type: dcgm, targets: [{targets}]}}",
            "prices:", *prices, "pools:", *lines, ""])

    def start(self):
        self.file = os.path.join(self.folder, "finops.yaml")
        with open(self.file, "w") as out:
            out.write(self.settings())
        self.log = open(os.path.join(self.folder, "controller.log"), "w")
        self.controller = subprocess.Popen(
            [self.finops, "controller", "--config", self.file, "--listen", "127.0.0.1:0",
             "--speed", str(self.clock.speed), "--clock-origin", self.clock.text],
            stdout=self.log, stderr=self.log, cwd=self.folder, env=os.environ | KEYS)

    def look(self):
        """Notes which machines the cloud no longer has running."""
        pages = self.ec2.get_paginator("describe_instances").paginate()
        states = {i["InstanceId"]: i["State"]["Name"]
                  for p in pages for r in p["Reservations"] for i in r["Instances"]}
        for machine in self.machines:
            if machine.left is None and states.get(machine.id) != "running":
                machine.left = self.clock.seconds()

    def explain(self, machine):
        """What `finops explain` says of it, in one line."""
        done = subprocess.run(
            [self.finops, "explain", machine.id, "--config", self.file], cwd=self.folder,
            env=os.environ | KEYS, capture_output=True, text=True, timeout=120)
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        return " ".join(lines)

    def close(self):
        for process in (self.controller, self.moto):
            if process and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
        for machine in self.machines:
            machine.server.shutdown()

    def knows_local_disks(self):
        """Whether this binary's settings have the key."""
        file = os.path.join(self.folder, "probe.yaml")
        with open(file, "w") as out:
            out.write("version: 1\nfleet: {name: field}\npools:\n"
                      "  - {name: a, match: {tags: {finops-pool: a}}, local_disks: lost}\n")
        done = subprocess.run(
            [self.finops, "config", "validate", "--config", file], capture_output=True, text=True)
        return done.returncode == 0
