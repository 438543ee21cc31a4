import FleetModel
import Ports
import Synchronization

extension FakeKubernetes {
  /// A stream of the changes after a version, until its time is over. Changes that are forgotten
  /// are an ERROR event in a stream with status 200, as the real server's watch cache has it.
  func watch(_ route: FakeRoute) throws(FakeKubernetesRefusal) -> Answer {
    let scope = try route.scope()
    let asked = route.query["resourceVersion"] ?? ""
    guard asked.isEmpty || Int(asked) != nil else {
      throw FakeKubernetesRefusal(400, "BadRequest", "Invalid value: \"\(asked)\": resourceVersion")
    }
    let limit = route.query["timeoutSeconds"].flatMap { Int($0) } ?? 1800
    let cursor = FakeWatch(
      of: scope, in: self, since: asked.isEmpty || asked == "0" ? nil : Int(asked),
      isInitial: ["1", "true"].contains(route.query["sendInitialEvents"]),
      bookmarks: ["1", "true"].contains(route.query["allowWatchBookmarks"]),
      until: time.now().advanced(by: .seconds(limit)))
    var answer = Answer(contentType: "application/json", body: [])
    answer.more = { await cursor.next() }
    return answer
  }

  /// Whether watchers get their lines cut at odd places.
  public func splitLines(_ splits: Bool) { state.withLock { $0.splitsPieces = splits } }
}

/// One watcher's place in the log.
final class FakeWatch: Sendable {
  private struct Place {
    /// nil: everything there is comes first.
    var version: Int?
    var isOver = false
    var bookmarkAt: Timestamp
    var rest: [UInt8] = []
  }

  private let scope: FakeScope
  private let server: FakeKubernetes
  private let isInitial: Bool
  private let bookmarks: Bool
  private let end: Timestamp
  private let place: Mutex<Place>
  private let interval: Duration

  /// How often the log is looked at, in real time; and how often a silent one lets its connection
  /// be looked at.
  private static let pause = Duration.milliseconds(15)
  private static let looks = 20

  init(
    of scope: FakeScope, in server: FakeKubernetes, since version: Int?, isInitial: Bool,
    bookmarks: Bool, until end: Timestamp
  ) {
    self.scope = scope
    self.server = server
    self.isInitial = isInitial
    self.bookmarks = bookmarks
    self.end = end
    interval = server.state.withLock { $0.cluster.lag.bookmark }
    place = Mutex(
      Place(version: version, bookmarkAt: server.time.now().advanced(by: interval)))
  }

  /// The next piece; empty when nothing has come for a while, nil at the end.
  func next() async -> [UInt8]? {
    for _ in 0..<Self.looks {
      if let piece = rest() { return piece }
      if place.withLock({ $0.isOver }) { return nil }
      let lines = look()
      if !lines.isEmpty {
        let bytes = lines.flatMap { $0.bytes + [UInt8(ascii: "\n")] }
        place.withLock { $0.rest = bytes }
        continue
      }
      do { try await Task.sleep(for: Self.pause) } catch { return nil }
    }
    return []
  }

  /// What is still to be sent of the last look; a third of it where lines are to be cut.
  private func rest() -> [UInt8]? {
    let splits = server.state.withLock { $0.splitsPieces }
    return place.withLock { place in
      guard !place.rest.isEmpty else { return nil }
      let count = splits ? max(1, place.rest.count / 3) : place.rest.count
      defer { place.rest.removeFirst(count) }
      return Array(place.rest.prefix(count))
    }
  }

  private func look() -> [FakeJSON] {
    server.change { cluster, now in
      place.withLock { place in
        var lines = events(in: cluster, &place)
        guard !place.isOver else { return lines }
        let isOver = now >= end
        if bookmarks, isOver || now >= place.bookmarkAt {
          place.bookmarkAt = now.advanced(by: interval)
          lines.append(bookmark(cluster.version))
        }
        place.isOver = isOver
        return lines
      }
    }
  }

  private func events(in cluster: FakeCluster, _ place: inout Place) -> [FakeJSON] {
    defer { place.version = cluster.version }
    guard let version = place.version else {
      let there = cluster.objects.filter { scope.holds($0.key, $0.value) }
        .sorted { $0.key < $1.key }
      let lines = there.map { Self.event("ADDED", $0.value) }
      return isInitial ? lines + [bookmark(cluster.version, ends: true)] : lines
    }
    guard version >= cluster.compacted else {
      place.isOver = true
      let refusal = FakeKubernetesRefusal(
        410, "Expired", "too old resource version: \(version) (\(cluster.compacted))")
      return [Self.event("ERROR", refusal.document)]
    }
    let start = cluster.log.firstIndex { $0.version > version } ?? cluster.log.endIndex
    return cluster.log[start...].compactMap(event)
  }

  /// A change as this watcher sees it: what leaves its scope is deleted to it.
  private func event(_ change: FakeCluster.Change) -> FakeJSON? {
    let was = change.before.map { scope.holds(change.key, $0) } ?? false
    let isThere = change.after.map { scope.holds(change.key, $0) } ?? false
    switch (was, isThere) {
    case (false, true): return change.after.map { Self.event("ADDED", $0) }
    case (true, true): return change.after.map { Self.event("MODIFIED", $0) }
    case (true, false):
      return (change.after ?? change.before).map { Self.event("DELETED", $0) }
    case (false, false): return nil
    }
  }

  private static func event(_ type: String, _ object: FakeJSON) -> FakeJSON {
    ["type": .text(type), "object": object]
  }

  private func bookmark(_ version: Int, ends: Bool = false) -> FakeJSON {
    var metadata: FakeJSON = [
      "resourceVersion": .text(String(version)), "creationTimestamp": .null,
    ]
    if ends { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
    var object: FakeJSON = [
      "kind": .text(scope.resource.kind), "apiVersion": .text(scope.resource.groupVersion),
      "metadata": metadata,
    ]
    if scope.resource.kind == "Pod" { object["spec"] = ["containers": .null] }
    return Self.event("BOOKMARK", object)
  }
}
