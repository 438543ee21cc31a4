"""Makes a user who may do everything in the moto at the URL given; prints its key and secret.

moto checks signatures after as many calls as INITIAL_NO_AUTH_ACTION_COUNT says: these four, when
it is 4, and none after them."""

import json
import sys

import boto3

iam = boto3.client(
    "iam", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="none",
    aws_secret_access_key="none")
iam.create_user(UserName="finops")
key = iam.create_access_key(UserName="finops")["AccessKey"]
everything = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"}]}
policy = iam.create_policy(PolicyName="everything", PolicyDocument=json.dumps(everything))
iam.attach_user_policy(UserName="finops", PolicyArn=policy["Policy"]["Arn"])
print(key["AccessKeyId"], key["SecretAccessKey"])
