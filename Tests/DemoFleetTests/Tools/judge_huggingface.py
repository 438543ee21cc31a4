"""Judges the fake Inference Endpoints API at the URL given, as huggingface_hub sees it. Prints what
was wrong; silence is good."""

import os
import sys
import time

# What it gives back asks with the token of the environment, not with the one it was made with.
os.environ["HF_TOKEN"] = "hf_demo"

from huggingface_hub import HfApi, constants
from huggingface_hub.errors import HfHubHTTPError, InferenceEndpointError

constants.INFERENCE_ENDPOINTS_ENDPOINT = sys.argv[1]
api = HfApi(token="hf_demo")
ns = "acme"


def expect(what, seen, wanted):
    if seen != wanted:
        print(f"{what}: {seen!r}, not {wanted!r}")


def status_of(call):
    try:
        call()
    except HfHubHTTPError as error:
        return error.response.status_code
    return None


def get():
    return api.get_inference_endpoint("chat", namespace=ns)


listed = api.list_inference_endpoints(namespace=ns)
expect("list", [e.name for e in listed], ["chat"])
expect("first", (listed[0].status, listed[0].repository), ("running", "acme/demo-7b"))
expect("another namespace", api.list_inference_endpoints(namespace="other"), [])
expect("unknown", status_of(lambda: api.get_inference_endpoint("nobody", namespace=ns)), 404)

updated = api.update_inference_endpoint("chat", namespace=ns, min_replica=2, max_replica=5)
expect("update", updated.raw["compute"]["scaling"]["minReplica"], 2)
get().wait(timeout=20, refresh_every=1)
expect("after update", get().raw["status"]["readyReplica"], 2)
expect("the rest is kept", get().raw["compute"]["scaling"]["scaleToZeroTimeout"], 15)
expect(
    "bounds the wrong way round",
    status_of(lambda: api.update_inference_endpoint("chat", namespace=ns, min_replica=9, max_replica=1)),
    400,
)

endpoint = api.scale_to_zero_inference_endpoint("chat", namespace=ns)
for _ in range(20):
    if endpoint.fetch().status == "scaledToZero":
        break
    time.sleep(0.1)
expect("asleep", endpoint.status, "scaledToZero")
expect("asleep, replicas", endpoint.raw["status"]["targetReplica"], 0)
endpoint.resume().wait(timeout=20, refresh_every=1)
expect("woken", endpoint.fetch().status, "running")
expect("already running is fine", api.resume_inference_endpoint("chat", namespace=ns).status, "running")
expect(
    "already running, asked strictly",
    status_of(lambda: api.resume_inference_endpoint("chat", namespace=ns, running_ok=False)),
    400,
)

endpoint.pause()
expect("paused", endpoint.status, "paused")
try:
    endpoint.client
    print("a paused endpoint has a client")
except InferenceEndpointError:
    pass
endpoint.resume().wait(timeout=20, refresh_every=1)

hardware = {h.id: h for h in api.list_inference_endpoints_hardware(namespace=ns)}
l4 = hardware["aws-us-east-1-nvidia-l4-x1"]
expect("hardware", (l4.vendor, l4.region, l4.instance_type), ("aws", "us-east-1", "nvidia-l4"))
expect("price", l4.price_per_hour, 0.8)
expect("status", l4.status, "available")

made = api.create_inference_endpoint(
    "made", repository="acme/other", framework="pytorch", task="text-generation",
    accelerator="gpu", vendor="aws", region="us-east-1", type="authenticated",
    instance_type="nvidia-l4", instance_size="x1", min_replica=0, max_replica=1, namespace=ns)
expect("created", (made.name, made.repository), ("made", "acme/other"))
made.wait(timeout=20, refresh_every=1).delete()
expect("deleted", [e.name for e in api.list_inference_endpoints(namespace=ns)], ["chat"])
stranger = HfApi(token="hf_expired")
expect("wrong token", status_of(lambda: stranger.list_inference_endpoints(namespace=ns)), 401)
