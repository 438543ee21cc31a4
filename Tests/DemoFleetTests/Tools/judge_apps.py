"""Judges the fake AWS services above EC2 at the URL given, as boto3 sees them.

The test has put endpoints "chat" and "shared", a component "llama" and figures there, two entries
a page. Prints what was wrong."""

import datetime
import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def client(service, key="AKIDEXAMPLE"):
    return boto3.client(
        service, endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id=key,
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 0}, connect_timeout=3, read_timeout=10))


sm, aas, cw = client("sagemaker"), client("application-autoscaling"), client("cloudwatch")
pricing, ce, ec2 = client("pricing"), client("ce"), client("ec2")


def expect(what, seen, wanted):
    if seen != wanted:
        print(f"{what}: {seen!r}, not {wanted!r}")


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return None, ""


def in_service(name):
    for _ in range(100):
        seen = sm.describe_endpoint(EndpointName=name)
        if seen["EndpointStatus"] == "InService":
            return seen
        time.sleep(0.05)
    return seen


def set_instances(name, count):
    return sm.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[{"VariantName": "main", "DesiredInstanceCount": count}])


names = [e["EndpointName"] for page in sm.get_paginator("list_endpoints").paginate()
         for e in page["Endpoints"]]
expect("endpoints", sorted(names), ["async", "chat", "shared"])
seen = in_service("chat")
tags = sm.list_tags(ResourceArn=seen["EndpointArn"])["Tags"]
expect("tags", tags, [{"Key": "finops-fleet", "Value": "f"}])
config = sm.describe_endpoint_config(EndpointConfigName=seen["EndpointConfigName"])
expect("type", config["ProductionVariants"][0]["InstanceType"], "ml.g5.xlarge")
model = sm.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
expect("mode", model["PrimaryContainer"]["Mode"], "MultiModel")

set_instances("chat", 2)
expect("updating", sm.describe_endpoint(EndpointName="chat")["EndpointStatus"], "Updating")
code, text = refusal(set_instances, name="chat", count=3)
expect("busy", (code, "in-progress" in text), ("ValidationException", True))
expect("two", in_service("chat")["ProductionVariants"][0]["CurrentInstanceCount"], 2)
expect("zero", refusal(set_instances, name="chat", count=0)[0], "ValidationException")
code, text = refusal(set_instances, name="none", count=1)
expect("none", (code, text[:14]), ("ValidationException", "Could not find"))
expect("quota", refusal(set_instances, name="chat", count=9)[0], "ResourceLimitExceeded")
set_instances("async", 2)
seen = in_service("async")
expect("sold out", (seen["ProductionVariants"][0]["DesiredInstanceCount"],
                    "InsufficientInstanceCapacity" in seen.get("FailureReason", "")), (1, True))

listed = sm.list_inference_components(EndpointNameEquals="shared")["InferenceComponents"]
expect("components", [c["InferenceComponentName"] for c in listed], ["llama"])
sm.update_inference_component_runtime_config(
    InferenceComponentName="llama", DesiredRuntimeConfig={"CopyCount": 0})
code, text = refusal(
    sm.update_inference_component_runtime_config, InferenceComponentName="llama",
    DesiredRuntimeConfig={"CopyCount": 1})
expect("busy copy", (code, "IN_PROGRESS" in text), ("ValidationException", True))
for _ in range(100):
    component = sm.describe_inference_component(InferenceComponentName="llama")
    if component["InferenceComponentStatus"] == "InService":
        break
    time.sleep(0.05)
expect("copies", component["RuntimeConfig"]["CurrentCopyCount"], 0)
expect("no instance", in_service("shared")["ProductionVariants"][0]["CurrentInstanceCount"], 0)

scope = {"ServiceNamespace": "sagemaker",
         "ScalableDimension": "sagemaker:inference-component:DesiredCopyCount",
         "ResourceId": "inference-component/llama"}
expect("half a target", refusal(aas.register_scalable_target, **scope)[0], "ValidationException")
aas.register_scalable_target(MinCapacity=0, MaxCapacity=3, **scope)
aas.register_scalable_target(MaxCapacity=4, **scope)
targets = [t for page in aas.get_paginator("describe_scalable_targets").paginate(
    ServiceNamespace="sagemaker") for t in page["ScalableTargets"]]
expect("targets", [(t["ResourceId"], t["MinCapacity"], t["MaxCapacity"]) for t in targets],
       [("endpoint/chat/variant/main", 1, 8), ("inference-component/llama", 0, 4)])
policies = aas.describe_scaling_policies(
    ServiceNamespace="sagemaker", ResourceId="endpoint/chat/variant/main")["ScalingPolicies"]
expect("policies", [p["PolicyName"] for p in policies], ["track"])

# The moment the fake's clock starts at.
now = datetime.datetime.fromtimestamp(1_795_251_600, datetime.timezone.utc)
stat = {"Metric": {"Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Dimensions": [
    {"Name": "EndpointName", "Value": "chat"}]}, "Period": 60, "Stat": "Sum"}
pages = list(cw.get_paginator("get_metric_data").paginate(
    MetricDataQueries=[{"Id": "a", "MetricStat": stat}],
    StartTime=now - datetime.timedelta(minutes=9), EndTime=now + datetime.timedelta(minutes=1)))
results = [page["MetricDataResults"][0] for page in pages]
expect("values", [v for r in results for v in r["Values"]], [3.0, 2.0, 1.0])
expect("codes", [r["StatusCode"] for r in results], ["PartialData", "Complete"])
expect("too many", refusal(
    cw.get_metric_data, MetricDataQueries=[{"Id": f"a{n}", "MetricStat": stat}
                                           for n in range(501)],
    StartTime=now, EndTime=now + datetime.timedelta(minutes=1))[0], "ValidationError")

items = [json.loads(item) for page in pricing.get_paginator("get_products").paginate(
    ServiceCode="AmazonEC2", Filters=[
        {"Type": "TERM_MATCH", "Field": "instanceType", "Value": "g5.xlarge"}])
    for item in page["PriceList"]]
expect("products", sorted(i["product"]["attributes"]["regionCode"] for i in items),
       ["ap-south-1", "eu-west-1", "us-east-1"])
expect("price", {d["pricePerUnit"]["USD"] for i in items for t in i["terms"]["OnDemand"].values()
                 for d in t["priceDimensions"].values()}, {"1.0060000000"})

prices = [p for page in ec2.get_paginator("describe_spot_price_history").paginate(
    InstanceTypes=["g5.xlarge"], ProductDescriptions=["Linux/UNIX"], StartTime=now)
    for p in page["SpotPriceHistory"]]
expect("spot", sorted((p["AvailabilityZone"], p["SpotPrice"]) for p in prices),
       [("us-east-1a", "0.40"), ("us-east-1b", "0.50"), ("us-east-1c", "0.60")])

wanted = {"TimePeriod": {"Start": "2026-11-20", "End": "2026-11-22"}, "Granularity": "DAILY",
          "Metrics": ["UnblendedCost"],
          "GroupBy": [{"Type": "TAG", "Key": "finops-pool"}, {"Type": "DIMENSION", "Key": "SERVICE"}]}
first = ce.get_cost_and_usage(**wanted)
second = ce.get_cost_and_usage(NextPageToken=first["NextPageToken"], **wanted)
groups = [g for r in (first, second) for d in r["ResultsByTime"] for g in d["Groups"]]
expect("bill", [(g["Keys"], g["Metrics"]["UnblendedCost"]["Amount"]) for g in groups],
       [(["finops-pool$", "EC2"], "1.5"), (["finops-pool$chat", "EC2"], "2.5"),
        (["finops-pool$chat", "EC2"], "3.5")])

expect("stranger", refusal(client("sagemaker", key="OTHER").list_endpoints)[0],
       "UnrecognizedClientException")
