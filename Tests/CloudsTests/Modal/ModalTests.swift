import Clouds
import CurlTransport
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// The whole actuator over libcurl against a gRPC server and messages that others wrote.
@Suite(
  .enabled(if: hasModal, "modal and grpclib are not installed"), .serialized,
  .timeLimit(.minutes(3)))
struct ModalTests {
  private let chat: WorkloadID = "chat/serve"

  @Test func `Functions conform as workloads against our fake`() async throws {
    try await withModalServer { _, actuator, _ in
      let suite = WorkloadConformance(actuator, scaling: chat, stranger: "chat/nobody") {
        // The server's containers come with the next look.
        _ = try? await actuator.observe(chat)
      }
      #expect(await suite.violations() == [])
    }
  }

  @Test func `Up, down to zero and up again, with load and type as the server says`() async throws {
    var control = ModalServer.Control()
    control.functions["chat/serve"] = .init(
      max: 8, gpu: ["H100:2", "A100"], stats: ["backlog": 5, "num_running_inputs": 3])
    try await withModalServer(control) { server, actuator, time in
      for (number, state) in [(3, Workload.State.running), (0, .asleep), (2, .running)] {
        _ = try await actuator.carryOut(scale(chat, to: number))
        let early = try await actuator.observe(chat)
        let seen = try await actuator.observe(chat)
        #expect(early?.desired == number && early?.ready != number)
        #expect(seen?.desired == number && seen?.ready == number && seen?.state == state)
      }
      #expect(server.written == [3, 0, 2])
      let seen = try #require(try await actuator.inventory().workloads.first)
      #expect(seen.load == Workload.Load(at: time.now(), running: 3, waiting: 5))
      #expect(seen.type == "H100:2" && seen.bounds == 0...8 && seen.billing == .replicas)
      #expect(seen.figures == ["headroom_inputs": 0, "deployed_replicas": 1])
    }
  }

  @Test func `Every byte is what modal's own writer makes of what was meant`() async throws {
    try await withModalServer { server, actuator, _ in
      _ = try await actuator.observe(chat)
      _ = try await actuator.carryOut(scale(chat, to: 300))
      _ = try await actuator.carryOut(scale(chat, from: 300, to: 0))
      let calls = server.calls
      #expect(calls.count == 3 + 3 + 3 && calls.allSatisfy(\.canonical))
      let id = ModalServer.Field.text("fu-chat-serve")
      #expect(calls[0].request == ["app_name": .text("chat"), "object_tag": .text("serve")])
      #expect(calls[1].request == ["function_id": id])
      #expect(calls[2].request == ["function_id": id])
      for (call, number) in [(calls[5], 300), (calls[8], 0)] {
        #expect(call.method == "FunctionUpdateSchedulingParams")
        #expect(
          call.request
            == ["function_id": id, "settings": .message(["min_containers": .number(number)])])
      }
      let metadata = calls[0].metadata
      #expect(metadata["x-modal-token-id"] == "ak-1" && metadata["x-modal-host"] == "127.0.0.1")
      #expect(metadata["x-modal-client-type"] == "1")
      #expect(metadata["x-modal-client-version"] == "1.6.4")
    }
  }

  @Test func `The environment is named when there is one`() async throws {
    try await withModalServer { server, _, _ in
      let curl = CurlTransport(TransportOptions(version: "test"))
      defer { curl.shutdown() }
      let main = modal(curl, endpoint: server.url + "/", environment: "main")
      let other = modal(curl, endpoint: server.url, environment: "other")
      let seen = try await main.inventory().workloads.map(\.id)
      #expect(seen == [chat])
      let none = try await other.inventory().workloads
      #expect(none.isEmpty)
      #expect(server.calls[0].request["environment_name"] == .text("main"))
    }
  }

  @Test func `What a deploy wipes is seen, and can be set again`() async throws {
    try await withModalServer { server, actuator, _ in
      _ = try await actuator.carryOut(scale(chat, to: 4))
      try server.change { $0.deploys = 1 }
      let wiped = try await actuator.observe(chat)
      #expect(wiped?.desired == 1)
      _ = try await actuator.carryOut(scale(chat, to: 4))
      let again = try await actuator.observe(chat)
      #expect(again?.desired == 4 && server.written == [4, 4])
    }
  }

  @Test func `Too few machines are seen by containers that do not come`() async throws {
    var control = ModalServer.Control()
    control.capacity = 2
    try await withModalServer(control) { _, actuator, _ in
      _ = try await actuator.carryOut(scale(chat, to: 5))
      _ = try await actuator.observe(chat)
      let seen = try await actuator.observe(chat)
      #expect(seen?.count == ReplicaCount(ready: 2, pending: 3))
    }
  }

  @Test func `The workspace's limit and the function's are quota, and change nothing`() async throws
  {
    var control = ModalServer.Control()
    control.limit = 4
    control.functions["chat/bounded"] = .init(max: 2)
    try await withModalServer(control) { server, actuator, _ in
      let workspace = await ending(actuator, scale(chat, to: 5)).failure?.refusal
      #expect(workspace?.kind == .quota && workspace?.code == "RESOURCE_EXHAUSTED")
      let function = await ending(actuator, scale("chat/bounded", to: 3)).failure?.refusal
      #expect(function?.kind == .quota && function?.code == "AboveMaxContainers")
      #expect(server.written.isEmpty)
      #expect(await ending(actuator, scale(chat, to: 4)).failure == nil)
      #expect(await ending(actuator, scale("chat/bounded", to: 2)).failure == nil)
      #expect(server.written == [4, 2])
    }
  }

  @Test func `A change that is dropped without a word is a refusal`() async throws {
    var control = ModalServer.Control()
    control.faults = [.init(effect: "ignore")]
    try await withModalServer(control) { _, actuator, _ in
      let failure = await ending(actuator, scale(chat, to: 3)).failure?.refusal
      #expect(failure?.code == "FieldsDropped")
      #expect(failure?.message.contains("min_containers 1, not 3") == true)
    }
  }

  @Test func `An expired token is fetched anew once, and the act goes on`() async throws {
    let token = ModalTokenBox()
    try await withModalServer(token: token) { server, actuator, _ in
      #expect(try await actuator.inventory().workloads.count == 1)
      try server.change { $0.tokens = [["ak-1", "as-2"]] }
      token.set("as-2")
      #expect(try await actuator.carryOut(scale(chat, to: 2)).replicas == 2)
      try server.change { $0.tokens = [] }
      let failure = await ending(actuator, scale(chat, to: 3)).failure?.refusal
      #expect(failure?.kind == .auth && failure?.code == "UNAUTHENTICATED")
      #expect(failure?.message == "Token ID or secret is not valid: “é”")
      #expect(server.calls.filter { $0.status == "UNAUTHENTICATED" }.count == 2)
      #expect(server.written == [2])
    }
  }

  @Test func `A bill is read, exact and message by message`() async throws {
    try await withModalServer { server, actuator, _ in
      let billing = ModalBilling(actuator)
      let start = try #require(Timestamp(rfc3339: "2026-11-01T00:00:00Z"))
      let lines = try await billing.lines(from: start, to: start.advanced(by: .hours(72)))
      #expect(lines.map(\.from) == [0, 24, 48].map { start.advanced(by: .hours($0)) })
      #expect(lines.allSatisfy { $0.total == Money(nanos: 1_234_567_891) && $0.name == "chat" })
      #expect(
        lines[0].parts == ["H100": Money(nanos: 1_200_000_000), "CPU": Money(nanos: 34_567_891)])
      let none = try await billing.lines(from: start, to: start, by: .hour)
      #expect(none.isEmpty && server.calls.allSatisfy(\.canonical))
    }
  }

  @Test func `Permissions are those of the calls that can be made`() async throws {
    try await withModalServer { server, actuator, _ in
      _ = try await actuator.carryOut(scale(chat, to: 2))
      _ = try await actuator.observe(chat)
      _ = try await ModalBilling(actuator).lines(
        from: Timestamp(seconds: 0), to: Timestamp(seconds: 1))
      let named = CloudCapabilities.modal.permissions.flatMap(\.calls)
      #expect(Set(named) == Set(server.calls.map(\.method)) && Set(named).count == named.count)
      let looking = CloudCapabilities.modal.permissions(forActing: false)
      #expect(looking.map(\.name) == ["viewer"])
      #expect(CloudCapabilities.modal.policy(looking).contains("a viewer in"))
      #expect(
        CloudCapabilities.modal.policy(CloudCapabilities.modal.permissions).contains(
          "a contributor in"))
    }
  }

  @Test func `Modal's own client finds the server to be Modal's`() async throws {
    var control = ModalServer.Control()
    control.functions["chat/serve"] = .init(gpu: ["H100:2", "A100"], stats: ["backlog": 5])
    try await withModalServer(control) { server, _, _ in
      let tool = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/judge_modal.py")
      let outcome = try await PythonJudge.aside(
        [PythonJudge.python, tool.path, server.url], limit: 90)
      #expect(
        outcome.output.split(separator: "\n") == [
          "id fu-chat-serve", "settings 1", "update 4", "settings 4", "stats 5 4 0",
          "gpus [('H100', 2), ('A100', 1)]", "zero 0", "unknown NotFoundError",
        ], "\(outcome.errors)")
    }
  }
}
