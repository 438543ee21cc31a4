"""Judges the fake cluster at the URL given, as the Python client sees it. Silence is good."""

import sys
import threading
import time

from kubernetes import client, watch
from kubernetes.client.rest import ApiException


def api(token):
    configuration = client.Configuration()
    configuration.host = sys.argv[1]
    configuration.api_key = {"authorization": "Bearer " + token}
    configuration.retries = False
    return client.ApiClient(configuration)


good = api("good")
core, apps = client.CoreV1Api(good), client.AppsV1Api(good)


def expect(what, seen, wanted):
    if seen != wanted:
        print(f"{what}: {seen!r}, not {wanted!r}")


def status_of(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ApiException as error:
        return error.status
    return None


def wait_until(what, seen, wanted):
    for _ in range(100):
        if seen() == wanted:
            return
        time.sleep(0.1)
    print(f"{what}: {seen()!r} after 10 s, not {wanted!r}")


def lists():
    nodes = core.list_node()
    expect("nodes", [node.metadata.name for node in nodes.items], ["gpu-1", "gpu-2"])
    expect("GPUs", nodes.items[0].status.capacity["nvidia.com/gpu"], "4")
    expect("a label", len(core.list_node(label_selector="finops-fleet=f").items), 2)
    expect("no label", len(core.list_node(label_selector="finops-fleet!=f").items), 0)
    names, token = [], None
    for _ in range(10):
        page = core.list_namespaced_pod("many", limit=10, _continue=token)
        names += [pod.metadata.name for pod in page.items]
        token = page.metadata._continue
        if not token:
            break
    expect("pages", len(set(names)), 25)
    expect("a stale page", status_of(core.list_namespaced_pod, "many", _continue="old"), 410)
    expect("a bad selector", status_of(core.list_node, label_selector="a b c"), 400)
    expect("a bad field", status_of(core.list_node, field_selector="spec.wings=2"), 400)
    on = core.list_pod_for_all_namespaces(field_selector="spec.nodeName=gpu-2,status.phase=Running")
    expect("pods on a node", len([p for p in on.items if p.metadata.namespace == "many"]), 25)


def scales():
    wait_until("ready", lambda: apps.read_namespaced_deployment("chat", "default")
               .status.ready_replicas, 2)
    apps.patch_namespaced_deployment_scale("chat", "default", {"spec": {"replicas": 3}})
    scale = apps.read_namespaced_deployment_scale("chat", "default")
    expect("scale", scale.spec.replicas, 3)
    wait_until("three", lambda: apps.read_namespaced_deployment("chat", "default")
               .status.ready_replicas, 3)
    stale = apps.read_namespaced_deployment_scale("chat", "default")
    stale.spec.replicas = 2
    apps.replace_namespaced_deployment_scale("chat", "default", stale)
    stale.spec.replicas = 5
    expect("a stale number", status_of(
        apps.replace_namespaced_deployment_scale, "chat", "default", stale), 409)
    expect("below zero", status_of(
        apps.patch_namespaced_deployment_scale, "chat", "default", {"spec": {"replicas": -1}}), 422)
    expect("an unknown field", status_of(
        apps.patch_namespaced_deployment_scale, "chat", "default", {"spec": {"wings": 2}}), 400)
    expect("a JSON patch", status_of(
        core.patch_node, "gpu-1", [{"op": "remove", "path": "/spec/taints"}]), 415)
    wait_until("two", lambda: len(core.list_namespaced_pod(
        "default", label_selector="app=chat").items), 2)


def evicts():
    pod = core.list_namespaced_pod("default", label_selector="app=chat").items[0].metadata.name
    body = client.V1Eviction(metadata=client.V1ObjectMeta(name=pod, namespace="default"))
    expect("a budget", status_of(core.create_namespaced_pod_eviction, pod, "default", body), 429)
    client.PolicyV1Api(good)
    apps.patch_namespaced_deployment_scale("chat", "default", {"spec": {"replicas": 3}})
    wait_until("three again", lambda: apps.read_namespaced_deployment("chat", "default")
               .status.ready_replicas, 3)
    expect("an eviction", status_of(
        core.create_namespaced_pod_eviction, pod, "default", body), None)
    wait_until("evicted", lambda: status_of(core.read_namespaced_pod, pod, "default"), 404)
    expect("gone", status_of(core.create_namespaced_pod_eviction, pod, "default", body), 404)


def watches():
    version = core.list_node().metadata.resource_version
    seen = []

    def look():
        stream = watch.Watch().stream(
            core.list_node, resource_version=version, timeout_seconds=4)
        seen.extend((event["type"], event["object"].metadata.name) for event in stream)

    thread = threading.Thread(target=look)
    thread.start()
    time.sleep(0.5)
    core.patch_node("gpu-1", {"spec": {"unschedulable": True}})
    core.patch_node("gpu-1", {"spec": {"unschedulable": None}})
    thread.join()
    expect("changes", seen, [("MODIFIED", "gpu-1")] * 2)
    first = [event["type"] for event in watch.Watch().stream(core.list_node, timeout_seconds=1)]
    expect("what is there", first, ["ADDED", "ADDED"])
    try:
        list(watch.Watch().stream(core.list_node, resource_version="1", timeout_seconds=1))
        print("a forgotten version is watched")
    except ApiException as error:
        expect("a forgotten version", error.status, 410)


def refusals():
    bad = client.CoreV1Api(api("bad"))
    expect("another's token", status_of(bad.list_node), 401)
    expect("an unknown node", status_of(core.read_node, "nobody"), 404)
    expect("an unknown path", status_of(client.BatchV1Api(good).list_job_for_all_namespaces), 404)
    custom = client.CustomObjectsApi(good)
    pools = custom.list_cluster_custom_object("karpenter.sh", "v1", "nodepools")
    expect("pools", [pool["metadata"]["name"] for pool in pools["items"]], ["gpu"])


for part in (lists, scales, evicts, watches, refusals):
    part()
