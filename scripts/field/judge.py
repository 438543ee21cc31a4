"""Watches a live demo from outside, and judges what it did; see scripts/judge-demo.

The truth comes from the exporters themselves, read here by other code than the product's, and the
verdicts from the product's page, as a person reads them.
"""
import argparse
import collections
import concurrent.futures
import html
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from lab import free_port

ROW = re.compile(
    r'<tr><td class="k"><code>(i-[0-9a-f]+)</code></td><td class="k">([^<]*)</td>'
    r'<td class="k">[^<]*</td><td class="k (\w+)"><i></i>([^<]*)</td><td class="w">([^<]*)</td>')
VALUE = re.compile(r"^(DCGM_FI_\w+)\{[^}]*\} (\S+)$", re.M)
LIMIT = re.compile(r"limit (?:is|of) (?:(\d+)h)? ?(?:(\d+)m)? ?(?:(\d+)s)?")
# What is said of a node that is not called idle, or not surely.
OPEN = ("At work", "not yet for the limit", "were heard", "was heard", "What is known", "never heard",
        "contradict", "confidence only", "Nothing but its power", "was not measured", "Up for",
        "says nothing", "in the place of", "a second look disagrees")
BLIND = ("were heard", "What is known", "never heard", "contradict", "says nothing", "in the place of",
         "was heard from two")
WINDOWS = {"notebooks-l40s": 1800, "slices-a100": 1800, "queue-a100": 600}
# A level takes an hour of rest, and a held one an hour without a sign of life.
WARM_UP = 3 * 3600


def get(url, wait=3):
    with urllib.request.urlopen(url, timeout=wait) as answer:
        return answer.read().decode()


def truth(target):
    """Whether any of its GPUs works, and whether somebody holds memory; None: it does not answer."""
    try:
        page = get(f"http://{target}/metrics")
    except OSError:
        return None
    works, held = False, False
    for name, value in VALUE.findall(page):
        value = float(value)
        works |= name == "DCGM_FI_PROF_GR_ENGINE_ACTIVE" and value >= 0.01
        works |= name == "DCGM_FI_DEV_GPU_UTIL" and value >= 1
        held |= name == "DCGM_FI_DEV_FB_USED" and value > 1024
    return works, held


class Node:
    """What one node did and what was said of it, in the fleet's seconds."""

    def __init__(self, name):
        self.name, self.pool, self.limit = name, "", None
        self.idle_since, self.held, self.is_settled = None, False, False
        self.samples = collections.deque(maxlen=3)
        self.was_on, self.on_since = False, 0

    def window(self):
        return WINDOWS.get(self.pool, self.limit)


class Judge:
    def __init__(self, speed):
        self.speed = speed
        self.counts = collections.Counter()
        self.late = []
        self.wrong = []

    def look(self, node, now, seen, tone, state, reason):
        """One look at a node: the exporter's word (None while it is off), and the page's."""
        is_on = state not in ("stopped", "stopping", "pending", "terminated")
        if node.was_on and not is_on:
            self.counts["stops"] += 1
            if len(node.samples) >= 2 and all(works for works, _ in list(node.samples)[-2:]):
                self.counts["stopped at work"] += 1
                self.wrong.append(f"{now:.0f} s: {node.name} of {node.pool} stopped at work")
        if is_on and not node.was_on:
            node.on_since, node.idle_since = now, None
            node.samples.clear()
        node.was_on = is_on
        is_found = not any(word in reason for word in OPEN)
        limit = LIMIT.search(reason)
        if limit and any(limit.groups()):
            hours, minutes, seconds = (int(part or 0) for part in limit.groups())
            node.limit = hours * 3600 + minutes * 60 + seconds
        if is_on and now - node.on_since > 900:
            self.counts["looks"] += 1
            self.counts["unobserved"] += any(word in reason for word in BLIND)
            if "contradict" in reason:
                self.counts["sensor faults"] += 1
                self.wrong.append(f"{now:.0f} s: {node.name}: {reason}")
        if seen is not None:
            self.hear(node, now, seen, is_on and is_found, reason)
        self.settle(node, now, is_found or not is_on, reason)

    def hear(self, node, now, seen, is_called_idle, reason):
        works, held = seen
        node.samples.append(seen)
        if len(node.samples) == 3 and all(works for works, _ in node.samples):
            self.counts["looks at work"] += 1
            if is_called_idle:
                self.counts["called idle at work"] += 1
                self.wrong.append(f"{now:.0f} s: {node.name} works: {reason}")
        if works:
            node.idle_since, node.is_settled = None, False
        elif node.idle_since is None:
            node.idle_since, node.held, node.is_settled = now, held, False
        node.held = node.held and held

    def settle(self, node, now, is_found, reason):
        if node.idle_since is None or node.is_settled or not node.window():
            return
        # Two looks of an exporter that looks every 30 s, a plan, and two looks of ours.
        allowed = node.window() + 120 + 2 * self.speed
        if now - node.idle_since < allowed and not is_found:
            return
        node.is_settled = True
        if node.idle_since < WARM_UP or now - node.on_since < WARM_UP:
            return
        kind = "held" if node.held else "empty"
        self.counts[kind] += 1
        self.counts[kind + " found"] += is_found
        if not is_found:
            self.late.append(f"{now:.0f} s: {node.name} of {node.pool}, {kind}: {reason}")

    def tell(self):
        count = self.counts
        share = lambda part, whole: f"{100 * part / whole:.2f} % of {whole}" if whole else "none"
        print(f"  stops {count['stops']}, of nodes at work {count['stopped at work']}; called idle at "
              f"work {count['called idle at work']} of {count['looks at work']} looks")
        print(f"  held and idle, found in time: {share(count['held found'], count['held'])}")
        print(f"  empty, found in time: {share(count['empty found'], count['empty'])}")
        print(f"  looks with sensor faults {count['sensor faults']}; unobserved "
              f"{share(count['unobserved'], count['looks'])} looks")
        for line in self.wrong[:20] + self.late[:20]:
            print("   ", line)


def main():
    parser = argparse.ArgumentParser(prog="scripts/judge-demo", description=__doc__)
    parser.add_argument("--finops", required=True, help="the binary that is tried")
    parser.add_argument("--speed", type=int, default=60)
    parser.add_argument("--hours", type=float, default=60, help="of the fleet's time")
    options = parser.parse_args()
    folder, port = tempfile.mkdtemp(prefix="finops-judge-"), free_port()
    # The private PostgreSQL runs as another user where we are root.
    os.chmod(folder, 0o755)
    log = open(os.path.join(folder, "demo.log"), "w")
    demo = subprocess.Popen(
        [options.finops, "demo", "--days", "1", "--speed", str(options.speed), "--listen",
         f"127.0.0.1:{port}"], env={**os.environ, "FINOPS_DATA": folder}, stdout=log, stderr=log)
    judge = Judge(options.speed)
    try:
        watch(demo, judge, options, folder, port)
    finally:
        demo.terminate()
        demo.wait(timeout=60)
        judge.tell()
        print("  its log:", log.name)
    sys.exit(1 if judge.wrong else 0)


def watch(demo, judge, options, folder, port):
    targets, nodes, began, told = [], {}, None, 0
    pool = concurrent.futures.ThreadPoolExecutor(8)
    while began is None or (time.monotonic() - began) * options.speed < options.hours * 3600:
        time.sleep(1)
        if demo.poll() is not None:
            raise SystemExit("the demo ended; see its log in " + folder)
        try:
            page = get(f"http://127.0.0.1:{port}/")
            targets = targets or open(f"{folder}/demo/demo-targets").read().split()
        except OSError:
            continue
        rows = sorted(ROW.findall(page))
        if not rows:
            continue
        began = began or time.monotonic()
        heard = list(pool.map(truth, targets))
        now = (time.monotonic() - began) * options.speed
        for (name, place, tone, state, reason), seen in zip(rows, heard):
            node = nodes.setdefault(name, Node(name))
            node.pool = place
            judge.look(node, now, seen, tone, state, html.unescape(reason))
        if now - told >= 6 * 3600:
            told = now
            print(f"after {now / 3600:.0f} fleet hours:", flush=True)
            judge.tell()
            sys.stdout.flush()


main()
