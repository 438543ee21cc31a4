public import FleetModel

/// How many machines of one type ran in each hour of the last 30 days, spot left out.
///
/// An hour in which nobody looked is unknown, never zero.
public struct HourlyUse: Sendable, Hashable, Codable {
  public var cloud: CloudName
  public var type: InstanceType
  public var region: Region
  /// 30 days.
  static let length: Int64 = 720
  private var hours = LevelRing(count: Int(length))
  /// The hour being watched, numbered from 1970, with the sum of the counts seen in it.
  private var current: Int64?
  private var sum = 0
  private var looks = 0

  init(_ kind: MachineKind) { (cloud, type, region) = (kind.cloud, kind.type, kind.region) }

  mutating func fold(_ count: Int, at moment: Timestamp) {
    let hour = moment.startOfHour.microseconds / 3_600_000_000
    guard hour >= current ?? hour else { return }
    if let over = current, hour > over {
      hours[over] = looks > 0 ? Double(sum) / Double(looks) : nil
      for missed in ((over + 1)..<hour).prefix(hours.count) { hours[missed] = nil }
      (sum, looks) = (0, 0)
    }
    current = hour
    sum += max(0, count)
    looks += 1
  }

  /// None ran for 30 days; looked at once an hour, at its first count.
  var isOver: Bool { looks == 1 && sum == 0 && !known.contains { $0 > 0 } }

  /// The mean count of each hour that is over and known, within the last 30 days; oldest first.
  var known: [Double] {
    guard let current else { return [] }
    return ((current - Self.length)..<current).compactMap { hours[$0] }
  }
}

extension Memory {
  /// Counts what runs, kind by kind; a kind that is gone counts none until it is forgotten.
  mutating func noteUse(of seen: [Node], at moment: Timestamp) {
    var counts: [MachineKind: Int] = [:]
    let billed = seen.lazy.filter { $0.state.isBilled && $0.capacity != .spot }
    for (kind, count) in [MachineKind: Int](counting: billed) {
      // However it is paid for, it is the same load.
      counts[MachineKind(cloud: kind.cloud, type: kind.type, region: kind.region), default: 0] +=
        count
    }
    var uses = usage ?? []
    for index in uses.indices {
      let count = counts.removeValue(forKey: uses[index].kind) ?? 0
      uses[index].fold(count, at: moment)
    }
    for kind in counts.keys.sorted() {
      var use = HourlyUse(kind)
      use.fold(counts[kind] ?? 0, at: moment)
      uses.append(use)
    }
    usage = uses.filter { !$0.isOver }.sorted { $0.kind < $1.kind }
  }
}

extension HourlyUse {
  var kind: MachineKind { MachineKind(cloud: cloud, type: type, region: region) }
}
