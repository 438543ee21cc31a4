import FleetModel

/// Why something that was read on a path is not handed on; a count of each says how a queue fares.
public enum NoticeDrop: String, Sendable, Hashable, CaseIterable {
  /// No document this path can carry: not JSON, cut short, another shape.
  case unreadable
  /// An event of another kind than those that end a machine.
  case foreign
  /// Of a region that is not ours.
  case elsewhere
  /// Of the right kind, and it ends nothing (a machine that starts).
  case harmless
  /// The end it names is so long over that nothing can be done about it any more.
  case late
}

extension Interruption {
  /// A notice whose id is the same on every path: a machine that ends for one reason ends once.
  init(
    _ kind: Kind, of node: NodeID, in cloud: CloudName, endsAt: Timestamp? = nil,
    noticedAt: Timestamp, path: String
  ) {
    self.init(
      id: "\(cloud)/\(node)/\(kind.rawValue)", cloud: cloud, node: node, kind: kind,
      endsAt: endsAt, noticedAt: noticedAt, path: path)
  }

  /// After this nothing is to be done about an end: the planner's own memory of it is over too.
  static let lifetime = Duration.minutes(15)

  /// The first of each id: a spot request and its instance, two events of one machine, say one end.
  static func once(_ notices: [Interruption]) -> [Interruption] {
    var known: Set<String> = []
    return notices.filter { known.insert($0.id).inserted }
  }

  func isLate(at moment: Timestamp) -> Bool {
    moment >= (endsAt ?? noticedAt).advanced(by: Self.lifetime)
  }
}

extension Timestamp {
  /// Reads the forms that clouds write the time of a notice in: RFC 3339 ("2026-11-21T09:00:00Z",
  /// an offset too, as Google writes it), "Sat, 4 Jun 2026 05:01:10 GMT", and that without the day's
  /// name.
  init?(noticeTime text: String) {
    if let moment = Timestamp(rfc3339: text) ?? Self.offset(text) {
      self = moment
      return
    }
    var words = text.split(separator: " ").map(String.init)
    if words.first?.hasSuffix(",") == true { words.removeFirst() }
    guard words.count == 5 else { return nil }
    if words[0].count == 1 { words[0] = "0" + words[0] }
    self.init(httpDate: "Sat, " + words.joined(separator: " "))
  }

  /// "2026-11-21T01:00:00.123-08:00".
  private static func offset(_ text: String) -> Timestamp? {
    let zone = text.suffix(6)
    guard text.count > 6, let sign = zone.first, sign == "+" || sign == "-" else { return nil }
    let parts = zone.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hours = Int64(parts[0]),
      let minutes = Int64(parts[1]), hours < 24, minutes < 60,
      let local = Timestamp(rfc3339: text.dropLast(6) + "Z")
    else { return nil }
    let ahead = Duration.seconds(hours * 3600 + minutes * 60)
    return local.advanced(by: sign == "+" ? .zero - ahead : ahead)
  }
}
