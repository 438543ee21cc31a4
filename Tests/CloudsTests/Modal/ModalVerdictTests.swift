import FleetModel
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@testable import Clouds

extension Result where Success == HTTPResponse, Failure == TransportError {
  /// A gRPC answer: a message, or a status alone.
  static func grpc(
    _ message: [UInt8]? = nil, status: String? = "0", words: String? = nil, details: [UInt8]? = nil,
    http: Int = 200
  ) -> Self {
    var headers: [HTTPField] = []
    if let status { headers.append(HTTPField("grpc-status", status)) }
    if let words { headers.append(HTTPField("grpc-message", words)) }
    if let details {
      let text = Data(details).base64EncodedString().replacing("=", with: "")
      headers.append(HTTPField("grpc-status-details-bin", text))
    }
    return .success(
      HTTPResponse(status: http, headers: headers, body: message.map(GRPC.frame) ?? []))
  }
}

/// What is made of answers that were written down here; no server is needed.
@Suite struct ModalVerdictTests {
  private let chat: WorkloadID = "chat/serve"

  private func change(_ answer: Result<HTTPResponse, TransportError>) async -> String {
    let transport = ScriptedTransport([
      .grpc(ModalParsers.function), .grpc(ModalParsers.scheduling), answer,
    ])
    switch await ending(modal(transport), scale(chat, to: 2)) {
    case .success: return "done"
    case .failure(.refused(let failure)): return "\(failure.kind)"
    case .failure(.retryLater(let after, let failure)):
      return "\(failure.kind) later\(after.map { " \($0)" } ?? "")"
    case .failure(.outcomeUnknown): return "nobody knows"
    case .failure(.tooLate): return "too late"
    }
  }

  @Test(arguments: [
    ("1", "nobody knows"), ("2", "nobody knows"), ("3", "invalid"), ("4", "nobody knows"),
    ("5", "notFound"), ("6", "invalid"), ("7", "auth"), ("8", "throttled later"), ("9", "invalid"),
    ("10", "nobody knows"), ("11", "invalid"), ("12", "unsupported"), ("13", "nobody knows"),
    ("14", "nobody knows"), ("15", "nobody knows"), ("16", "auth"), ("17", "nobody knows"),
    ("-1", "nobody knows"), ("", "nobody knows"), ("0", "nobody knows"),
  ])
  func `A status other than 0, or 0 without a message, is no success`(
    status: String, meaning: String
  ) async {
    #expect(await change(.grpc(status: status)) == meaning)
  }

  @Test(arguments: [
    ("Container limit reached", "quota"), ("you are over your budget", "quota"),
    ("GPU quota", "quota"), ("Rate limit: 5 a second on your plan", "throttled later"),
    ("slow down", "throttled later"),
  ])
  func `Too much is told from too fast by its words`(words: String, meaning: String) async {
    #expect(await change(.grpc(status: "8", words: words)) == meaning)
  }

  @Test(
    arguments: [
      (1.5, "throttled later 1.5 seconds"), (0, "throttled later 0.0 seconds"),
      (3600, "throttled later 3600.0 seconds"), (3601, "quota"), (-1, "quota"),
      (.nan, "quota"), (.infinity, "quota"),
    ] as [(Float, String)])
  func `A server that says when is believed up to an hour`(seconds: Float, meaning: String) async {
    let answer = Result.grpc(status: "8", words: "quota", details: ModalParsers.details(seconds))
    #expect(await change(answer) == meaning)
  }

  @Test(arguments: [
    (200, "nobody knows"), (404, "unsupported"), (401, "auth"), (502, "nobody knows"),
    (429, "throttled later"), (400, "invalid"), (302, "nobody knows"),
  ])
  func `What speaks without a gRPC status is not Modal`(http: Int, meaning: String) async {
    #expect(await change(.grpc(ModalParsers.scheduling, status: nil, http: http)) == meaning)
  }

  @Test func `A page that is not there does not make a function vanish`() async {
    let transport = ScriptedTransport([.grpc(status: nil, http: 404)])
    do throws(ActuateError) {
      _ = try await modal(transport).observe(chat)
      Issue.record("it was taken for an answer")
    } catch {
      #expect(error.refusal?.kind == .unsupported)
    }
  }

  @Test func `An answer that is no settings leaves the change unknown`() async {
    #expect(await change(.grpc([])) == "nobody knows")
    #expect(await change(.grpc([0x0A, 9])) == "nobody knows")
    let huge = ProtobufWriter.message { $0.message(1) { $0.uint32(1, 1_000_001) } }
    #expect(await change(.grpc(huge)) == "nobody knows")
    let good = ProtobufWriter.message { $0.message(1) { $0.uint32(1, 2) } }
    #expect(await change(.grpc(good)) == "done")
  }

  @Test func `What is so already is not sent`() async throws {
    let transport = ScriptedTransport([
      .grpc(ModalParsers.function), .grpc(ModalParsers.scheduling),
    ])
    let receipt = try await modal(transport).carryOut(scale(chat, to: 3))
    #expect(receipt.replicas == 3 && transport.requests.count == 2)
    #expect(transport.requests.allSatisfy { $0.version == .http2 && $0.method == "POST" })
    let shown = transport.requests.map { "\($0.url)" }
    #expect(
      shown
        == ["FunctionGet", "FunctionGetSchedulingParams"].map {
          "http://127.0.0.1:1/modal.client.ModalClient/\($0)"
        })
  }

  @Test(arguments: ["chat", "chat/serve/x", "chat/", "/serve", "chat/..", "../serve"])
  func `A name that is no function's is not asked for`(name: String) async throws {
    let transport = ScriptedTransport([])
    let seen = try await modal(transport).observe(WorkloadID(name))
    #expect(seen == nil)
    let outcome = await ending(modal(transport), scale(WorkloadID(name), to: 2))
    #expect(outcome.failure?.refusal?.code == "BadName")
    await #expect(throws: ActuateError.self) {
      try await modal(transport, functions: [name]).inventory()
    }
    #expect(transport.requests.isEmpty)
  }

  @Test(arguments: [Intent.stop, .start, .launch, .terminate])
  func `What Modal has not is refused with its reason`(intent: Intent) async {
    let transport = ScriptedTransport([])
    let act = Action(token: "t", intent: intent, workload: chat)
    let failure = await ending(modal(transport), act).failure?.refusal
    #expect(failure?.kind == .unsupported && transport.requests.isEmpty)
    #expect(CloudCapabilities.modal[intent] == .cannot(reason: failure?.message ?? ""))
  }

  @Test func `Prices are refused with the reason`() async {
    do throws(ActuateError) {
      _ = try await ModalPrices(cloud: "modal").prices(of: [], in: [])
      Issue.record("there were prices")
    } catch {
      #expect(error.refusal?.code == "NoPriceList" && error.refusal?.kind == .unsupported)
    }
  }
}
