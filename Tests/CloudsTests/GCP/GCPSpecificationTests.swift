import Clouds
import Foundation
import Ports
import TestSupport
import Testing

/// Every request we send and every answer our fake gives, against Google's discovery documents.
@Suite struct GCPSpecificationTests {
  private static let compute = "specs/gcp/compute.v1.trimmed.discovery.json"
  private static let billing = "specs/gcp/cloudbilling.v1.trimmed.discovery.json"

  private struct Line: Encodable {
    var method: String
    var url: String
    var body: String
    var status: Int
    var answer: String
  }

  @Test(
    .enabled(
      if: SharedFiles.exists(compute) && PythonJudge.has("jsonschema"),
      "the discovery documents or jsonschema are not here"), .timeLimit(.minutes(3)))
  func `Requests and answers are what the discovery documents say`() async throws {
    let compute = try #require(SharedFiles.url(Self.compute))
    let billing = try #require(SharedFiles.url(Self.billing))
    let lines = try await GCPCapabilityTests.everything().map { exchange in
      Line(
        method: exchange.request.method, url: exchange.request.url,
        body: String(decoding: exchange.request.body, as: UTF8.self),
        status: exchange.reply.status,
        answer: String(decoding: exchange.reply.body, as: UTF8.self))
    }
    let input = String(decoding: try JSONEncoder().encode(lines), as: UTF8.self)
    let tool = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/check_gcp.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, tool.path, compute.path, billing.path], input: input, limit: 120)
    #expect(outcome.output.hasPrefix("checked "), "\(outcome.output)")
    #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
    #expect(lines.count > 40)
  }

  @Test(
    .enabled(
      if: SharedFiles.exists(compute) && PythonJudge.has("jsonschema"),
      "the discovery documents or jsonschema are not here"), .timeLimit(.minutes(1)),
    arguments: [
      ("POST", "zones/z/instances", "{\"nonsense\": 1}", "{}"),
      ("POST", "zones/z/instances?token=x", "{}", "{}"), ("PUT", "zones/z/instances", "{}", "{}"),
      ("GET", "zones/z/instances/a", "", "{\"id\": 17}"),
      ("GET", "zones/z/instances/a", "", "{\"status\": \"ASLEEP\"}"),
      ("GET", "zones/Z_Z/instances/a", "", "{}"),
    ])
  func `The check itself finds what is wrong`(
    method: String, path: String, body: String, answer: String
  ) async throws {
    let line = Line(
      method: method, url: "http://x/compute/v1/projects/demo-project/\(path)", body: body,
      status: 200, answer: answer)
    let input = String(decoding: try JSONEncoder().encode([line]), as: UTF8.self)
    let tool = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/check_gcp.py")
    let specs = try [Self.compute, Self.billing].map { try #require(SharedFiles.url($0)).path }
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, tool.path] + specs, input: input, limit: 60)
    #expect(outcome.status == 1 && outcome.output.contains(method), "\(outcome.output)")
  }
}
