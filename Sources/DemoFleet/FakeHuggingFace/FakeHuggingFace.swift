import FleetModel
public import Ports
import Synchronization

/// The Inference Endpoints API over loopback HTTP, as far as a fleet controller and huggingface_hub
/// use it: endpoints, their scaling, sleep, pause and resume, the hardware list with its quota.
///
/// As Hugging Face does, it drops fields it does not know without a word. It also stands in for the
/// endpoints themselves: a request to one that sleeps wakes it.
public final class FakeHuggingFace: Sendable {
  let state: Mutex<HuggingFaceState>
  let time: any TimeSource
  private let faults: FaultInjector
  private let running = Mutex<FakeService?>(nil)

  /// How long the cloud takes, on its own clock.
  public struct Lag: Sendable, Hashable {
    /// From being asked for replicas until they serve.
    public var start: Duration
    /// From being asked to sleep until it does.
    public var stop: Duration

    public init(start: Duration = .seconds(8), stop: Duration = .seconds(3)) {
      self.start = start
      self.stop = stop
    }

    public static let none = Lag(start: .zero, stop: .zero)
  }

  /// - Parameter token: the only one that is taken, until others are set.
  public init(
    token: String = "hf_demo", lag: Lag = Lag(), time: any TimeSource,
    faults: FaultInjector = FaultInjector()
  ) {
    state = Mutex(HuggingFaceState(tokens: [token], lag: lag))
    self.time = time
    self.faults = faults
  }

  /// Starts listening on 127.0.0.1 and gives the API's base, "http://127.0.0.1:PORT/v2".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let service = FakeService(
      .huggingface, faults: faults, time: time,
      dialect: FakeService.Dialect(
        action: { HuggingFaceState.action($0) },
        answer: { [self] asked, action in
          let now = time.now()
          return state.withLock { $0.answer(asked, action, at: now) }
        }, refusal: { HuggingFaceState.refusal($0, $1, $2) }))
    let endpoint = try await service.start(port: port)
    state.withLock { $0.base = endpoint }
    running.withLock { $0 = service }
    return endpoint + "/v2"
  }

  public func stop() async {
    let service = running.withLock { $0 }
    await service?.stop()
  }

  /// The requests so far, oldest first; of an operation ("updateEndpoint"), or all.
  public func calls(_ action: String? = nil) -> [FakeCall] {
    running.withLock { $0 }?.calls(action) ?? []
  }
}

extension FakeHuggingFace {
  /// Puts a running endpoint there, on hardware of the list.
  public func add(
    _ name: String, namespace: String = "acme", hardware: String = "aws-us-east-1-nvidia-l4-x1",
    replicas: ClosedRange<Int> = 1...4, tags: [String] = []
  ) {
    let now = time.now()
    state.withLock { state in
      state.endpoints["\(namespace)/\(name)"] = HuggingFaceEndpointState(
        name: name, namespace: namespace, hardware: hardware, replicas: replicas, tags: tags,
        at: now)
    }
  }

  /// The tokens that are taken from now on; an expired one is one that is not in the list.
  public func accept(tokens: Set<String>) { state.withLock { $0.tokens = tokens } }

  /// How the hardware list speaks of it: "available", "low_availability", "not_available", …
  public func setStatus(_ status: String, of hardware: String) {
    state.withLock { $0.hardware[hardware]?.status = status }
  }

  /// How many accelerators of a hardware the namespace may have.
  public func setQuota(_ most: Int, of hardware: String) {
    state.withLock { $0.hardware[hardware]?.quota = most }
  }

  /// Fields of `compute.scaling` that an update takes and drops: "minReplica".
  public func drop(_ fields: Set<String>) { state.withLock { $0.dropped = fields } }

  /// Makes it fail now, as a container that does not come up does.
  public func fail(_ name: String, as word: String = "failed") {
    state.withLock { $0.endpoints[name]?.turn(to: word) }
  }

  /// The state of "NAMESPACE/NAME" in the API's own word; nil when there is none.
  public func status(of name: String) -> String? {
    let now = time.now()
    return state.withLock { $0.endpoints[name]?.settled(at: now).state }
  }

  /// How often its bounds were really changed; a repeat that changes nothing does not count.
  public func changes(of name: String) -> Int {
    state.withLock { $0.endpoints[name]?.changes ?? 0 }
  }
}

extension FakeHuggingFace {
  /// Where requests to the endpoint "NAMESPACE/NAME" itself go; nil when there is none.
  public func url(of name: String) -> String? {
    state.withLock { state in
      state.endpoints[name].map { _ in "\(state.base)/up/\(name)" }
    }
  }
}
