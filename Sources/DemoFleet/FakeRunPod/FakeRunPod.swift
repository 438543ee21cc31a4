public import FleetModel
public import Ports
import Synchronization

/// RunPod's REST API v2 over loopback HTTP, as far as a fleet controller uses it: pods, serverless
/// endpoints with their workers and queues, the GPU catalogue and the bill. The data plane's /health
/// is at the same address.
public final class FakeRunPod: Sendable {
  let state: Mutex<RunPodState>
  let time: any TimeSource
  private let faults: FaultInjector
  private let running = Mutex<FakeService?>(nil)

  /// How long the cloud takes, on its own clock.
  public struct Lag: Sendable, Hashable {
    /// PROVISIONING and STARTING together; a worker's start.
    public var start: Duration
    /// From creation until the list and the look-up know a pod.
    public var visibility: Duration
    /// How long a terminated pod can still be looked up.
    public var afterlife: Duration

    public init(
      start: Duration = .seconds(8), visibility: Duration = .zero,
      afterlife: Duration = .seconds(60)
    ) {
      self.start = start
      self.visibility = visibility
      self.afterlife = afterlife
    }

    public static let none = Lag(start: .zero, visibility: .zero, afterlife: .zero)
  }

  /// - Parameters:
  ///   - key: the only API key that is taken, until others are set.
  ///   - callsPerMinute: the limit that the RateLimit headers speak of.
  public init(
    key: String = "rpa_demo", lag: Lag = Lag(), callsPerMinute: Int = 1000, time: any TimeSource,
    faults: FaultInjector = FaultInjector()
  ) {
    state = Mutex(RunPodState(keys: [key], lag: lag, perMinute: callsPerMinute))
    self.time = time
    self.faults = faults
  }

  /// Starts listening on 127.0.0.1 and gives the endpoint, "http://127.0.0.1:PORT", of both planes.
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let service = FakeService(
      .runpod, faults: faults, time: time,
      dialect: FakeService.Dialect(
        action: { RunPodRoute($0)?.operation ?? "" },
        answer: { [self] asked, _ in
          let now = time.now()
          return state.withLock { $0.answer(asked, at: now) }
        }, refusal: { RunPodState.refusal($0, $1, $2) }))
    let endpoint = try await service.start(port: port)
    running.withLock { $0 = service }
    return endpoint
  }

  public func stop() async {
    let service = running.withLock { $0 }
    await service?.stop()
  }

  /// The requests so far, oldest first; of an operation ("createPod"), or all.
  public func calls(_ action: String? = nil) -> [FakeCall] {
    running.withLock { $0 }?.calls(action) ?? []
  }
}

extension FakeRunPod {
  /// Puts a running pod there that nobody launched, since `since` or now; its id.
  public func addPod(
    name: String = "by hand", gpu: String = "NVIDIA L4", count: Int = 1,
    env: [String: String] = [:], locked: Bool = false, since: Timestamp? = nil
  ) -> NodeID {
    let now = since ?? time.now()
    return state.withLock { state in
      var pod = RunPodPodState(
        id: state.nextID("pod"), name: name, gpu: gpu, count: count, image: "demo/image:1",
        cloud: "SECURE", dataCenter: "US-KS-2", env: env.mapValues { .string($0) }, at: now)
      pod.locked = locked
      pod.turn(to: "RUNNING")
      state.pods[pod.id] = pod
      return NodeID(pod.id)
    }
  }

  /// Puts a serverless endpoint there; its workload is "serverless/ID".
  public func addEndpoint(
    _ id: String, workers: ClosedRange<Int> = 1...4, pool: String = "ADA_24",
    scalesOnRequests: Bool = false, isQueue: Bool = true
  ) {
    let now = time.now()
    state.withLock { state in
      state.endpoints[id] = RunPodEndpointState(
        id: id, workers: workers, pool: pool, scalesOnRequests: scalesOnRequests || !isQueue,
        isQueue: isQueue, at: now)
    }
  }

  /// The keys that are taken from now on.
  public func accept(keys: Set<String>) { state.withLock { $0.keys = keys } }

  /// GPUs that can not be had until this is called again.
  public func sellOut(_ gpus: Set<String>) { state.withLock { $0.soldOut = gpus } }

  /// Whether the account can pay for more.
  public func setBalance(isEnough: Bool) { state.withLock { $0.hasBalance = isEnough } }

  /// The jobs of an endpoint: waiting and being worked on.
  public func setJobs(_ id: String, waiting: Int, running: Int) {
    let now = time.now()
    state.withLock { state in
      state.endpoints[id]?.setJobs(waiting: waiting, running: running, state.lag.start, at: now)
    }
  }

  /// All pods ever made that carry this token in their name, those that are gone too.
  public func made(withToken token: String) -> [NodeID] {
    state.withLock { state in
      state.made.filter { $0.name.hasSuffix("." + token) }.map { NodeID($0.id) }
    }
  }

  /// A pod's status in the API's own word; nil when it is not known (any more).
  public func status(of pod: NodeID) -> String? {
    let now = time.now()
    return state.withLock { $0.pods[pod.rawValue]?.settled(at: now).status }
  }

  /// How often an endpoint's bounds were really changed.
  public func changes(of endpoint: String) -> Int {
    state.withLock { $0.endpoints[endpoint]?.changes ?? 0 }
  }
}
