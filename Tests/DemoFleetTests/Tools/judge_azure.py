"""Judges the fake Azure at the URL given, as azure-mgmt-compute sees it, with the subscription and
a token given after it. Prints what was wrong; silence is good."""

import sys

from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.compute import ComputeManagementClient, models

endpoint, subscription, token = sys.argv[1:4]


class Bearer(SansIOHTTPPolicy):
    """The library's own refuses to send a token over plain http, which is right."""

    def on_request(self, request):
        request.http_request.headers["Authorization"] = "Bearer " + token


class Nobody:
    def get_token(self, *scopes, **options):
        raise AssertionError("nobody asks for a token here")


client = ComputeManagementClient(
    Nobody(), subscription, base_url=endpoint, authentication_policy=Bearer(), retry_total=0,
    polling_interval=0.05)
machines, sets, instances = (
    client.virtual_machines, client.virtual_machine_scale_sets,
    client.virtual_machine_scale_set_vms)


def expect(what, seen, wanted):
    if seen != wanted:
        print(f"{what}: {seen!r}, not {wanted!r}")


def error_of(call, *arguments, **options):
    try:
        result = call(*arguments, **options)
        if hasattr(result, "result"):
            result.result()
        elif hasattr(result, "__next__"):
            list(result)
    except HttpResponseError as error:
        return error.status_code, error.error.code if error.error else None
    return None


def machine(size="Standard_NC24ads_A100_v4", **more):
    subnet = f"/subscriptions/{subscription}/resourceGroups/net/providers/Microsoft.Network"
    card = models.VirtualMachineNetworkInterfaceConfiguration(
        name="nic", primary=True, delete_option="Delete", ip_configurations=[
            models.VirtualMachineNetworkInterfaceIPConfiguration(
                name="ip", subnet=models.SubResource(id=subnet + "/virtualNetworks/v/subnets/s"))])
    return models.VirtualMachine(
        location="eastus", tags={"finops-fleet": "judged", "a b": "<&>\"'ä"},
        hardware_profile=models.HardwareProfile(vm_size=size),
        storage_profile=models.StorageProfile(
            image_reference=models.ImageReference(
                publisher="Canonical", offer="ubuntu", sku="server", version="latest"),
            os_disk=models.OSDisk(create_option="FromImage", delete_option="Delete")),
        network_profile=models.NetworkProfile(
            network_api_version="2022-11-01", network_interface_configurations=[card]), **more)


def power(name):
    view = machines.instance_view("fleet", name)
    return [s.code for s in view.statuses if s.code.startswith("PowerState/")]


made = machines.begin_create_or_update("fleet", "one", machine()).result()
expect("name", made.name, "one")
expect("size", made.hardware_profile.vm_size, "Standard_NC24ads_A100_v4")
expect("provisioning", made.provisioning_state, "Succeeded")
expect("tags", made.tags, {"finops-fleet": "judged", "a b": "<&>\"'ä"})
expect("created", made.time_created is not None, True)
expect("power", power("one"), ["PowerState/running"])
expect("a second of the name", error_of(
    machines.begin_create_or_update, "fleet", "one", machine(), headers={"If-None-Match": "*"}),
    (412, "PreconditionFailed"))

machines.begin_deallocate("fleet", "one").result()
expect("deallocated", power("one"), ["PowerState/deallocated"])
machines.begin_deallocate("fleet", "one").result()
machines.begin_start("fleet", "one").result()
expect("started", power("one"), ["PowerState/running"])
machines.begin_power_off("fleet", "one").result()
expect("off", power("one"), ["PowerState/stopped"])
got = machines.get("fleet", "one", expand="instanceView")
expect("view", [s.code for s in got.instance_view.statuses],
       ["ProvisioningState/succeeded", "PowerState/stopped"])

for index in range(8):
    machines.begin_create_or_update("fleet", f"many-{index}", machine()).result()
expect("all pages", len(list(machines.list_all())), 9)
expect("a group's pages", len(list(machines.list("fleet"))), 9)
states = list(machines.list_all(status_only="true"))
expect("states", len([m for m in states if m.instance_view.statuses]), 9)
expect("no tags beside states", [m.tags for m in states if m.tags], [])

spot = machines.begin_create_or_update("fleet", "spot", machine(
    priority="Spot", eviction_policy="Deallocate",
    billing_profile=models.BillingProfile(max_price=-1))).result()
expect("priority", spot.priority, "Spot")
expect("eviction of another", error_of(machines.simulate_eviction, "fleet", "one"),
       (409, "OperationNotAllowed"))
machines.simulate_eviction("fleet", "spot")

machines.begin_delete("fleet", "one").result()
expect("gone", error_of(machines.get, "fleet", "one"), (404, "ResourceNotFound"))
machines.begin_delete("fleet", "one").result()
expect("another group", error_of(machines.get, "nobody", "one"), (404, "ResourceGroupNotFound"))
expect("start of a gone one", error_of(machines.begin_start, "fleet", "one"),
       (404, "ResourceNotFound"))

full = "Standard_ND96isr_H100_v5"
expect("no capacity", error_of(machines.begin_create_or_update, "fleet", "full", machine(full))[1],
       "AllocationFailed")
expect("what is left of it", machines.get("fleet", "full").provisioning_state, "Failed")
expect("no quota", error_of(
    machines.begin_create_or_update, "fleet", "q", machine("Standard_ND96isr_H200_v5")),
    (409, "OperationNotAllowed"))
expect("an unknown size", error_of(
    machines.begin_create_or_update, "fleet", "x", machine("Standard_X")),
    (400, "InvalidParameter"))

expect("sets", [(s.name, s.sku.capacity) for s in sets.list_all()], [("workers", 1)])
up = sets.begin_update("fleet", "workers", models.VirtualMachineScaleSetUpdate(
    sku=models.Sku(capacity=4))).result()
expect("capacity", up.sku.capacity, 4)
expect("its state", up.provisioning_state, "Succeeded")
listed = list(instances.list("fleet", "workers", expand="instanceView"))
expect("instances", [i.instance_id for i in listed], ["0", "1", "2", "3"])
expect("their size", {i.sku.name for i in listed}, {"Standard_NC24ads_A100_v4"})
ids = models.VirtualMachineScaleSetVMInstanceRequiredIDs(instance_ids=["1"])
sets.begin_delete_instances("fleet", "workers", ids).result()
expect("after a named one left", sets.get("fleet", "workers").sku.capacity, 3)
expect("who is left", [i.instance_id for i in instances.list("fleet", "workers")], ["0", "2", "3"])
expect("the same again", error_of(sets.begin_delete_instances, "fleet", "workers", ids),
       (400, "InvalidParameter"))
instances.begin_deallocate("fleet", "workers", "2").result()
one = instances.get("fleet", "workers", "2", expand="instanceView")
expect("an instance's power", [s.code for s in one.instance_view.statuses][1:],
       ["PowerState/deallocated"])
instances.begin_start("fleet", "workers", "2").result()
sets.begin_update("fleet", "workers", models.VirtualMachineScaleSetUpdate(
    sku=models.Sku(capacity=0))).result()
expect("none left", list(instances.list("fleet", "workers")), [])
expect("too many", error_of(sets.begin_update, "fleet", "workers", {"sku": {"capacity": 1001}}),
       (400, "InvalidParameter"))
expect("an unknown member", error_of(sets.begin_update, "fleet", "workers", {"sku": {"size": 1}}),
       (400, "InvalidRequestContent"))

gpus = {
    sku.name: next((c.value for c in sku.capabilities if c.name == "GPUs"), "0")
    for sku in client.resource_skus.list(filter="location eq 'eastus'")}
expect("GPUs", (gpus[full], gpus["Standard_D2s_v5"]), ("8", "0"))
expect("another call", error_of(machines.begin_reapply, "fleet", "spot"),
       (404, "InvalidResourceType"))
token = "nonsense"
expect("another token", error_of(machines.list_all), (401, "InvalidAuthenticationToken"))
