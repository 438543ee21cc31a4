import FleetModel
public import Ports
import Synchronization

/// A Kubernetes API server over loopback HTTP, as far as a fleet controller, kubectl and other
/// clients use it on nodes, pods, workloads and Karpenter's pools.
///
/// Differences to a real server are faults of this type: it is judged by kubectl and the Python
/// client in its tests. Known ones: plain HTTP, lists where a table is asked for, no JSON patch and
/// no server-side apply, and unknown fields are always refused.
public final class FakeKubernetes: Sendable {
  struct State: Sendable {
    var cluster: FakeCluster
    /// nil: nobody has to say who asks.
    var tokens: Set<String>?
    var forbidden: Set<String> = []
    var splitsPieces = false
  }

  /// How long things take, on the fake's clock.
  public struct Lag: Sendable, Hashable {
    /// From placed to ready.
    public var podStart: Duration
    /// From eviction to gone, at most the pod's own grace.
    public var podEnd: Duration
    /// From the deletion of one of Karpenter's nodes until the machine is gone.
    public var nodeEnd: Duration
    /// Between two bookmarks of a watch.
    public var bookmark: Duration

    /// A model takes minutes to load; the defaults are short so that a demo shows something.
    public init(
      podStart: Duration = .seconds(5), podEnd: Duration = .seconds(2),
      nodeEnd: Duration = .seconds(10), bookmark: Duration = .seconds(60)
    ) {
      self.podStart = podStart
      self.podEnd = podEnd
      self.nodeEnd = nodeEnd
      self.bookmark = bookmark
    }

    public static let none = Lag(podStart: .zero, podEnd: .zero, nodeEnd: .zero)
  }

  let state: Mutex<State>
  let time: any TimeSource
  private let faults: FaultInjector
  private let service = Mutex<FakeService?>(nil)

  public init(
    lag: Lag = Lag(), time: any TimeSource, faults: FaultInjector = FaultInjector()
  ) {
    state = Mutex(State(cluster: FakeCluster(lag: lag)))
    self.time = time
    self.faults = faults
    change { cluster, now in
      for name in ["default", "kube-system"] {
        cluster.write(
          FakeKey("namespaces", name),
          ["apiVersion": "v1", "kind": "Namespace", "status": ["phase": "Active"]], at: now)
      }
    }
  }

  /// Starts listening on 127.0.0.1 and gives the server's URL, "http://127.0.0.1:PORT".
  public func start(port: Int = 0) async throws(DemoError) -> String {
    let service = FakeService(
      .kubernetes, faults: faults, time: time,
      dialect: FakeService.Dialect(
        action: { FakeRoute($0)?.action ?? "\($0.method) \($0.path)" },
        answer: { [self] asked, action in answer(asked, action) },
        refusal: { code, status, message in
          FakeKubernetesRefusal(
            status, code, message, retryAfter: status == 429 ? 1 : nil
          ).answer
        }))
    self.service.withLock { $0 = service }
    return try await service.start(port: port)
  }

  public func stop() async {
    await service.withLock { $0 }?.stop()
  }

  /// The requests so far, oldest first; of an action ("patch nodes"), or all.
  public func calls(_ action: String? = nil) -> [FakeCall] {
    service.withLock { $0 }?.calls(action) ?? []
  }

  /// Runs with the cluster as it is now, its controllers up to date before and after.
  @discardableResult
  func change<Result>(_ body: (inout FakeCluster, Timestamp) -> Result) -> Result {
    let now = time.now()
    return state.withLock { state in
      state.cluster.settle(at: now)
      defer { state.cluster.settle(at: now) }
      return body(&state.cluster, now)
    }
  }
}

extension FakeKubernetes {
  private func answer(_ asked: LoopbackServer.Asked, _ action: String) -> Answer {
    do throws(FakeKubernetesRefusal) {
      try admit(asked, action)
      if asked.method == "GET", let document = FakeResource.discovery(asked.path) {
        return Answer(contentType: "application/json", body: document.bytes)
      }
      guard let route = FakeRoute(asked) else { throw .noSuchPath }
      guard route.action != nil else { throw .bad("unknown method \(asked.method)") }
      if route.method == "GET", route.name == nil, route.isWatch { return try watch(route) }
      let outcome = change { cluster, now -> Result<(Int, FakeJSON), FakeKubernetesRefusal> in
        do throws(FakeKubernetesRefusal) {
          return .success(try cluster.answer(route, asked, at: now))
        } catch {
          return .failure(error)
        }
      }
      let (status, document) = try outcome.get()
      return Answer(status: status, contentType: "application/json", body: document.bytes)
    } catch {
      return error.answer
    }
  }

  private func admit(_ asked: LoopbackServer.Asked, _ action: String) throws(FakeKubernetesRefusal)
  {
    let (tokens, forbidden) = state.withLock { ($0.tokens, $0.forbidden) }
    if let tokens {
      let words = (asked.headers["authorization"] ?? "").split(separator: " ").map(String.init)
      guard words.count == 2, words[0] == "Bearer", tokens.contains(words[1]) else {
        throw FakeKubernetesRefusal(401, "Unauthorized", "Unauthorized")
      }
    }
    guard forbidden.contains(action) else { return }
    throw FakeKubernetesRefusal(
      403, "Forbidden", "User \"finops\" cannot \(action) at the cluster scope")
  }
}
