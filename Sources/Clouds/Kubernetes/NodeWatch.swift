import FleetModel
import Planner
import Ports
import Synchronization

/// The cluster's nodes, kept up to date by a watch so that looking at them is cheap.
///
/// What is given is whole: either a list just read, or the last list with every change since, on a
/// watch that was heard within `longestSilence`. Anything else is read anew or thrown.
final class NodeWatch: Sendable {
  let nodes: KnownNodes
  private let calls: KubernetesCalls
  private let time: any TimeSource
  /// False: every look is a list.
  let follows: Bool
  private let following = Mutex<Task<Void, Never>?>(nil)

  init(calls: KubernetesCalls, time: any TimeSource, follows: Bool) {
    self.calls = calls
    self.time = time
    self.follows = follows
    nodes = KnownNodes()
  }

  deinit { following.withLock { $0?.cancel() } }

  /// All nodes of the cluster, and the clock skew where they were just read.
  func current() async throws(ActuateError) -> (nodes: [KubeNode], clockSkew: Duration?) {
    let limit = KubernetesRequests.longestSilence
    if follows, let known = nodes.known(heardSince: time.now().advanced(by: .zero - limit)) {
      return (known, nil)
    }
    let listing = try await Self.relist(nodes, calls, time)
    if follows { follow() }
    return (listing.items, listing.clockSkew)
  }

  private static func relist(
    _ nodes: KnownNodes, _ calls: KubernetesCalls, _ time: any TimeSource
  ) async throws(ActuateError) -> KubernetesCalls.Listing<KubeNode> {
    let askedAt = time.now()
    let listing = try await calls.list(of: KubeNode.self) { calls.requests.listNodes(after: $0) }
    nodes.replace(with: listing.items, version: listing.version, at: askedAt)
    return listing
  }

  /// Begins to follow the changes, once. The task holds what it needs and not the watch itself, so
  /// that it ends with its owner.
  private func follow() {
    let (nodes, calls, time) = (nodes, calls, time)
    following.withLock { task in
      guard task == nil else { return }
      task = Task { await Self.follow(nodes, calls, time) }
    }
  }

  /// The longest wait between two attempts, and the least between two watches.
  private static let longestWait = Duration.seconds(30)
  private static let leastWait = Duration.seconds(1)

  private static func follow(
    _ nodes: KnownNodes, _ calls: KubernetesCalls, _ time: any TimeSource
  ) async {
    var wait = leastWait
    while !Task.isCancelled {
      do throws(ActuateError) {
        if nodes.version == nil { _ = try await relist(nodes, calls, time) }
        let heard = try await follow(since: nodes.version ?? "", nodes, calls, time)
        wait = heard ? leastWait : min(longestWait, wait * 2)
      } catch {
        nodes.lose(forgetting: KubernetesCalls.isExpired(error))
        wait = min(longestWait, max(wait * 2, calls.calls.jitter.wait(after: wait)))
      }
      // A state that is forgotten there is read anew at once.
      if nodes.version == nil, wait == leastWait { continue }
      do { try await time.sleep(for: wait) } catch { return }
    }
  }

  /// One watch to its end; false when nothing came on it.
  private static func follow(
    since version: String, _ nodes: KnownNodes, _ calls: KubernetesCalls, _ time: any TimeSource
  ) async throws(ActuateError) -> Bool {
    let feed = WatchFeed<KubeNode>()
    try await calls.calls.stream(calls.requests.watchNodes(since: version)) { bytes in
      feed.take(bytes) { nodes.take($0, at: time.now()) }
    }
    nodes.lose(forgetting: feed.isSpoilt)
    return feed.hasHeard
  }
}

/// The last known state of the nodes, and up to which version.
final class KnownNodes: Sendable {
  private struct State {
    var nodes: [String: KubeNode] = [:]
    var version: String?
    var heardAt: Timestamp?
  }

  private let state = Mutex(State())

  /// nil: the state is to be read anew.
  var version: String? { state.withLock { $0.version } }

  /// Everything, when it was confirmed since `moment`.
  func known(heardSince moment: Timestamp) -> [KubeNode]? {
    state.withLock { state in
      guard let heardAt = state.heardAt, heardAt >= moment else { return nil }
      return Array(state.nodes.values)
    }
  }

  /// What is there, however old; for interruptions, which are only ever added.
  var all: [KubeNode] { state.withLock { Array($0.nodes.values) } }

  func replace(with nodes: [KubeNode], version: String, at moment: Timestamp) {
    state.withLock { state in
      state = State(
        nodes: Dictionary(
          nodes.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first }),
        version: version.isEmpty ? nil : version, heardAt: moment)
    }
  }

  /// The watch is no longer there: what is known may be old. Its place is kept unless the server has
  /// forgotten it.
  func lose(forgetting: Bool) {
    state.withLock { state in
      state.heardAt = nil
      if forgetting { state.version = nil }
    }
  }

  /// A change; one that the state holds already is left out. Versions are numbers that grow
  /// (Kubernetes 1.35, KEP-5504).
  func take(_ event: WatchEvent<KubeNode>, at moment: Timestamp) {
    state.withLock { state in
      state.heardAt = moment
      let known = state.version.flatMap { Int($0) } ?? 0
      if let new = event.version.flatMap({ Int($0) }), new <= known { return }
      switch event {
      case .changed(let node): state.nodes[node.metadata.name] = node
      case .deleted(let node): state.nodes[node.metadata.name] = nil
      case .bookmark: break
      }
      if let version = event.version { state.version = version }
    }
  }
}
