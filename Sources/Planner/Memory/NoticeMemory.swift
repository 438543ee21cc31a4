public import FleetModel

/// A cloud's announcement that a node ends, as it is remembered until the node is gone.
public struct NoticeMemory: Sendable, Hashable, Codable {
  public var kind: Interruption.Kind
  /// When the node is gone; nil: not said.
  public var endsAt: Timestamp?
  /// When its cloud said so first.
  public var noticedAt: Timestamp
  /// When we heard it first, or heard that it is graver than we thought.
  public var heardAt: Timestamp
  /// The paths it was heard on, sorted, each once.
  public var paths: [String]

  init(_ interruption: Interruption, at moment: Timestamp) {
    heardAt = moment
    kind = interruption.kind
    endsAt = interruption.endsAt
    noticedAt = interruption.noticedAt
    paths = [interruption.path]
  }

  /// The same end said again, on this path or another: the sooner end and the graver word stand.
  mutating func add(_ interruption: Interruption, at moment: Timestamp) {
    if !kind.endsNode, interruption.endsNode { (kind, heardAt) = (interruption.kind, moment) }
    endsAt = [endsAt, interruption.endsAt].compactMap(\.self).min()
    noticedAt = min(noticedAt, interruption.noticedAt)
    if !paths.contains(interruption.path) { paths = (paths + [interruption.path]).sorted() }
  }
}

extension Memory {
  /// A notice is good for this long after the end it names, or after it was heard where it names
  /// none: what still runs then was spared (a cancelled maintenance).
  static let noticeLifetime = Duration.minutes(15)

  /// Takes in a notice; any number of repeats, on any paths, are one.
  public mutating func fold(_ interruption: Interruption, at moment: Timestamp) {
    var known = notices ?? [:]
    if known[interruption.node]?.add(interruption, at: moment) == nil {
      known[interruption.node] = NoticeMemory(interruption, at: moment)
    }
    notices = known
  }

  /// Forgets notices whose time is over, and those of nodes that have ended.
  public mutating func forgetNotices(at moment: Timestamp, listed nodes: [Node]) {
    guard notices?.isEmpty == false else { return }
    let ended = Set(nodes.filter { !$0.state.isLive && $0.state != .stopping }.map(\.id))
    notices = notices?.filter { id, notice in
      let end = (notice.endsAt ?? notice.noticedAt).advanced(by: Self.noticeLifetime)
      return moment < end && !ended.contains(id)
    }
    if notices?.isEmpty == true { notices = nil }
  }

  /// Nodes that end, and when; of those without a said end, since when it is known.
  public var endingNodes: [NodeID: Timestamp]? {
    let ending = (notices ?? [:]).filter { $0.value.kind.endsNode }
    return ending.isEmpty ? nil : ending.mapValues { $0.endsAt ?? $0.noticedAt }
  }
}
