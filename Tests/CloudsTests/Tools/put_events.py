"""Makes a queue that EventBridge fills, in moto, and puts events on the bus with AWS's own client.

Arguments: endpoint, then one event's detail-type and detail for each event. Prints the queue's URL.
"""

import json
import sys

import boto3

endpoint, pairs = sys.argv[1], sys.argv[2:]
keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
options = {"region_name": "us-east-1", "endpoint_url": endpoint, **keys}
sqs = boto3.client("sqs", **options)
events = boto3.client("events", **options)

url = sqs.create_queue(QueueName="finops")["QueueUrl"]
attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
arn = attributes["Attributes"]["QueueArn"]
events.put_rule(Name="finops", EventPattern=json.dumps({"source": ["aws.ec2"]}))
events.put_targets(Rule="finops", Targets=[{"Id": "queue", "Arn": arn}])
for kind, detail in zip(pairs[::2], pairs[1::2]):
    entry = {"Source": "aws.ec2", "DetailType": kind, "Detail": detail}
    answer = events.put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer
print(url)
