"""Judges the fake EC2 at the URL given, as boto3 sees it. Prints what was wrong; silence is good."""

import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ec2 = boto3.client(
    "ec2",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret",
    config=Config(retries={"max_attempts": 0}, connect_timeout=3, read_timeout=10),
)


def expect(what, seen, wanted):
    if seen != wanted:
        print(f"{what}: {seen!r}, not {wanted!r}")


def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def run(token, type="g5.xlarge", **more):
    tags = [{"Key": "finops-fleet", "Value": "judged"}, {"Key": "a b", "Value": "<&>\"'ä"}]
    return ec2.run_instances(
        ImageId="ami-12345678", InstanceType=type, MinCount=1, MaxCount=1, ClientToken=token,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}], **more)


def state(id):
    reply = ec2.describe_instances(InstanceIds=[id])
    return reply["Reservations"][0]["Instances"][0]["State"]["Name"]


def settled(id, wanted):
    for _ in range(200):
        if state(id) == wanted:
            return
        time.sleep(0.02)
    print(f"{id} is {state(id)}, and never {wanted}")


first = run("one")["Instances"][0]
id = first["InstanceId"]
expect("state at launch", first["State"], {"Code": 0, "Name": "pending"})
expect("the same token", run("one")["Instances"][0]["InstanceId"], id)
expect("another request", code_of(run, token="one", type="g6.xlarge"), "IdempotentParameterMismatch")
settled(id, "running")

tags = {tag["Key"]: tag["Value"] for tag in first["Tags"]}
expect("tags", tags, {"finops-fleet": "judged", "a b": "<&>\"'ä"})
for name, value, found in [
    ("tag:finops-fleet", "judged", 1), ("tag:finops-fleet", "judg?d", 1),
    ("tag:finops-fleet", "other", 0), ("instance-id", id, 1), ("client-token", "one", 1),
    ("instance-state-name", "stopped", 0), ("tag-key", "a b", 1),
]:
    reply = ec2.describe_instances(Filters=[{"Name": name, "Values": [value]}])
    expect(f"{name}={value}", len(reply["Reservations"]), found)
expect("a filter", code_of(ec2.describe_instances, Filters=[{"Name": "x", "Values": ["y"]}]),
       "InvalidParameterValue")

expect("stop", ec2.stop_instances(InstanceIds=[id])["StoppingInstances"][0]["CurrentState"]["Name"],
       "stopping")
settled(id, "stopped")
expect("stop again", code_of(ec2.stop_instances, InstanceIds=[id]), None)
expect("start", ec2.start_instances(InstanceIds=[id])["StartingInstances"][0]["CurrentState"]["Name"],
       "pending")
settled(id, "running")

many = {run(f"many-{index}")["Instances"][0]["InstanceId"] for index in range(12)} | {id}
pages = ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5})
seen = [[i["InstanceId"] for r in page["Reservations"] for i in r["Instances"]] for page in pages]
expect("page sizes", [len(page) for page in seen], [5, 5, 3])
expect("all pages", {one for page in seen for one in page}, many)
expect("a bad token", code_of(ec2.describe_instances, NextToken="x", MaxResults=5), "InvalidNextToken")

expect("dry run", code_of(ec2.terminate_instances, InstanceIds=[id], DryRun=True), "DryRunOperation")
expect("after the dry run", state(id), "running")
ec2.terminate_instances(InstanceIds=[id])
settled(id, "terminated")
expect("terminate again", code_of(ec2.terminate_instances, InstanceIds=[id]), None)
expect("start of a terminated one", code_of(ec2.start_instances, InstanceIds=[id]),
       "IncorrectInstanceState")
expect("its token", run("one")["Instances"][0]["InstanceId"], id)
expect("an unknown id", code_of(ec2.terminate_instances, InstanceIds=["i-0123456789abcdef0"]),
       "InvalidInstanceID.NotFound")
expect("a malformed id", code_of(ec2.stop_instances, InstanceIds=["i-zz"]),
       "InvalidInstanceID.Malformed")
other = next(iter(many - {id}))
expect("one of two unknown", code_of(
    ec2.terminate_instances, InstanceIds=[other, "i-0123456789abcdef0"]),
    "InvalidInstanceID.NotFound")
expect("the other one", state(other), "running")

spot = run("spot", InstanceMarketOptions={"MarketType": "spot"})["Instances"][0]
expect("lifecycle", spot.get("InstanceLifecycle"), "spot")
settled(spot["InstanceId"], "running")
expect("stop of a spot", code_of(ec2.stop_instances, InstanceIds=[spot["InstanceId"]]),
       "UnsupportedOperation")
expect("sold out", code_of(run, token="p5", type="p5.48xlarge"), "InsufficientInstanceCapacity")
expect("an unknown type", code_of(run, token="x", type="p99.huge"), "InvalidParameterValue")
expect("another action", code_of(ec2.describe_images), "InvalidAction")
expect("another parameter", code_of(run, token="k", KeyName="mine"), "UnknownParameter")

types = ec2.describe_instance_types(InstanceTypes=["p5.48xlarge", "m7i.large"])["InstanceTypes"]
gpus = {t["InstanceType"]: sum(g["Count"] for g in t.get("GpuInfo", {}).get("Gpus", [])) for t in types}
expect("GPUs", gpus, {"p5.48xlarge": 8, "m7i.large": 0})
