"""AWS's own client against the fake queue: prints everything that is not as SQS does it."""

import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, url = sys.argv[1], sys.argv[2]


def client(key):
    return boto3.client(
        "sqs", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id=key,
        aws_secret_access_key="s", config=Config(retries={"max_attempts": 1}))


def check(what, holds):
    if not holds:
        print(what)


def refused(what, code, act):
    try:
        act()
        print(f"{what}: taken")
    except ClientError as error:
        check(f"{what}: {error.response['Error']}", error.response["Error"]["Code"] in code)


sqs = client("AKIDEXAMPLE")
check("url", sqs.get_queue_url(QueueName="finops")["QueueUrl"] == url)

began = time.monotonic()
check("an empty queue gives messages", "Messages" not in sqs.receive_message(
    QueueUrl=url, WaitTimeSeconds=2))
check("a long poll does not wait", time.monotonic() - began >= 1.9)

for number in range(12):
    sqs.send_message(QueueUrl=url, MessageBody=f"message {number} \"quoted\"")
first = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=2)["Messages"]
check("not ten", len(first) == 10)
check("body", first[0]["Body"] == "message 0 \"quoted\"")
rest = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
check("hidden messages are given", len(rest) == 2)
batch = sqs.delete_message_batch(QueueUrl=url, Entries=[
    {"Id": "a", "ReceiptHandle": rest[0]["ReceiptHandle"]},
    {"Id": "b", "ReceiptHandle": "nonsense"}])
check("deletes", [entry["Id"] for entry in batch["Successful"]] == ["a"])
check("fails", [entry["Code"] for entry in batch["Failed"]] == ["ReceiptHandleIsInvalid"])
sqs.delete_message(QueueUrl=url, ReceiptHandle=rest[1]["ReceiptHandle"])

time.sleep(2.2)
again = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
check("visible again", {m["MessageId"] for m in again} == {m["MessageId"] for m in first})
check("the handle is the old one", again[0]["ReceiptHandle"] != first[0]["ReceiptHandle"])
sqs.change_message_visibility(
    QueueUrl=url, ReceiptHandle=again[0]["ReceiptHandle"], VisibilityTimeout=0)
back = sqs.receive_message(QueueUrl=url)["Messages"]
check("not given back", back[0]["MessageId"] == again[0]["MessageId"])
counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
check("counts", counts["ApproximateNumberOfMessagesNotVisible"] == "10")

refused("no such queue", ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"],
        lambda: sqs.receive_message(QueueUrl=url + "-other"))
refused("eleven at once", ["InvalidParameterValue"],
        lambda: sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=11))
refused("21 seconds", ["InvalidParameterValue"],
        lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=21))
refused("eleven deletions", ["TooManyEntriesInBatchRequest",
                             "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"],
        lambda: sqs.delete_message_batch(QueueUrl=url, Entries=[
            {"Id": str(n), "ReceiptHandle": "x"} for n in range(11)]))
refused("another key", ["InvalidClientTokenId"],
        lambda: client("AKIDOTHER").receive_message(QueueUrl=url))
