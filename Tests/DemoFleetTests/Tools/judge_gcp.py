"""Judges the fake Compute Engine at the URL given, as google-api-python-client sees it.

Prints what was wrong; silence is good. The client builds its requests from the discovery document
that it brings.
"""

import sys
import time
import uuid

from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

endpoint, project, zone = sys.argv[1], "demo-project", "us-central1-a"


def client(name, token, path):
    return build(
        name, "v1", credentials=Credentials(token), static_discovery=True, cache_discovery=False,
        client_options={"api_endpoint": endpoint + path})


compute = client("compute", "judge", "/compute/v1/")
at = {"project": project, "zone": zone}


def expect(what, seen, wanted):
    if seen != wanted:
        print(f"{what}: {seen!r}, not {wanted!r}")


def refusal(call):
    try:
        call.execute()
    except HttpError as error:
        return error.resp.status, error.error_details[0]["reason"] if error.error_details else None
    return None


def done(operation):
    for _ in range(200):
        if operation["status"] == "DONE":
            return operation
        time.sleep(0.02)
        operation = compute.zoneOperations().get(operation=operation["name"], **at).execute()
    print(f"{operation['operationType']} is never done")
    return operation


def code(operation):
    return [error["code"] for error in operation.get("error", {}).get("errors", [])]


def machine(name, type="g2-standard-8", **more):
    return {
        "name": name, "machineType": f"zones/{zone}/machineTypes/{type}",
        "labels": {"finops-fleet": "judged", "kind": "single"},
        "metadata": {"items": [{"key": "finops-target", "value": "10.0.0.5:9400"}]},
        "disks": [{"boot": True, "autoDelete": True,
                   "initializeParams": {"sourceImage": "global/images/i", "diskSizeGb": 100}}],
        "networkInterfaces": [{"network": "global/networks/default"}],
        "scheduling": {"onHostMaintenance": "TERMINATE", "provisioningModel": "STANDARD"}, **more}


def insert(body, **more):
    return compute.instances().insert(body=body, **at, **more)


def get(name):
    return compute.instances().get(instance=name, **at).execute()


# Machines
request = str(uuid.uuid4())
first = insert(machine("one"), requestId=request).execute()
expect("kind", first["kind"], "compute#operation")
again = insert(machine("one"), requestId=request).execute()
expect("the same requestId", again["name"], first["name"])
expect("another request", refusal(insert(machine("two"), requestId=request)), (400, "invalid"))
expect("a requestId that is none", refusal(insert(machine("two"), requestId="x")), (400, "invalid"))
expect("the same name", refusal(insert(machine("one"))), (409, "alreadyExists"))
expect("errors of insert", code(done(first)), [])
one = get("one")
expect("status", one["status"], "RUNNING")
expect("target", one["id"], first["targetId"])
expect("by its number", get(one["id"])["name"], "one")
expect("GPUs", [g["acceleratorCount"] for g in one["guestAccelerators"]], [1])
expect("metadata", one["metadata"]["items"], [{"key": "finops-target", "value": "10.0.0.5:9400"}])

stop = compute.instances().stop(instance="one", requestId=str(uuid.uuid4()), **at).execute()
expect("errors of stop", code(done(stop)), [])
expect("a stopped machine", get("one")["status"], "TERMINATED")
start = compute.instances().start(instance="one", **at).execute()
done(start)
expect("a started machine", get("one")["status"], "RUNNING")
done(compute.instances().suspend(instance="one", **at).execute())
expect("a suspended machine", get("one")["status"], "SUSPENDED")
expect("start of a suspended one", refusal(compute.instances().start(instance="one", **at)),
       (400, "resourceNotReady"))
done(compute.instances().resume(instance="one", **at).execute())
expect("a resumed machine", get("one")["status"], "RUNNING")

n1 = {"acceleratorType": f"zones/{zone}/acceleratorTypes/nvidia-tesla-t4", "acceleratorCount": 1}
done(insert(machine("t4", "n1-standard-8", guestAccelerators=[n1])).execute())
expect("attached GPUs", get("t4")["guestAccelerators"][0]["acceleratorCount"], 1)
spot = {"provisioningModel": "SPOT", "onHostMaintenance": "TERMINATE", "automaticRestart": False}
done(insert(machine("spot", scheduling=spot)).execute())
expect("spot", get("spot")["scheduling"]["preemptible"], True)
expect("a restart of spot",
       refusal(insert(machine("x", scheduling={**spot, "automaticRestart": True}))),
       (400, "invalid"))
sold = done(insert(machine("sold", "a2-highgpu-8g")).execute())
expect("sold out", code(sold), ["ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS"])
facts = sold["error"]["errors"][0]["errorDetails"][0]["errorInfo"]
expect("where there is some", facts["metadatas"]["zonesAvailable"], "us-central1-b,us-central1-f")
expect("what was sold out", refusal(compute.instances().get(instance="sold", **at)),
       (404, "notFound"))
expect("no quota", code(done(insert(machine("q", "a3-highgpu-8g")).execute())), ["QUOTA_EXCEEDED"])

# What is wrong
expect("an unknown field", refusal(insert(machine("x", gpus=2))), (400, "invalid"))
expect("an unknown field inside", refusal(insert(machine("x", scheduling={"spot": True}))),
       (400, "invalid"))
expect("a field of another type", refusal(insert(machine("x", labels=["a"]))), (400, "invalid"))
expect("a name", refusal(insert(machine("Upper"))), (400, "invalid"))
expect("a label", refusal(insert(machine("x", labels={"finops-target": "10.0.0.5:9400"}))),
       (400, "invalid"))
expect("a type", refusal(insert(machine("x", "p5.48xlarge"))), (400, "invalid"))
expect("live migration", refusal(insert(machine("x", scheduling={}))), (400, "invalid"))
expect("another machine", refusal(compute.instances().stop(instance="nobody", **at)),
       (404, "notFound"))
expect("another method", refusal(compute.disks().list(**at)), (404, "notFound"))
expect("another project", refusal(compute.zones().list(project="other-project")),
       (404, "notFound"))
expect("another zone", refusal(compute.instances().list(project=project, zone="mars-north1-a")),
       (400, "invalid"))


def with_refresh(secret):
    """The zones as a client sees them whose token has expired and that refreshes it."""
    return build(
        "compute", "v1", static_discovery=True, cache_discovery=False,
        client_options={"api_endpoint": endpoint + "/compute/v1/"},
        credentials=Credentials(
            "expired", refresh_token=secret, token_uri=endpoint + "/token", client_id="id",
            client_secret="secret")).zones().list(project=project)


expect("a refreshed token", len(with_refresh("refresh-judge").execute()["items"]), 4)
try:
    with_refresh("another").execute()
    print("a refresh token nobody trusts was taken")
except RefreshError as error:
    expect("another refresh token", error.args[1]["error"], "invalid_grant")

# Lists
names, request = [], compute.instances().list(
    filter='(labels.finops-fleet="judged") (labels.kind="single")', maxResults=2, **at)
pages = 0
while request is not None:
    reply = request.execute()
    pages += 1
    names += [item["name"] for item in reply.get("items", [])]
    request = compute.instances().list_next(request, reply)
expect("a list in pages", (sorted(names), pages), (["one", "spot", "t4"], 2))
whole = compute.instances().aggregatedList(project=project).execute()
expect("an empty zone", whole["items"]["zones/europe-west4-a"]["warning"]["code"],
       "NO_RESULTS_ON_PAGE")
expect("an aggregated list", len(whole["items"][f"zones/{zone}"]["instances"]), 4)
expect("another filter",
       compute.instances().list(filter="labels.finops-fleet=other", **at).execute().get("items"),
       None)
expect("a wrong filter", refusal(compute.instances().list(filter="x ~ y", **at)), (400, "invalid"))
expect("too large a page", refusal(compute.instances().list(maxResults=501, **at)),
       (400, "invalid"))
types = compute.machineTypes().list(**at).execute()["items"]
gpus = {t["name"]: sum(a["guestAcceleratorCount"] for a in t.get("accelerators", [])) for t in types}
expect("GPUs of a type", (gpus["a2-highgpu-8g"], gpus["n1-standard-8"]), (8, 0))
expect("accelerators",
       "nvidia-l4" in [a["name"] for a in compute.acceleratorTypes().list(**at).execute()["items"]],
       True)
expect("zones", len(compute.zones().list(project=project).execute()["items"]), 4)

# Groups
groups = compute.instanceGroupManagers()
gpu = {"instanceGroupManager": "gpu", **at}


def members():
    reply = groups.listManagedInstances(**gpu).execute()
    return [m for m in reply.get("managedInstances", []) if m["currentAction"] != "DELETING"]


def settled(size):
    for _ in range(200):
        group = groups.get(**gpu).execute()
        if group["status"]["isStable"]:
            break
        time.sleep(0.02)
    expect(f"a group of {size}", (group["targetSize"], len(members())), (size, size))


settled(1)
done(groups.resize(size=3, **gpu).execute())
settled(3)
victim = members()[0]
path = f"zones/{zone}/instances/{victim['name']}"
made = get(victim["name"])["metadata"]["items"][0]
expect("whose a member is", made["value"].split("/", 2)[2],
       f"zones/{zone}/instanceGroupManagers/gpu")
done(groups.deleteInstances(body={"instances": [path]}, **gpu).execute())
settled(2)
expect("the victim", victim["name"] in [m["name"] for m in members()], False)
expect("the victim again", refusal(groups.deleteInstances(body={"instances": [path]}, **gpu)),
       (400, "invalid"))
done(compute.instances().delete(instance=members()[0]["name"], **at).execute())
settled(2)
expect("an unknown field of deleteInstances",
       refusal(groups.deleteInstances(body={"instances": [path], "force": True}, **gpu)),
       (400, "invalid"))
expect("an autoscaled group",
       refusal(groups.resize(size=3, instanceGroupManager="auto", **at)), (400, "invalid"))
done(groups.resize(size=0, **gpu).execute())
settled(0)
template = groups.get(**gpu).execute()["instanceTemplate"].split("/")[-1]
template = compute.instanceTemplates().get(project=project, instanceTemplate=template).execute()
expect("a template", template["properties"]["labels"], {"finops-fleet": "judged"})

done(compute.instances().delete(instance="one", **at).execute())
expect("a deleted machine", refusal(compute.instances().get(instance="one", **at)),
       (404, "notFound"))

# Prices
skus = client("cloudbilling", "judge", "/").services().skus()
page = skus.list(parent="services/6F81-5844-456A", pageSize=5, currencyCode="USD").execute()
expect("a page of prices", (len(page["skus"]), page["nextPageToken"]), (5, "5"))
