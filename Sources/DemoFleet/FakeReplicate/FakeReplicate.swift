import FleetModel
public import Ports
import Synchronization

/// Replicate's deployments API over loopback HTTP, as far as a fleet controller and replicate-python
/// use it.
public final class FakeReplicate: Sendable {
  let state: Mutex<ReplicateState>
  let time: any TimeSource
  private let faults: FaultInjector
  private let running = Mutex<FakeService?>(nil)

  /// - Parameters:
  ///   - token: the only one that is taken, until others are set.
  ///   - pageSize: deployments on a page of the list.
  public init(
    token: String = "r8_demo", pageSize: Int = 100, time: any TimeSource,
    faults: FaultInjector = FaultInjector()
  ) {
    state = Mutex(ReplicateState(tokens: [token], pageSize: max(1, pageSize)))
    self.time = time
    self.faults = faults
  }

  /// Starts listening on 127.0.0.1 and gives the API's base, "http://127.0.0.1:PORT/v1".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let service = FakeService(
      .replicate, faults: faults, time: time,
      dialect: FakeService.Dialect(
        action: { ReplicateState.action($0) },
        answer: { [self] asked, action in
          let now = time.now()
          return state.withLock { $0.answer(asked, action, at: now) }
        }, refusal: { ReplicateState.refusal($0, $1, $2) }))
    let endpoint = try await service.start(port: port)
    state.withLock { $0.base = endpoint }
    running.withLock { $0 = service }
    return endpoint + "/v1"
  }

  public func stop() async {
    let service = running.withLock { $0 }
    await service?.stop()
  }

  /// The requests so far, oldest first; of an operation ("updateDeployment"), or all.
  public func calls(_ action: String? = nil) -> [FakeCall] {
    running.withLock { $0 }?.calls(action) ?? []
  }

  /// Puts a deployment there.
  public func add(
    _ name: String, owner: String = "acme", hardware: String = "gpu-l40s",
    instances: ClosedRange<Int> = 1...4
  ) {
    let now = time.now()
    state.withLock { state in
      state.deployments["\(owner)/\(name)"] = ReplicateState.Deployment(
        owner: owner, name: name, model: "acme/demo", version: String(repeating: "5c7d", count: 16),
        hardware: hardware, least: instances.lowerBound, most: instances.upperBound,
        releasedAt: now)
    }
  }

  /// The tokens that are taken from now on.
  public func accept(tokens: Set<String>) { state.withLock { $0.tokens = tokens } }

  /// Hardware that can not be had until this is called again.
  public func sellOut(_ hardware: Set<String>) { state.withLock { $0.soldOut = hardware } }

  /// Where the list says its next page is, in place of here: "https://elsewhere.example".
  public func sendPagesTo(_ base: String) { state.withLock { $0.pageBase = base } }

  /// How many releases "OWNER/NAME" has had; nil when there is none of that name.
  public func releases(of name: String) -> Int? {
    state.withLock { $0.deployments[name]?.release }
  }
}
