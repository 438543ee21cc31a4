"""Pages as dcgm-exporter writes them, and what a GPU says at rest and at work.

Labels and their order are those of dcgm-exporter 3.3 to 4.x. A slice (MIG) has a row of its own with
GPU_I_PROFILE and GPU_I_ID, its GPU has none, and power and energy of the whole GPU stand in every row
of it (NVIDIA/dcgm-exporter#561, #317, #257). GPU_UTIL of a slice is 0 (#216).
"""

A100 = "NVIDIA A100-SXM4-40GB"
A10G = "NVIDIA A10G"

LOAD = (
    "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_MEM_COPY_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
    "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "DCGM_FI_PROF_DRAM_ACTIVE", "DCGM_FI_PROF_PCIE_TX_BYTES",
    "DCGM_FI_PROF_PCIE_RX_BYTES")


def uuid(number):
    """A GPU's name, from a number no other has."""
    return f"GPU-{number:08x}-51e0-4c0f-9d5b-{number * 7919:012x}"


class Row:
    """One line of every series: a GPU, or a slice of one."""

    def __init__(self, gpu, name, fields, model=A100, slice=None, profile="3g.20gb", host="gpu-node"):
        self.fields = fields
        cut = f',GPU_I_PROFILE="{profile}",GPU_I_ID="{slice}"' if slice is not None else ""
        self.labels = (
            f'gpu="{gpu}",UUID="{name}",pci_bus_id="00000000:{gpu * 16 + 15:02X}:00.0",'
            f'device="nvidia{gpu}",modelName="{model}"{cut},Hostname="{host}",'
            f'DCGM_FI_DRIVER_VERSION="550.127.08"')


def page(rows):
    """The text of a scrape: series by series, each with its head."""
    names = dict.fromkeys(name for row in rows for name in row.fields)
    lines = []
    for name in names:
        kind = "counter" if "ENERGY" in name else "gauge"
        lines.append(f"# HELP {name} As NVIDIA names it.\n# TYPE {name} {kind}")
        lines += [f"{name}{{{row.labels}}} {row.fields[name]}" for row in rows if name in row.fields]
    return "\n".join(lines) + "\n"


def rest(seconds, watts, memory=4, start=5_000_000_000):
    """A GPU that does nothing; `seconds` of fleet time are in its energy counter."""
    return {
        "DCGM_FI_DEV_SM_CLOCK": 210 if memory < 100 else 1410, "DCGM_FI_DEV_MEM_CLOCK": 1215,
        "DCGM_FI_DEV_GPU_TEMP": 33, "DCGM_FI_DEV_POWER_USAGE": f"{watts:.6f}",
        "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION": int(start + seconds * watts * 1000),
        "DCGM_FI_DEV_GPU_UTIL": 0, "DCGM_FI_DEV_MEM_COPY_UTIL": 0, "DCGM_FI_DEV_XID_ERRORS": 0,
        "DCGM_FI_DEV_FB_FREE": int(40_000 - memory), "DCGM_FI_DEV_FB_USED": int(memory),
        "DCGM_FI_PROF_GR_ENGINE_ACTIVE": "0.000000", "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE": "0.000000",
        "DCGM_FI_PROF_DRAM_ACTIVE": "0.000000", "DCGM_FI_PROF_PCIE_TX_BYTES": 15_000,
        "DCGM_FI_PROF_PCIE_RX_BYTES": 20_000}


def work(seconds, watts, memory=30_000):
    """The same at work."""
    return rest(seconds, watts, memory) | {
        "DCGM_FI_DEV_GPU_UTIL": 97, "DCGM_FI_DEV_MEM_COPY_UTIL": 44,
        "DCGM_FI_PROF_GR_ENGINE_ACTIVE": "0.950000", "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE": "0.400000",
        "DCGM_FI_PROF_DRAM_ACTIVE": "0.500000", "DCGM_FI_PROF_PCIE_TX_BYTES": 400_000_000,
        "DCGM_FI_PROF_PCIE_RX_BYTES": 900_000_000}


def without(fields, *parts):
    """The fields whose names hold none of these words."""
    return {name: value for name, value in fields.items() if not any(p in name for p in parts)}


def silent_work(seconds, watts, memory=18_000):
    """At work by its power and its energy counter alone; every activity field says 0."""
    return rest(seconds, watts, memory)


def vllm(**values):
    """Series of an inference server; a value of None leaves its series out."""
    names = {
        "running": "vllm:num_requests_running", "waiting": "vllm:num_requests_waiting",
        "finished": "vllm:request_success_total"}
    lines = []
    for key, name in names.items():
        if values.get(key) is None:
            continue
        reason = ',finished_reason="stop"' if key == "finished" else ""
        lines.append(f'# TYPE {name} {"counter" if key == "finished" else "gauge"}')
        lines.append(f'{name}{{engine="0",model_name="m"{reason}}} {values[key]}')
    return "\n".join(lines) + "\n"
