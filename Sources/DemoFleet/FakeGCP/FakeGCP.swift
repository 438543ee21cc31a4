public import FleetModel
import Foundation
public import Ports
import Synchronization

/// Compute Engine over loopback HTTP, as far as a fleet controller uses it: machines, managed
/// instance groups, operations, with Google's own rules for names, request ids, states, pages and
/// errors; the token endpoints of its accounts; and the price catalogue.
///
/// Differences to Google's are faults of this type: it is judged by google-api-python-client.
public final class FakeGCP: Sendable {
  struct State {
    var project: FakeProject
    var tokens = FakeGCPTokens()
    var catalogue = FakeGCPCatalogue()
    var forbidden: Set<String> = []
  }

  let state: Mutex<State>
  let time: any TimeSource
  private let onLaunch: @Sendable (NodeID, [String: String]) -> [String: String]
  private let faults: FaultInjector
  private let service = Mutex<FakeService?>(nil)

  /// How long the cloud takes, on its own clock.
  public struct Lag: Sendable, Hashable {
    /// From an insert or start to RUNNING.
    public var start: Duration
    /// To TERMINATED.
    public var stop: Duration
    /// From a delete until it is not there.
    public var end: Duration
    /// Until an operation says that there is no capacity or no quota.
    public var refusal: Duration
    /// Until a group's operation is done, which is when the work is planned.
    public var plan: Duration
    /// From insert until lists know the machine.
    public var visibility: Duration

    /// GPU machines boot in minutes; the defaults are short so that a demo shows something.
    public init(
      start: Duration = .seconds(8), stop: Duration = .seconds(5), end: Duration = .seconds(5),
      refusal: Duration = .seconds(3), plan: Duration = .seconds(1),
      visibility: Duration = .seconds(1)
    ) {
      self.start = start
      self.stop = stop
      self.end = end
      self.refusal = refusal
      self.plan = plan
      self.visibility = visibility
    }

    public static let none = Lag(
      start: .zero, stop: .zero, end: .zero, refusal: .zero, plan: .zero, visibility: .zero)
  }

  /// What can be sold out: a type, in one zone or in all.
  public struct Offer: Sendable, Hashable, Codable {
    public var type: InstanceType
    public var zone: String?
    public init(_ type: InstanceType, zone: String? = nil) {
      self.type = type
      self.zone = zone
    }
  }

  /// - Parameter onLaunch: called for each new machine with its labels; what it gives back becomes
  ///   metadata of the machine (a demo's stand-in for what a boot script would do).
  public init(
    project: String = "demo-project",
    zones: [String] = ["us-central1-a", "us-central1-b", "us-central1-f", "europe-west4-a"],
    lag: Lag = Lag(), time: any TimeSource, faults: FaultInjector = FaultInjector(),
    onLaunch: @escaping @Sendable (NodeID, [String: String]) -> [String: String] = { _, _ in [:] }
  ) {
    state = Mutex(State(project: FakeProject(id: project, zones: zones, lag: lag)))
    self.time = time
    self.faults = faults
    self.onLaunch = onLaunch
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let service = FakeService(
      .gcp, faults: faults, time: time,
      dialect: .init(
        action: { [self] in action(of: $0) }, answer: { [self] in answer($0, $1) },
        refusal: { code, status, message in GCPRefusal(status, code, message).answer }))
    self.service.withLock { $0 = service }
    return try await service.start(port: port)
  }

  public func stop() async { await service.withLock { $0 }?.stop() }

  /// The requests so far, oldest first; of an operation ("compute.instances.insert"), or all.
  public func calls(_ operation: String? = nil) -> [FakeCall] {
    service.withLock { $0 }?.calls(operation) ?? []
  }
}

extension FakeGCP {
  private func action(of asked: LoopbackServer.Asked) -> String {
    if let token = FakeGCPTokens.action(asked) { return token }
    if FakeGCPCatalogue.isAsked(asked) { return "cloudbilling.services.skus.list" }
    guard let (route, _) = route(asked) else { return "unknown" }
    return "compute." + route.operation
  }

  /// The method a request asks for; nil when there is none of that path and verb.
  private func route(_ asked: LoopbackServer.Asked) -> (GCPRoute, [String: String])? {
    let parts = parts(asked.path)
    for route in GCPRoute.all where route.method == asked.method {
      if let names = route.match(parts) { return (route, names) }
    }
    return nil
  }

  /// What stands below the project; empty for paths of no project.
  private func parts(_ path: String) -> [String] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map {
      $0.removingPercentEncoding ?? String($0)
    }
    guard parts.count > 5, parts[1...3] == ["compute", "v1", "projects"] else { return [] }
    return Array(parts[5...])
  }

  private func answer(_ asked: LoopbackServer.Asked, _ action: String) -> Answer {
    let now = time.now()
    let (answer, launched) = state.withLock { state -> (Answer, [UInt64]) in
      let answer: Answer
      do throws(GCPRefusal) {
        answer = Answer(
          contentType: "application/json; charset=UTF-8",
          body: try content(asked, action, &state, at: now).bytes)
      } catch { answer = error.answer }
      defer { state.project.launched = [] }
      return (answer, state.project.launched)
    }
    for number in launched { welcome(number) }
    return answer
  }

  private func content(
    _ asked: LoopbackServer.Asked, _ action: String, _ state: inout State, at now: Timestamp
  ) throws(GCPRefusal) -> GCPJSON {
    if let token = try state.tokens.answer(asked, at: now) { return token }
    try state.tokens.admit(asked, at: now)
    guard !state.forbidden.contains(action) else {
      throw GCPRefusal(
        403, "forbidden",
        "Required '\(action)' permission for 'projects/\(state.project.id)'")
    }
    if FakeGCPCatalogue.isAsked(asked) { return try state.catalogue.answer(asked) }
    let call = try understood(asked, project: state.project.id)
    return try state.project.answer(call, at: now)
  }

  /// The request, once its path, verb, query and body are ones the API has.
  private func understood(
    _ asked: LoopbackServer.Asked, project: String
  ) throws(GCPRefusal) -> GCPAsked {
    guard let (route, names) = route(asked) else {
      let parts = parts(asked.path)
      let isThere = GCPRoute.all.contains { $0.match(parts) != nil }
      let text = "The requested URL \(asked.path) was not found on this server."
      throw isThere
        ? GCPRefusal(405, "httpMethodNotAllowed", "Method Not Allowed")
        : GCPRefusal(404, "notFound", text)
    }
    guard asked.path.hasPrefix("/compute/v1/projects/\(project)/") else {
      throw .notFound(String(asked.path.dropFirst("/compute/v1/".count)))
    }
    var query: [String: String] = [:]
    for (name, value) in GCPAsked.query(asked.query) {
      guard route.query.contains(name) || GCPRoute.common.contains(name) else {
        throw .invalid(
          "Invalid JSON payload received. Unknown name \"\(name)\": Cannot bind query parameter.")
      }
      query[name] = value
    }
    let body = try Self.body(asked, of: route)
    let rest = query.filter { route.query.contains($0.key) }.sorted { $0.key < $1.key }
    return GCPAsked(
      operation: route.operation, names: names, query: query, body: body,
      fingerprint: "\(asked.method) \(asked.path) \(rest) \(body?.bytes.hashValue ?? 0)")
  }

  private static func body(
    _ asked: LoopbackServer.Asked, of route: GCPRoute
  ) throws(GCPRefusal) -> GCPJSON? {
    let shape: GCPShape? =
      route.operation == "instances.insert"
      ? .instance : (route.operation.hasSuffix("deleteInstances") ? .victims : nil)
    guard !asked.body.isEmpty else { return nil }
    guard let body = GCPJSON(asked.body) else {
      throw GCPRefusal(400, "parseError", "Parse Error")
    }
    if let fault = (shape ?? .object([:])).fault(in: body) { throw .invalid(fault) }
    return body
  }

  private func welcome(_ number: UInt64) {
    guard let machine = state.withLock({ $0.project.instances[number] }) else { return }
    let more = onLaunch(NodeID("\(machine.zone)/\(number)"), machine.labels)
    state.withLock { $0.project.instances[number]?.metadata.merge(more) { _, new in new } }
  }
}
