"""Judges the fake AWS account at the URL given, as boto3 sees its Auto Scaling, STS and fleets.

The test has put a group "gpu" there: 1 to 4 machines, 2 wanted. Prints what was wrong."""

import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def client(service, key="AKIDEXAMPLE", **more):
    return boto3.client(
        service, endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id=key,
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 0}, connect_timeout=3, read_timeout=10), **more)


ec2, scaling, sts = client("ec2"), client("autoscaling"), client("sts")


def expect(what, seen, wanted):
    if seen != wanted:
        print(f"{what}: {seen!r}, not {wanted!r}")


def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def group():
    return scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["gpu"])[
        "AutoScalingGroups"][0]


def in_service(number):
    for _ in range(200):
        states = [member["LifecycleState"] for member in group()["Instances"]]
        if states == ["InService"] * number:
            return
        time.sleep(0.02)
    print(f"the group has {states}, and never {number} in service")


in_service(2)
first = group()
expect("bounds", (first["MinSize"], first["MaxSize"], first["DesiredCapacity"]), (1, 4, 2))
expect("tags", {tag["Key"]: tag["Value"] for tag in first["Tags"]}, {"finops-fleet": "f"})
scaling.set_desired_capacity(AutoScalingGroupName="gpu", DesiredCapacity=4, HonorCooldown=False)
in_service(4)
for number in (0, 5):
    expect(f"{number} machines", code_of(
        scaling.set_desired_capacity, AutoScalingGroupName="gpu", DesiredCapacity=number),
        "ValidationError")
expect("another group", code_of(
    scaling.set_desired_capacity, AutoScalingGroupName="none", DesiredCapacity=1),
    "ValidationError")

victim, other = [member["InstanceId"] for member in group()["Instances"]][:2]
activity = scaling.terminate_instance_in_auto_scaling_group(
    InstanceId=victim, ShouldDecrementDesiredCapacity=True)["Activity"]
expect("activity", activity["AutoScalingGroupName"], "gpu")
in_service(3)
expect("decremented", group()["DesiredCapacity"], 3)
expect("not a member", code_of(
    scaling.terminate_instance_in_auto_scaling_group, InstanceId=victim,
    ShouldDecrementDesiredCapacity=True), "ValidationError")
ec2.terminate_instances(InstanceIds=[other])
in_service(3)
ids = [member["InstanceId"] for member in group()["Instances"]]
expect("replaced", (len(ids), other in ids, group()["DesiredCapacity"]), (3, False, 3))
tags = ec2.describe_instances(InstanceIds=[ids[-1]])["Reservations"][0]["Instances"][0]["Tags"]
expect("a member's tags", {tag["Key"]: tag["Value"] for tag in tags},
       {"aws:autoscaling:groupName": "gpu", "finops-fleet": "f"})
scaling.set_desired_capacity(AutoScalingGroupName="gpu", DesiredCapacity=1)
expect("below the least", code_of(
    scaling.terminate_instance_in_auto_scaling_group, InstanceId=ids[0],
    ShouldDecrementDesiredCapacity=True), "ValidationError")
pages = scaling.get_paginator("describe_auto_scaling_groups").paginate(
    Filters=[{"Name": "tag:finops-fleet", "Values": ["f"]}], PaginationConfig={"PageSize": 1})
expect("pages", [[g["AutoScalingGroupName"] for g in page["AutoScalingGroups"]] for page in pages],
       [["gpu"], ["gpu-2"]])
expect("another action", code_of(scaling.describe_account_limits), "InvalidAction")


def fleet(token, offers, market="spot", **more):
    overrides = [{"InstanceType": type, "AvailabilityZone": zone, "ImageId": "ami-1"}
                 for type, zone in offers]
    return ec2.create_fleet(
        Type="instant", ClientToken=token, SpotOptions={
            "AllocationStrategy": "price-capacity-optimized"},
        LaunchTemplateConfigs=[{"LaunchTemplateSpecification": {
            "LaunchTemplateName": "gpu", "Version": "$Default"}, "Overrides": overrides}],
        TargetCapacitySpecification={
            "TotalTargetCapacity": 1, "DefaultTargetCapacityType": market},
        TagSpecifications=[{"ResourceType": "instance", "Tags": [
            {"Key": "finops-fleet", "Value": "f"}]}], **more)


offers = [("p5.48xlarge", "us-east-1a"), ("g6.48xlarge", "us-east-1a"), ("g5.xlarge", "us-east-1b")]
made = fleet("one", offers)
expect("what was not had", [error["ErrorCode"] for error in made["Errors"]],
       ["InsufficientInstanceCapacity", "VcpuLimitExceeded"])
expect("one machine", [len(part["InstanceIds"]) for part in made["Instances"]], [1])
expect("where", (made["Instances"][0]["InstanceType"], made["Instances"][0]["Lifecycle"]),
       ("g5.xlarge", "spot"))
expect("the same token", fleet("one", offers)["Instances"], made["Instances"])
expect("another request", code_of(fleet, token="one", offers=offers[1:]),
       "IdempotentParameterMismatch")
none = fleet("two", offers[:2])
expect("none", (none["Instances"], len(none["Errors"])), ([], 2))

expect("identity", sts.get_caller_identity()["Account"], "111122223333")
role = dict(RoleArn="arn:aws:iam::111122223333:role/finops", RoleSessionName="finops")
given = sts.assume_role(**role)["Credentials"]
expect("its key", given["AccessKeyId"].startswith("ASIA"), True)
web = sts.assume_role_with_web_identity(WebIdentityToken="token", **role)["Credentials"]
expect("another key", web["AccessKeyId"] != given["AccessKeyId"], True)
expect("no role", code_of(
    sts.assume_role, RoleArn="x" * 20, RoleSessionName="finops"), "ValidationError")
