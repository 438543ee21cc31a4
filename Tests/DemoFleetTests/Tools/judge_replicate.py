"""Judges the fake Replicate API at the URL given, as replicate-python sees it. Prints what was wrong;
silence is good."""

import sys

from replicate.client import Client
from replicate.exceptions import ReplicateError

client = Client(api_token="r8_demo", base_url=sys.argv[1].removesuffix("/v1"))


def expect(what, seen, wanted):
    if seen != wanted:
        print(f"{what}: {seen!r}, not {wanted!r}")


def status_of(call):
    try:
        call()
    except ReplicateError as error:
        return error.status
    return None


page = client.deployments.list()
names = [d.name for d in page.results]
pages = 1
while page.next:
    page = client.deployments.list(page.next)
    names += [d.name for d in page.results]
    pages += 1
expect("list", names, ["chat", "d1", "d2", "d3", "d4"])
expect("pages", pages, 3)

chat = client.deployments.get("acme/chat")
expect("get", (chat.owner, chat.name, chat.current_release.number), ("acme", "chat", 1))
expect("configuration", chat.current_release.configuration.min_instances, 1)
changed = client.deployments.update("acme", "chat", min_instances=2, max_instances=6)
expect("update", changed.current_release.number, 2)
same = client.deployments.update("acme", "chat", min_instances=2, max_instances=6)
expect("an update that changes nothing", same.current_release.number, 3)
expect("unknown", status_of(lambda: client.deployments.get("acme/nobody")), 404)
expect(
    "bounds the wrong way round",
    status_of(lambda: client.deployments.update("acme", "chat", min_instances=9, max_instances=1)),
    422,
)
made = client.deployments.create(
    name="made", model="acme/esrgan", version="5c7d" * 16, hardware="gpu-t4", min_instances=0,
    max_instances=2)
expect("created", (made.name, made.current_release.configuration.hardware), ("made", "gpu-t4"))
expect("deleted", client.deployments.delete("acme", "made"), True)
expect("hardware", "gpu-h100" in [h.sku for h in client.hardware.list()], True)
stranger = Client(api_token="r8_expired", base_url=sys.argv[1].removesuffix("/v1"))
expect("wrong token", status_of(lambda: stranger.deployments.list()), 401)
