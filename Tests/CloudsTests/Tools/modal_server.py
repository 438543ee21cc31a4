"""Modal's gRPC service, as far as it is used: grpclib's server with modal's own messages.

usage: modal_server.py FOLDER [CERTIFICATE KEY]

FOLDER/control.json is read again at every call: "functions", "tokens", "faults", "capacity",
"limit", "deploys". FOLDER/log.jsonl gets a line for each call, FOLDER/port the port once it
listens. Ends when its standard input does.
"""
import asyncio
import json
import os
import ssl
import sys

from google.protobuf.json_format import MessageToDict
from google.protobuf.unknown_fields import UnknownFieldSet
from grpclib import GRPCError, Status
from grpclib.const import Cardinality, Handler
from grpclib.encoding.proto import ProtoCodec
from grpclib.server import Server
from modal._utils.grpc_utils import CustomProtoStatusDetailsCodec
from modal_proto import api_pb2 as api
from google.protobuf.empty_pb2 import Empty

FOLDER = sys.argv[1]


class Codec(ProtoCodec):
    """Keeps whether the last bytes are those that modal's own writer makes."""

    canonical = True

    def decode(self, data, message_type):
        message = super().decode(data, message_type)
        known = not len(UnknownFieldSet(message))
        self.canonical = known and message.SerializeToString(deterministic=True) == data
        return message


class Function:
    def __init__(self, seed):
        self.deployed = api.AutoscalerSettings(
            min_containers=seed.get("min", 0), scaledown_window=60)
        if "max" in seed:
            self.deployed.max_containers = seed["max"]
        self.override = api.AutoscalerSettings()
        self.gpu = seed.get("gpu")
        self.stats = seed.get("stats", {})
        self.containers = self.settings().min_containers
        self.writes = 0

    def settings(self):
        settings = api.AutoscalerSettings()
        settings.CopyFrom(self.deployed)
        settings.MergeFrom(self.override)
        return settings


class Service:
    def __init__(self):
        self.codec = Codec()
        self.functions = {}
        self.deploys = 0
        self.used = {}

    def __mapping__(self):
        kinds = {
            "ClientHello": (Empty, api.ClientHelloResponse, Cardinality.UNARY_UNARY),
            "FunctionGet": (
                api.FunctionGetRequest, api.FunctionGetResponse, Cardinality.UNARY_UNARY),
            "FunctionGetSchedulingParams": (
                api.FunctionGetSchedulingParamsRequest, api.FunctionGetSchedulingParamsResponse,
                Cardinality.UNARY_UNARY),
            "FunctionGetCurrentStats": (
                api.FunctionGetCurrentStatsRequest, api.FunctionStats, Cardinality.UNARY_UNARY),
            "FunctionUpdateSchedulingParams": (
                api.FunctionUpdateSchedulingParamsRequest,
                api.FunctionUpdateSchedulingParamsResponse, Cardinality.UNARY_UNARY),
            "WorkspaceBillingReport": (
                api.WorkspaceBillingReportRequest, api.WorkspaceBillingReportItem,
                Cardinality.UNARY_STREAM),
        }
        return {
            f"/modal.client.ModalClient/{name}": Handler(
                self.handler(name), cardinality, request, reply)
            for name, (request, reply, cardinality) in kinds.items()
        }

    def handler(self, method):
        async def handle(stream):
            request = await stream.recv_message()
            canonical = self.codec.canonical
            control = self.control()
            metadata = {key: value for key, value in stream.metadata.items()}
            line = {
                "method": method, "canonical": canonical, "metadata": metadata, "status": "OK",
                "request": MessageToDict(request, preserving_proto_field_name=True),
            }
            try:
                await self.serve(method, stream, request, control, metadata)
            except GRPCError as error:
                line["status"] = error.status.name
                raise
            finally:
                with open(f"{FOLDER}/log.jsonl", "a") as log:
                    log.write(json.dumps(line) + "\n")

        return handle

    def control(self):
        with open(f"{FOLDER}/control.json") as file:
            control = json.load(file)
        for name, seed in control["functions"].items():
            function = self.functions.setdefault(name, Function(seed))
            function.stats = seed.get("stats", {})
        if control.get("deploys", 0) > self.deploys:
            self.deploys = control["deploys"]
            for function in self.functions.values():
                function.override.Clear()
        return control

    def fault(self, method, control):
        for number, fault in enumerate(control.get("faults", [])):
            left = fault.get("count", 1) - self.used.get(number, 0)
            if fault["method"] == method and left > 0:
                self.used[number] = self.used.get(number, 0) + 1
                return fault
        return {"effect": None}

    async def serve(self, method, stream, request, control, metadata):
        pair = [metadata.get("x-modal-token-id"), metadata.get("x-modal-token-secret")]
        if pair not in control["tokens"]:
            raise GRPCError(Status.UNAUTHENTICATED, "Token ID or secret is not valid: “é”")
        if metadata.get("x-modal-client-type") != "1":
            raise GRPCError(Status.INVALID_ARGUMENT, "x-modal-client-type")
        if not metadata.get("x-modal-client-version", "").startswith("1."):
            raise GRPCError(Status.FAILED_PRECONDITION, "This client is too old")
        fault = self.fault(method, control)
        if fault["effect"] == "error":
            details = None
            if "retry_after" in fault:
                details = [api.RPCRetryPolicy(retry_after_secs=fault["retry_after"])]
            raise GRPCError(Status[fault["status"]], fault.get("message"), details)
        if fault["effect"] == "drop_before":
            return stream._stream._transport.abort()
        replies = getattr(self, method)(request, control, fault)
        if fault["effect"] == "drop_after":
            return stream._stream._transport.abort()
        if fault["effect"] == "reset_after":
            return await stream.cancel()
        if fault["effect"] == "hang":
            await asyncio.sleep(60)
        for reply in replies:
            await stream.send_message(reply)
        if fault["effect"] == "cut":
            return await stream.cancel()

    def find(self, function_id):
        for name, function in self.functions.items():
            if function_id == "fu-" + name.replace("/", "-"):
                return function
        raise GRPCError(Status.NOT_FOUND, "Function not found")

    def ClientHello(self, request, control, fault):
        return [api.ClientHelloResponse()]

    def FunctionGet(self, request, control, fault):
        name = f"{request.app_name}/{request.object_tag}"
        if request.environment_name not in ("", "main") or name not in self.functions:
            raise GRPCError(Status.NOT_FOUND, f"Lookup failed for {name}")
        reply = api.FunctionGetResponse(function_id="fu-" + name.replace("/", "-"))
        reply.handle_metadata.function_name = request.object_tag
        reply.handle_metadata.function_type = api.Function.FUNCTION_TYPE_FUNCTION
        reply.function.function_name = request.object_tag
        for rank, text in enumerate(self.functions[name].gpu or [None]):
            ranked = reply.function.ranked_functions.add(rank=rank)
            ranked.function.function_name = request.object_tag
            if text:
                kind, _, count = text.partition(":")
                ranked.function.resources.gpu_config.gpu_type = kind
                ranked.function.resources.gpu_config.count = int(count or 1)
            else:
                ranked.function.resources.gpu_config.SetInParent()
        return [reply]

    def FunctionGetSchedulingParams(self, request, control, fault):
        function = self.find(request.function_id)
        reply = api.FunctionGetSchedulingParamsResponse()
        reply.autoscaler_configuration.settings.CopyFrom(function.settings())
        reply.autoscaler_configuration.static_settings.CopyFrom(function.deployed)
        reply.autoscaler_configuration.override_settings.CopyFrom(function.override)
        return [reply]

    def FunctionGetCurrentStats(self, request, control, fault):
        function = self.find(request.function_id)
        wanted = function.settings().min_containers
        seen = function.containers
        # Containers come and go with the next look, as far as there are machines for them.
        function.containers = min(wanted, control.get("capacity", wanted))
        return [api.FunctionStats(num_total_tasks=seen, **function.stats)]

    def FunctionUpdateSchedulingParams(self, request, control, fault):
        function = self.find(request.function_id)
        if request.settings.min_containers > control.get("limit", 1 << 31):
            raise GRPCError(
                Status.RESOURCE_EXHAUSTED, "Workspace has reached its container limit")
        ceiling = function.settings().max_containers
        if ceiling and request.settings.min_containers > ceiling:
            raise GRPCError(Status.INVALID_ARGUMENT, "min_containers is above max_containers")
        if fault["effect"] != "ignore":
            function.override.MergeFrom(request.settings)
            function.writes += 1
        reply = api.FunctionUpdateSchedulingParamsResponse()
        reply.current_settings.CopyFrom(function.settings())
        return [reply]

    def WorkspaceBillingReport(self, request, control, fault):
        if request.resolution not in ("d", "h"):
            raise GRPCError(Status.INVALID_ARGUMENT, "resolution")
        day = 86400 if request.resolution == "d" else 3600
        start = request.start_timestamp.seconds // day * day
        items = []
        while start + day <= request.end_timestamp.seconds:
            item = api.WorkspaceBillingReportItem(
                object_id="ap-1", description="chat", environment_name="main",
                cost="1.234567891234", tags={"team": "a"},
                cost_by_resource={"H100": "1.2", "CPU": "0.034567891234"})
            item.interval.seconds = start
            items.append(item)
            start += day
        return items


async def main():
    context = None
    if len(sys.argv) > 2:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        context.set_alpn_protocols(["h2"])
    service = Service()
    server = Server(
        [service], codec=service.codec, status_details_codec=CustomProtoStatusDetailsCodec())
    await server.start("127.0.0.1", 0, ssl=context)
    port = server._server.sockets[0].getsockname()[1]
    with open(f"{FOLDER}/port.new", "w") as file:
        file.write(str(port))
    os.rename(f"{FOLDER}/port.new", f"{FOLDER}/port")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    server.close()
    await server.wait_closed()


asyncio.run(main())
