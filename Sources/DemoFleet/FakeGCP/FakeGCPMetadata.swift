public import FleetModel
import HTTPTypes
public import Ports
import Synchronization

/// The metadata server of one Google machine: its token, its name, and whether it is being taken
/// away. A question with `wait_for_change=true` is answered when the value changes, or after
/// `timeout_sec` with what it was.
public final class FakeGCPMetadata: Sendable {
  private struct State {
    var values: [String: String]
    var versions: [String: Int] = [:]
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    /// Waits whose time is over, and that may not have begun.
    var over: Set<Int> = []
    var asked: [String] = []
    var count = 0

    /// A directory changes with anything below it.
    func tag(of path: String) -> String {
      let version = versions.filter { $0.key == path || path.last == "/" && $0.key.hasPrefix(path) }
      return "etag-\(version.values.reduce(0, +))"
    }
  }

  private let state: Mutex<State>
  private let cloud: FakeGCP?
  private let time: any TimeSource
  private let server = Mutex<LoopbackServer?>(nil)

  private static let root = "/computeMetadata/v1/"
  private static let preempted = "instance/preempted"
  private static let maintenance = "instance/maintenance-event"
  /// All of the instance's in one document, with `recursive=true`.
  private static let whole = "instance/"
  private static let token = "instance/service-accounts/default/token"

  /// - Parameter cloud: the fake whose tokens it gives; nil for a token nobody takes.
  public init(
    node: NodeID = "us-central1-a/6105395321733014149", name: String = "machine",
    project: String = "demo-project", cloud: FakeGCP? = nil, time: any TimeSource
  ) {
    let parts = node.rawValue.split(separator: "/").map(String.init)
    state = Mutex(
      State(values: [
        Self.preempted: "FALSE", Self.maintenance: "NONE", "project/project-id": project,
        "instance/zone": "projects/112233445566/zones/\(parts.first ?? "")",
        "instance/id": parts.last ?? "", "instance/name": name,
      ]))
    self.cloud = cloud
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

  /// Answers whoever waits, and ends.
  public func stop() async {
    wake()
    let server = server.withLock { server in
      defer { server = nil }
      return server
    }
    await server?.stop()
  }

  /// The machine is being taken away: 30 seconds are left.
  public func preempt() { set(Self.preempted, "TRUE") }

  /// "NONE", "MIGRATE_ON_HOST_MAINTENANCE" or "TERMINATE_ON_HOST_MAINTENANCE".
  public func announce(maintenance event: String) { set(Self.maintenance, event) }

  /// What was asked so far: paths below /computeMetadata/v1/ with their query, oldest
  /// first.
  public func asked() -> [String] { state.withLock { $0.asked } }

  private func set(_ path: String, _ value: String) {
    state.withLock { state in
      state.values[path] = value
      state.versions[path, default: 0] += 1
    }
    wake()
  }

  private func wake() {
    let waiting = state.withLock { state in
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for continuation in waiting { continuation.resume() }
  }

  private func answer(_ asked: LoopbackServer.Asked) async -> Answer {
    guard asked.headers["metadata-flavor"] == "Google" else {
      return page(403, "Missing Metadata-Flavor:Google header.")
    }
    guard asked.method == "GET", asked.path.hasPrefix(Self.root) else {
      return page(404, "The requested URL \(asked.path) was not found on this server.")
    }
    let path = String(asked.path.dropFirst(Self.root.count))
    let query = Dictionary(GCPAsked.query(asked.query), uniquingKeysWith: { first, _ in first })
    state.withLock { $0.asked.append(asked.query.isEmpty ? path : "\(path)?\(asked.query)") }
    if path == Self.token { return tokenAnswer() }
    if path == Self.whole, query["recursive"] != "true" {
      return page(400, "Only recursive=true is answered for a directory here.")
    }
    guard let before = value(of: path) else {
      return page(404, "The requested URL \(asked.path) was not found on this server.")
    }
    let known = query["last_etag"] ?? before.tag
    if query["wait_for_change"] == "true", known == before.tag {
      await wait(for: query["timeout_sec"].flatMap { Int($0) } ?? 60, path, since: before.tag)
    }
    let now = value(of: path) ?? before
    return Answer(
      contentType: path == Self.whole ? "application/json" : "application/text",
      body: Array(now.text.utf8),
      headers: [("Metadata-Flavor", "Google"), ("ETag", now.tag)])
  }

  private func value(of path: String) -> (text: String, tag: String)? {
    state.withLock { state in
      guard path == Self.whole else {
        return state.values[path].map { ($0, state.tag(of: path)) }
      }
      let values = state.values
      func value(_ name: String) -> GCPJSON { .string(values["instance/" + name] ?? "") }
      let document: GCPJSON = [
        "id": .int(Int(state.values["instance/id"] ?? "") ?? 0), "zone": value("zone"),
        "name": value("name"), "preempted": value("preempted"),
        "maintenanceEvent": value("maintenance-event"),
      ]
      return (String(decoding: document.bytes, as: UTF8.self), state.tag(of: path))
    }
  }

  /// Until the value changes, or the seconds of real time are over.
  private func wait(for seconds: Int, _ path: String, since tag: String) async {
    let id = state.withLock { state in
      state.count += 1
      return state.count
    }
    let alarm = Task { [self] in
      try? await Task.sleep(for: .seconds(min(60, max(0, seconds))))
      wake(id)
    }
    await withCheckedContinuation { continuation in
      let isLate = state.withLock { state in
        if state.over.remove(id) != nil || state.tag(of: path) != tag { return true }
        state.waiting[id] = continuation
        return false
      }
      if isLate { continuation.resume() }
    }
    alarm.cancel()
  }

  private func wake(_ id: Int) {
    let waiting = state.withLock { state in
      let waiting = state.waiting.removeValue(forKey: id)
      // The time can be over before the wait began.
      if waiting == nil { state.over.insert(id) }
      return waiting
    }
    waiting?.resume()
  }

  private func tokenAnswer() -> Answer {
    let now = time.now()
    let token =
      cloud?.state.withLock { $0.tokens.give(at: now) } ?? "ya29.metadata"
    let lifetime = cloud?.state.withLock { $0.tokens.lifetime } ?? .seconds(3599)
    let body: GCPJSON = [
      "access_token": .string(token), "expires_in": .int(Int(lifetime.components.seconds)),
      "token_type": "Bearer",
    ]
    return Answer(
      contentType: "application/json", body: body.bytes, headers: [("Metadata-Flavor", "Google")])
  }

  private func page(_ status: Int, _ text: String) -> Answer {
    Answer(
      status: status, contentType: "text/html; charset=UTF-8",
      body: Array("<html><title>Error \(status)</title><p>\(text)</p></html>".utf8),
      headers: [("Metadata-Flavor", "Google")])
  }
}
