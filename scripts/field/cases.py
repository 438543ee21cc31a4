"""Public reports of sensors that lie, each as the pages of one machine at work, beside an idle twin.

A case is a function of `t`, the fleet's seconds since the start, that gives the machine's page. What is
right is that this machine is kept; `stop=True` marks the cases in which it idles and has to be found.
docs/field.md has each report.
"""
from dataclasses import dataclass, field
from typing import Callable

from dcgm import A10G, A100, LOAD, Row, page, rest, silent_work, uuid, vllm, without, work

IDLE_A100, IDLE_A10G, BUSY = 52.0, 16.0, 300.0


@dataclass
class Case:
    name: str
    source: str
    type: str
    body: Callable
    twin: Callable
    kind: str = "batch"
    stop: bool = False
    pool: str = ""
    """Lines of the pool's settings."""
    shared: str = ""
    """A pool that the machines of several cases are in."""
    other: Callable = None
    """A third machine the case needs; nothing is asked of it."""
    delay: Callable = field(default=lambda n: 0)
    """Fleet seconds an answer takes, by number of the scrape."""


CASES = []


def case(name, source, type="p4d.24xlarge", **rest_of_it):
    """Puts the function it stands above into the list."""
    def take(body):
        twin = {"p4d.24xlarge": slices_at_rest, "g5.12xlarge": four_at_rest}.get(type, one_at_rest)
        if rest_of_it.get("kind") == "serving":
            twin = serving_at_rest
        CASES.append(Case(name, source, type, body, rest_of_it.pop("twin", twin), **rest_of_it))
        return body
    return take


# MARK: Twins, at rest and honest

def slices(t, base, special=None, whole=None):
    """Eight GPUs, two slices each. `special` gives the fields of the slices it names, `whole` the
    watts of their GPUs."""
    rows = []
    for gpu in range(8):
        watts = (whole or {}).get(gpu, IDLE_A100)
        for number in (1, 2):
            fields = (special or {}).get((gpu, number))
            if fields == "gone":
                continue
            rows.append(Row(gpu, uuid(base + gpu), fields or slice_at_rest(t, watts), slice=number))
    return page(rows)


def slice_at_rest(t, watts=IDLE_A100):
    return without(rest(t, watts), "PCIE")


def slice_at_work(t):
    return without(work(t, BUSY, 18_000), "PCIE", "_UTIL")


def slices_at_rest(t, n, base):
    return slices(t, base)


def four_at_rest(t, n, base):
    return page([Row(g, uuid(base + g), rest(t, IDLE_A10G), A10G) for g in range(4)])


def one_at_rest(t, n, base):
    return page([Row(0, uuid(base), rest(t, IDLE_A10G), A10G)])


def serving_at_rest(t, n, base):
    return one_at_rest(t, n, base) + vllm(running="0.0", waiting="0.0", finished="7.0")


# MARK: B1, slices

@case("B1 mig507", "NVIDIA/dcgm-exporter#507")
def mig507(t, n, base):
    """Three of sixteen slices, at work, offer all but the profiling fields."""
    busy = without(slice_at_work(t), "_PROF_")
    return slices(
        t, base, {(2, 2): busy, (6, 2): busy, (7, 2): busy}, {2: BUSY, 6: BUSY, 7: BUSY})


@case("B1 one slice mute", "NVIDIA/dcgm-exporter#507, NVIDIA/gpu-monitoring-tools#142")
def one_mute(t, n, base):
    """One of sixteen, and no row says more than 52 W: a driver that does not split power."""
    return slices(t, base, {(4, 1): without(slice_at_work(t), "_PROF_", "POWER", "ENERGY")})


@case("B1 seen, then gone", "NVIDIA/dcgm-exporter#441, #512")
def seen_then_gone(t, n, base):
    """The slice at work is heard for four minutes, then its rows vanish."""
    here = slice_at_work(t) if t < 250 else "gone"
    return slices(t, base, {(3, 2): here}, {3: BUSY} if t < 250 else {})


@case("B1 gaps", "NVIDIA/dcgm-exporter#441")
def gaps(t, n, base):
    """The slice at work is in one scrape of eight."""
    return slices(t, base, {(3, 2): slice_at_work(t) if n % 8 == 0 else "gone"})


@case("B1 a GPU unlisted", "NVIDIA/dcgm-exporter#747, #443")
def gpu_unlisted(t, n, base):
    """All slices of one GPU, at work, were never in a page: fourteen rows, seven GPUs of eight."""
    return slices(t, base, {(5, 1): "gone", (5, 2): "gone"})


@case("B1 new ids, no fields", "NVIDIA/dcgm-exporter#512")
def new_ids(t, n, base):
    """Cut anew while it works: the GPU's old slices are gone, the new ones give memory and no load."""
    if t < 250:
        return slices(t, base, {(0, 1): slice_at_work(t)}, {0: BUSY})
    mute = Row(0, uuid(base), without(slice_at_work(t), "_PROF_", "_UTIL"), slice=5)
    return slices(t, base, {(0, 1): "gone", (0, 2): "gone"}) + page([mute])


@case("B1 control: 7 of 8 GPUs", "one GPU missing")
def seven_of_eight(t, n, base):
    return page([Row(g, uuid(base + g), rest(t, IDLE_A100)) for g in range(7)])


@case("B1 control: a GPU without load", "one GPU missing")
def no_load(t, n, base):
    def fields(gpu):
        return without(work(t, BUSY), *LOAD) if gpu == 3 else rest(t, IDLE_A100)
    return page([Row(g, uuid(base + g), fields(g)) for g in range(8)])


# MARK: B2, everything 0 and 300 W

@case("B2 all zero at 300 W", "NVIDIA/dcgm-exporter#3, gpu-operator#242", "g5.xlarge")
def all_zero(t, n, base):
    return page([Row(0, uuid(base), silent_work(t, 280), A10G)])


@case("B2 zero, no GPU_UTIL", "NVIDIA/gpu-monitoring-tools#189", "g5.xlarge")
def zero_without_util(t, n, base):
    return page([Row(0, uuid(base), without(silent_work(t, 280), "_UTIL"), A10G)])


@case("B2 zero, memory empty too", "NVIDIA/dcgm-exporter#68", "g5.xlarge")
def zero_and_empty(t, n, base):
    """It must not be learned as rest either."""
    return page([Row(0, uuid(base), silent_work(t, 280, 600), A10G)])


@case("B2 control: profiling 0, util 99", "NVIDIA/dcgm-exporter#662", "g5.xlarge")
def frozen_profiling(t, n, base):
    fields = silent_work(t, 280) | {"DCGM_FI_DEV_GPU_UTIL": 99}
    return page([Row(0, uuid(base), fields, A10G)])


# MARK: B3, another node's exporter

@case("B3 swapped for good", "NVIDIA/gpu-operator#439")
def swapped(t, n, base):
    """Eight at work for five minutes; then, at the same address, eight of another machine at rest."""
    if t < 300:
        return page([Row(g, uuid(base + g), work(t, BUSY), host="here") for g in range(8)])
    return page([Row(g, uuid(base + 80 + g), rest(t, IDLE_A100), host="there") for g in range(8)])


@case("B3 flip at every scrape", "NVIDIA/gpu-monitoring-tools#106")
def flip(t, n, base):
    return swapped(t if n % 2 else t + 1e6, n, base)


# MARK: B4, GPU_UTIL of a slice

@case("B4 util 0 of a slice", "NVIDIA/dcgm-exporter#216", pool="min_confidence: medium")
def slice_util(t, n, base):
    busy = without(slice_at_work(t), "_PROF_") | {"DCGM_FI_DEV_GPU_UTIL": 0}
    still = without(slice_at_rest(t), "_PROF_")
    every = {(gpu, number): still for gpu in range(8) for number in (1, 2)}
    return slices(t, base, every | {(1, 1): busy})


@case("B4 the same without power", "NVIDIA/dcgm-exporter#50", pool="min_confidence: medium")
def slice_util_alone(t, n, base):
    busy = without(slice_at_work(t), "_PROF_", "POWER", "ENERGY") | {"DCGM_FI_DEV_GPU_UTIL": 0}
    still = without(slice_at_rest(t), "_PROF_", "POWER", "ENERGY")
    every = {(gpu, number): still for gpu in range(8) for number in (1, 2)}
    return slices(t, base, every | {(1, 1): busy})


# MARK: B5, unknown requests

def server(name, source, **wanted):
    def take(values):
        @case(name, source, "g5.xlarge", kind="serving", **wanted)
        def body(t, n, base):
            return one_at_rest(t, n, base) + vllm(**values(t))
        return values
    return take


@server("B5 NaN", "kedacore/keda#4677")
def requests_nan(t):
    return {"running": "NaN", "waiting": "NaN", "finished": "3.0"}


@server("B5 only the counter", "vllm-project/vllm#40605")
def requests_counter(t):
    return {"finished": "3.0"}


@server("B5 waiting never there", "vllm-project/vllm#40605")
def requests_no_waiting(t):
    return {"running": "0.0", "finished": "3.0"}


@server("B5 valid, then NaN", "kedacore/keda#4677")
def requests_lost(t):
    return requests_nan(t) if t > 120 else {"running": "1.0", "waiting": "0.0", "finished": "3.0"}


@server("B5 the server gone", "vllm-project/vllm#40605")
def requests_gone(t):
    return {} if t > 120 else {"running": "1.0", "waiting": "0.0", "finished": "3.0"}


# MARK: S4, S5, S10

@case("S4 slices for GPUs", "NVIDIA/dcgm-exporter#507", "g5.12xlarge")
def slices_for_gpus(t, n, base):
    """Two of four GPUs, cut in halves and idle: four rows. The other two work and are not listed."""
    return page([
        Row(gpu, uuid(base + gpu), slice_at_rest(t, IDLE_A10G), A10G, number, "2g.12gb")
        for gpu in (0, 1) for number in (7, 8)])


def own(t, base):
    return page([Row(0, uuid(base), work(t, 250), A10G)])


def crossed_over(t, n, base):
    """The neighbour: at rest, its own GPU for five minutes, then the other's."""
    return one_at_rest(t, n, base + 500) if t < 300 else own(t, base)


@case("S5 crossed later", "NVIDIA/gpu-operator#439", "g5.xlarge", other=crossed_over)
def crossed(t, n, base):
    """At work. From the fifth minute on each of two addresses answers with the other's GPU."""
    return own(t, base) if t < 300 else one_at_rest(t, n, base + 500)


def falls_silent(t, n, base):
    return one_at_rest(t, n, base + 500) if t < 300 else None


@case("S5 the neighbour unheard", "NVIDIA/gpu-operator#439", "g5.xlarge", other=falls_silent)
def answered_for(t, n, base):
    """The same, and nobody answers at the neighbour's address any more."""
    return own(t, base) if t < 300 else one_at_rest(t, n, base + 500)


def heard_later(t, n, base):
    return one_at_rest(t, n, base + 500) if t > 300 else None


@case("S5 crossed from the start", "NVIDIA/gpu-operator#439", "g5.xlarge", other=heard_later)
def crossed_at_once(t, n, base):
    """Its neighbour's GPU from the first scrape on, before the neighbour itself is heard."""
    return one_at_rest(t, n, base + 500)


@case("S10 one late answer", "NVIDIA/dcgm-exporter#607", "g5.xlarge", stop=True,
      delay=lambda n: 4.0 if n == 6 else 0)
def one_late(t, n, base):
    """Idle. The sixth answer comes 4 s of the fleet's time late, read at the end of the wait."""
    return page([Row(0, uuid(base), rest(t, 62), A10G)])


# MARK: S3, all zero while 450 W flow, on machines never seen empty

def broken_at(moment):
    """At work; from `moment` on no activity field says so."""
    def body(t, n, base):
        fields = work(t, 280) if t < moment else silent_work(t, 280, 30_000)
        return page([Row(0, uuid(base), fields, A10G)])
    return body


def breaking(name, moments):
    """Eight machines of one pool that lose their sensors at these moments."""
    return [
        Case(f"{name} {number + 1}", "NVIDIA/dcgm-exporter#662", "g5.xlarge", broken_at(moment),
             one_at_rest if number < 3 else None,
             shared=name.split()[0])
        for number, moment in enumerate(moments)]


ROLLING = breaking("S3-rolling", [300 + 120 * number for number in range(8)])
AT_ONCE = breaking("S3-at-once", [300] * 8)


# MARK: Local disks

def whole_at_rest(t, n, base):
    return page([Row(g, uuid(base + g), rest(t, IDLE_A100)) for g in range(8)])


def small_at_rest(t, n, base):
    return page([Row(0, uuid(base), rest(t, 10.0), "NVIDIA T4G")])


DISKS = [
    Case("disks: p4d, 8 TB of instance store", "DescribeInstanceTypes", "p4d.24xlarge", whole_at_rest, None),
    Case("disks: g5, 250 GB of instance store", "DescribeInstanceTypes", "g5.xlarge", one_at_rest, None),
    # Its board is of 70 W: power cannot tell rest from a little work, and a person has to say that
    # this will do.
    Case("disks: g5g, none", "DescribeInstanceTypes", "g5g.xlarge", small_at_rest, None, stop=True,
         pool="min_confidence: medium"),
]
