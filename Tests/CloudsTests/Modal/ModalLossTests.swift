import Clouds
import CurlTransport
import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

/// Answers that are refusals, late, cut or lost, on a real HTTP/2 connection.
@Suite(
  .enabled(if: hasModal, "modal and grpclib are not installed"), .serialized,
  .timeLimit(.minutes(3)))
struct ModalLossTests {
  private let chat: WorkloadID = "chat/serve"

  @Test(arguments: ["drop_after", "reset_after", "cut", "hang"])
  func `A lost answer is unknown, and asking again sets nothing twice`(effect: String) async throws
  {
    var control = ModalServer.Control()
    control.faults = [.init(effect: effect)]
    let limit = effect == "hang" ? Duration.milliseconds(1500) : .seconds(20)
    try await withModalServer(control, limit: limit) { server, actuator, _ in
      let lost = await ending(actuator, scale(chat, to: 3))
      guard case .outcomeUnknown = lost.failure else {
        Issue.record("the answer was not lost: \(lost)")
        return
      }
      let seen = try await actuator.observe(chat)
      #expect(seen?.desired == 3)
      #expect(try await actuator.carryOut(scale(chat, to: 3)).replicas == 3)
      let updates = server.calls.filter { $0.method == "FunctionUpdateSchedulingParams" }
      // One that hangs is logged when the server notices that we have gone.
      #expect(effect == "hang" ? updates.count <= 1 : updates.count == 1)
    }
  }

  @Test func `A connection that breaks before the change is unknown too, and nothing was set`()
    async throws
  {
    var control = ModalServer.Control()
    control.faults = [.init(effect: "drop_before")]
    try await withModalServer(control) { _, actuator, _ in
      let lost = await ending(actuator, scale(chat, to: 3))
      guard case .outcomeUnknown = lost.failure else {
        Issue.record("\(lost)")
        return
      }
      let before = try await actuator.observe(chat)
      #expect(before?.desired == 1)
      _ = try await actuator.carryOut(scale(chat, to: 3))
      let after = try await actuator.observe(chat)
      #expect(after?.desired == 3)
    }
  }

  @Test(arguments: ["drop_before", "reset_after", "cut"])
  func `A look whose answer is lost is repeated`(effect: String) async throws {
    var control = ModalServer.Control()
    control.faults = [.init(method: "FunctionGetCurrentStats", count: 2, effect: effect)]
    try await withModalServer(control) { server, actuator, _ in
      let seen = try await actuator.observe(chat)
      #expect(seen?.desired == 1)
      #expect(server.calls.filter { $0.method == "FunctionGetCurrentStats" }.count == 3)
    }
  }

  @Test func `Each status has its meaning, and the server says when to come back`() async throws {
    var control = ModalServer.Control()
    let statuses = [
      "UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "RESOURCE_EXHAUSTED", "INVALID_ARGUMENT",
      "UNIMPLEMENTED", "PERMISSION_DENIED",
    ]
    control.faults = statuses.map {
      .init(effect: "error", status: $0, message: "because", retry_after: 1.5)
    }
    try await withModalServer(control) { _, actuator, _ in
      var said: [String] = []
      for _ in statuses {
        switch await ending(actuator, scale(chat, to: 2)).failure {
        case .outcomeUnknown(let text): said.append("unknown \(text)")
        case .retryLater(let after, let failure): said.append("\(failure.kind) \(after ?? .zero)")
        case .refused(let failure): said.append("\(failure.kind) \(failure.code)")
        case .tooLate: said.append("too late")
        case nil: said.append("done")
        }
      }
      #expect(
        said == [
          "unknown UNAVAILABLE: because", "unknown DEADLINE_EXCEEDED: because",
          "unknown INTERNAL: because", "throttled 1.5 seconds", "invalid INVALID_ARGUMENT",
          "unsupported UNIMPLEMENTED", "auth PERMISSION_DENIED",
        ])
    }
  }

  @Test func `Over TLS HTTP/2 is agreed on in the handshake`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, key) = (folder.appending(path: "c.pem").path, folder.appending(path: "k.pem").path)
    let made = try PythonJudge.run(
      [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file,
      ], limit: 60)
    try #require(made.status == 0, "\(made.errors)")
    let server = try ModalServer(.init(), certificate: (file, key))
    defer { server.stop() }
    let curl = CurlTransport(TransportOptions(version: "test", certificateAuthorities: file))
    defer { curl.shutdown() }
    let seen = try await modal(curl, endpoint: server.url).observe(chat)
    #expect(seen?.desired == 1)
    let strict = CurlTransport(TransportOptions(version: "test"))
    defer { strict.shutdown() }
    let refused = await ending(modal(strict, endpoint: server.url), scale(chat, to: 2))
    guard case .retryLater = refused.failure else {
      Issue.record("a certificate nobody vouches for was taken: \(refused)")
      return
    }
  }
}
