"""Makes machines that are not to be stopped in the moto at the URL given, with KEY and SECRET, and
prints their ids: one of Karpenter's, one with stop protection, one with a share of a GPU, and an idle
twin. The member of the group "gpu" is protected from scale-in and printed last."""

import sys

import boto3

url, key, secret = sys.argv[1:4]


def client(service):
    return boto3.client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=key,
        aws_secret_access_key=secret)


ec2, scaling = client("ec2"), client("autoscaling")


def run(kind, **tags):
    tags["finops-fleet"] = "f"
    made = ec2.run_instances(
        ImageId="ami-12c6146b", InstanceType=kind, MinCount=1, MaxCount=1,
        TagSpecifications=[{
            "ResourceType": "instance",
            "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}])
    return made["Instances"][0]["InstanceId"]


karpenter = run("g5.xlarge", **{"karpenter.sh/nodepool": "gpu"})
kept = run("g5.xlarge")
ec2.modify_instance_attribute(InstanceId=kept, DisableApiStop={"Value": True})
print(karpenter, kept, run("g6f.large"), run("g5.xlarge"))

group = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["gpu"])["AutoScalingGroups"][0]
members = [one["InstanceId"] for one in group["Instances"]]
scaling.set_instance_protection(
    AutoScalingGroupName="gpu", InstanceIds=members, ProtectedFromScaleIn=True)
print(*members)
