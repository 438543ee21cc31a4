import FleetModel
import Ports
import Testing

@testable import Collectors

@Suite struct DCGMCollectorTests {
  /// Answers every request alike and keeps nothing; the real transport has its own tests.
  struct Answer: HTTPTransport {
    var result: Result<HTTPResponse, TransportError>
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
      guard request.url == "http://node-1:9400/metrics", request.method == "GET" else {
        throw .notSent("asked \(request.method) \(request.url)")
      }
      return try result.get()
    }
  }

  static func collect(
    _ result: Result<HTTPResponse, TransportError>, from target: Target = "node-1:9400"
  ) async throws(CollectError) -> NodeReading {
    try await CollectorKind.dcgm.collector(over: Answer(result: result))
      .collect(target, at: Bodies.noon)
  }

  @Test("a target is asked for its metrics once, and they become a reading")
  func reading() async throws {
    let body = Array(Bodies.node(gpus: 8).utf8)
    let reading = try await Self.collect(.success(HTTPResponse(status: 200, body: body)))
    #expect(reading.accelerators.count == 8 && reading.target == "node-1:9400")
    #expect(reading.accelerators.allSatisfy { $0.fields.count == DeviceField.allCases.count })
  }

  @Test(
    "each way to fail has its own error",
    arguments: [
      (TransportError.notSent("refused"), CollectError.unreachable("refused")),
      (.broken("reset"), .unreachable("reset")),
      (
        .timedOut(after: .seconds(10)),
        .unreachable("no whole answer in time (at most 10000 ms)")
      ),
      (.tooLarge(limit: 9), .tooLarge(limit: 9)), (.cancelled, .cancelled),
    ])
  func failures(theirs: TransportError, ours: CollectError) async {
    await #expect(throws: ours) { try await Self.collect(.failure(theirs)) }
  }

  @Test("any status but 200 is an error", arguments: [204, 301, 404, 500])
  func status(code: Int) async {
    let body = Array(Bodies.node(gpus: 1).utf8)
    await #expect(throws: CollectError.status(code)) {
      try await Self.collect(.success(HTTPResponse(status: code, body: body)))
    }
  }

  @Test("OpenMetrics without its end was cut off", arguments: [("# EOF\n", true), ("", false)])
  func endOfOpenMetrics(end: String, isWhole: Bool) async {
    let response = HTTPResponse(
      status: 200,
      headers: [HTTPField("content-type", "application/openmetrics-text; version=1.0.0")],
      body: Array(("a 1\n" + end).utf8))
    let reading = try? await Self.collect(.success(response))
    #expect((reading != nil) == isWhole)
  }

  @Test("a target that is more than host and port is not asked")
  func hostileTarget() async {
    await #expect(throws: CollectError.unreachable("“a@b:1/x” is not host:port")) {
      try await Self.collect(.success(HTTPResponse(status: 200)), from: "a@b:1/x")
    }
  }
}
