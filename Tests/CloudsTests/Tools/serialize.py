"""Prints the body botocore would send for each request of a list read from standard input."""

import json
import sys

import botocore.session
from botocore.awsrequest import AWSRequest

session = botocore.session.Session()
model = session.get_service_model("ec2")
serializer = botocore.serialize.create_serializer(model.metadata["protocol"])
for operation, arguments in json.load(sys.stdin):
    request = serializer.serialize_to_request(arguments, model.operation_model(operation))
    body = AWSRequest(
        method="POST", url="http://127.0.0.1/", data=request["body"], headers=request["headers"]
    ).prepare().body
    print(body.decode() if isinstance(body, bytes) else body)
