public import FleetModel
public import Ports
import Synchronization

/// EC2 over loopback HTTP, as far as a fleet controller uses it: seven actions with EC2's own
/// rules for tokens, states, pages, filters and errors. It does not check signatures.
///
/// Differences to AWS are faults of this type: it is judged by boto3 in its tests.
public final class FakeEC2: Sendable {
  private struct State {
    var region: FakeRegion
    var calls: [Call] = []
    var count = 0
  }

  private let state: Mutex<State>
  private let time: any TimeSource
  private let faults: FaultInjector
  private let server = Mutex<LoopbackServer?>(nil)
  private let onLaunch: @Sendable (NodeID, [String: String]) -> [String: String]

  /// How long the cloud takes, on its own clock.
  public struct Lag: Sendable, Hashable {
    /// pending to running.
    public var start: Duration
    /// stopping to stopped.
    public var stop: Duration
    /// shutting-down to terminated.
    public var end: Duration
    /// From launch until Describe knows the machine.
    public var visibility: Duration

    /// GPU machines boot in minutes; the defaults are short so that a demo shows something.
    public init(
      start: Duration = .seconds(8), stop: Duration = .seconds(5), end: Duration = .seconds(5),
      visibility: Duration = .seconds(1)
    ) {
      self.start = start
      self.stop = stop
      self.end = end
      self.visibility = visibility
    }

    public static let none = Lag(start: .zero, stop: .zero, end: .zero, visibility: .zero)
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

  /// One request that reached the cloud, whatever became of its answer.
  public struct Call: Sendable, Hashable {
    public var action: String
    public var parameters: [String: String]
    public var at: Timestamp
    public var requestID: String
    /// The error code it was answered with; nil for success.
    public var error: String?
  }

  /// Calls that are remembered; a demo runs for days.
  private static let longestLog = 20_000

  /// - Parameter onLaunch: called for each new machine with its tags; what it gives back are tags
  ///   the machine gets besides (a demo's stand-in for what a boot script would do).
  public init(
    region: Region = "us-east-1", lag: Lag = Lag(), time: any TimeSource,
    faults: FaultInjector = FaultInjector(),
    onLaunch: @escaping @Sendable (NodeID, [String: String]) -> [String: String] = { _, _ in [:] }
  ) {
    state = Mutex(State(region: FakeRegion(name: region.rawValue, lag: lag)))
    self.time = time
    self.faults = faults
    self.onLaunch = onLaunch
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let server = try await LoopbackServer(port: port) { [self] asked in exchange(asked) }
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
}

extension FakeEC2 {
  /// Puts a running machine there that nobody launched; under this id, or one that is free.
  public func add(
    id wanted: NodeID? = nil, type: InstanceType, zone: String? = nil, spot: Bool = false,
    tags: [String: String],
    launchedAt: Timestamp
  ) -> NodeID {
    state.withLock { state in
      let free = state.region.nextID()
      let id = wanted?.rawValue ?? free
      state.region.instances[id] = FakeInstance(
        id: id, type: type.rawValue, zone: zone ?? state.region.name + "a", image: "ami-0demo",
        spot: spot, tags: tags, privateAddress: state.region.address(), launchedAt: launchedAt,
        visibleAt: launchedAt, state: .running)
      return NodeID(id)
    }
  }

  /// Machines that can not be had until this is called again.
  public func sellOut(_ offers: Set<Offer>) { state.withLock { $0.region.soldOut = offers } }

  /// Where a machine is now; nil when there is none of that id.
  public func state(of node: NodeID) -> InstanceState? {
    let now = time.now()
    return state.withLock { $0.region.instances[node.rawValue]?.state(at: now) }
  }

  public func tag(_ node: NodeID, _ key: String, _ value: String) {
    state.withLock { $0.region.instances[node.rawValue]?.tags[key] = value }
  }

  /// All machines ever made with this token.
  public func instances(ofToken token: String) -> [NodeID] {
    state.withLock { ($0.region.tokens[token]?.ids ?? []).map { NodeID($0) } }
  }

  /// Every machine there is, by its state.
  public func nodes() -> [NodeID: InstanceState] {
    let now = time.now()
    return state.withLock { state in
      Dictionary(
        uniqueKeysWithValues: state.region.instances.values.map {
          (NodeID($0.id), $0.state(at: now))
        })
    }
  }

  /// The requests so far, oldest first; of an action, or all.
  public func calls(_ action: String? = nil) -> [Call] {
    state.withLock { state in state.calls.filter { action == nil || $0.action == action } }
  }
}

extension FakeEC2 {
  private static let namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"

  private func exchange(_ asked: LoopbackServer.Asked) -> LoopbackServer.Exchange {
    guard asked.method == "POST", asked.path == "/", var form = FakeForm(asked.body) else {
      return .init(answer: refusal(.init(code: "InvalidRequest", message: "POST a form to /"), "-"))
    }
    let action = form.take("Action") ?? ""
    let effects = faults.effects(service: .ec2, action: action)
    guard effects.allSatisfy({ $0.kind.letsRequestsThrough }) else {
      return spoiled(action, effects)
    }
    return .init(answer: carryOut(action, &form), effects: effects)
  }

  /// A request that a fault keeps from having any effect.
  private func spoiled(_ action: String, _ effects: [FaultEffect]) -> LoopbackServer.Exchange {
    guard let error = effects.first(where: { $0.kind == .error }) else {
      return .init(
        answer: refusal(.init(code: "InternalError", message: "fault", status: 500), "-"),
        effects: effects)
    }
    let refused = FakeRegion.Refusal(
      code: error.code ?? "InternalError", message: "An injected fault.",
      status: error.status ?? 400)
    return .init(answer: refusal(refused, "fault"), effects: effects)
  }

  private func carryOut(_ action: String, _ form: inout FakeForm) -> Answer {
    let now = time.now()
    let version = form.take("Version")
    let parameters = form.fields
    let (answer, launched) = state.withLock { state -> (Answer, [String]) in
      state.count += 1
      let requestID = Self.requestID(state.count)
      var call = Call(action: action, parameters: parameters, at: now, requestID: requestID)
      let answer: Answer
      do throws(FakeRegion.Refusal) {
        guard version == "2016-11-15" else {
          throw .init(code: "NoSuchVersion", message: "The requested version is not known.")
        }
        let content = try state.region.answer(action, &form, at: now)
        let xml = FakeXML(action + "Response", [FakeXML("requestId", requestID)] + content)
        answer = Answer(
          contentType: "text/xml;charset=UTF-8", body: xml.document(namespace: Self.namespace))
      } catch {
        call.error = error.code
        answer = refusal(error, requestID)
      }
      state.calls.append(call)
      if state.calls.count > Self.longestLog { state.calls.removeFirst(Self.longestLog / 2) }
      defer { state.region.launched = [] }
      return (answer, state.region.launched)
    }
    for id in launched { welcome(NodeID(id)) }
    return answer
  }

  private func welcome(_ node: NodeID) {
    let tags = state.withLock { $0.region.instances[node.rawValue]?.tags ?? [:] }
    for (key, value) in onLaunch(node, tags) { tag(node, key, value) }
  }

  private func refusal(_ refused: FakeRegion.Refusal, _ requestID: String) -> Answer {
    let error = FakeXML(
      "Error", [FakeXML("Code", refused.code), FakeXML("Message", refused.message)])
    let xml = FakeXML(
      "Response", [FakeXML("Errors", [error]), FakeXML("RequestID", requestID)])
    return Answer(
      status: refused.status, contentType: "text/xml;charset=UTF-8", body: xml.document())
  }

  private static func requestID(_ count: Int) -> String {
    let digits = String(count, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }
}
