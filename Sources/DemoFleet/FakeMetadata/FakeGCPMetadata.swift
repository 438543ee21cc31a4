import FleetModel
public import Ports
import Synchronization

/// Compute Engine's metadata server, as far as an instance learns of its end from it: the instance's
/// document whole, with an ETag, and a wait until it changes. Without the header `Metadata-Flavor:
/// Google` it refuses.
public final class FakeGCPMetadata: Sendable {
  private struct State {
    var preempted = false
    var maintenance = "NONE"
    var version = 1
    var asked: [String] = []
  }

  private let state = Mutex(State())
  private let zone: String
  private let number: UInt64
  private let time: any TimeSource
  private let server = Mutex<LoopbackServer?>(nil)

  private static let slice = Duration.milliseconds(10)

  /// - Parameter number: the instance's id, which is a number.
  public init(zone: String, number: UInt64, time: any TimeSource) {
    self.zone = zone
    self.number = number
    self.time = time
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let server = try await LoopbackServer(port: port) { [self] asked in
      .init(answer: await answer(asked))
    }
    self.server.withLock { $0 = server }
    return "http://127.0.0.1:\(server.port)"
  }

  public func stop() async {
    let server = server.withLock { server in
      defer { server = nil }
      return server
    }
    await server?.stop()
  }

  public func preempt() {
    state.withLock { state in
      state.preempted = true
      state.version += 1
    }
  }

  /// "NONE", "MIGRATE_ON_HOST_MAINTENANCE" or "TERMINATE_ON_HOST_MAINTENANCE".
  public func setMaintenance(_ event: String) {
    state.withLock { state in
      state.maintenance = event
      state.version += 1
    }
  }

  /// The queries so far.
  public var asked: [String] { state.withLock(\.asked) }

  private func answer(_ asked: LoopbackServer.Asked) async -> Answer {
    guard asked.headers["metadata-flavor"] == "Google" else {
      return Answer(
        status: 403, contentType: "text/html", body: Array("Missing Metadata-Flavor".utf8))
    }
    guard asked.method == "GET", asked.path == "/computeMetadata/v1/instance/" else {
      return Answer(status: 404, contentType: "text/html", body: Array("Not Found".utf8))
    }
    state.withLock { $0.asked.append(asked.query) }
    let query = Self.fields(asked.query)
    if query["wait_for_change"] == "true" {
      await change(from: query["last_etag"], within: Int64(query["timeout_sec"] ?? "") ?? 60)
    }
    let now = state.withLock(\.self)
    let body =
      "{\"id\":\(number),\"maintenanceEvent\":\"\(now.maintenance)\",\"name\":\"gpu-1\","
      + "\"preempted\":\"\(now.preempted ? "TRUE" : "FALSE")\","
      + "\"zone\":\"projects/123/zones/\(zone)\"}"
    return Answer(
      contentType: "application/json", body: Array(body.utf8),
      headers: [
        (name: "ETag", value: "etag\(now.version)"), (name: "Metadata-Flavor", value: "Google"),
      ])
  }

  private func change(from tag: String?, within seconds: Int64) async {
    let deadline = time.now().advanced(by: .seconds(seconds))
    while state.withLock({ "etag\($0.version)" }) == tag, time.now() < deadline {
      do { try await time.sleep(for: Self.slice) } catch { return }
    }
  }

  private static func fields(_ query: String) -> [String: String] {
    let pairs = query.split(separator: "&").map { pair -> (String, String) in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}
