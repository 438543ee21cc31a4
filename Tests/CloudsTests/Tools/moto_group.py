"""Makes what the tests of groups need in the moto at the URL given, with KEY and SECRET: a launch
template "gpu" and a group "gpu" of 0 to 4 machines, one wanted."""

import sys

import boto3

url, key, secret = sys.argv[1:4]


def client(service):
    return boto3.client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=key,
        aws_secret_access_key=secret)


client("ec2").create_launch_template(LaunchTemplateName="gpu", LaunchTemplateData={
    "ImageId": "ami-12c6146b", "InstanceType": "g5.xlarge"})
client("autoscaling").create_auto_scaling_group(
    AutoScalingGroupName="gpu", MinSize=0, MaxSize=4, DesiredCapacity=1,
    LaunchTemplate={"LaunchTemplateName": "gpu", "Version": "$Latest"},
    AvailabilityZones=["us-east-1a"],
    Tags=[{"Key": "finops-fleet", "Value": "f", "PropagateAtLaunch": True}])
