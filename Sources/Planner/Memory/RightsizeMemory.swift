public import FleetModel

/// What a pool's devices needed over the last one to two weeks (SEMANTICS 4.11).
///
/// Two spans of seven days: the one being filled and the one before. What was needed longer ago is
/// forgotten. Folding a reading costs the same however long the pool has been watched.
public struct RightsizeMemory: Sendable, Hashable, Codable {
  /// SEMANTICS 4.11: seven days†.
  static let span = Duration.days(7)

  private var present: DeviceNeeds?
  private var before: DeviceNeeds?

  public init() {}

  /// Takes in what the devices of one node of the pool said.
  public mutating func fold(_ reading: NodeReading) {
    guard !reading.accelerators.isEmpty else { return }
    turn(at: reading.receivedAt)
    present?.hear(at: reading.receivedAt)
    for device in reading.accelerators { present?.fold(device.fields) }
  }

  /// Takes in how full the fullest key-value cache was.
  public mutating func fold(_ demand: PoolDemand) {
    guard let usage = demand.cacheUsage else { return }
    turn(at: demand.at)
    present?.note(cacheUsage: usage)
  }

  /// All that is remembered, once seven days of it were heard with SEMANTICS 4.1's coverage.
  func needs(at now: Timestamp) -> DeviceNeeds? {
    guard let present else { return nil }
    let sum = before.map { $0 + present } ?? present
    guard now.duration(since: sum.from) >= Self.span else { return nil }
    let hours = max(168, sum.to.duration(since: sum.from).inSeconds / 3600)
    return Double(sum.hours) >= hours * 0.9 ? sum : nil
  }

  private mutating func turn(at moment: Timestamp) {
    guard let from = present?.from else { return present = DeviceNeeds(from: moment) }
    guard moment.duration(since: from) >= Self.span else { return }
    // Two spans ago is too long ago, even when nothing was heard since.
    before = moment.duration(since: from) < Self.span * 2 ? present : nil
    present = DeviceNeeds(from: moment)
  }
}

/// What devices needed over a time, as distributions.
struct DeviceNeeds: Sendable, Hashable, Codable {
  var from: Timestamp
  var to: Timestamp
  /// Hours of the time in which something was heard.
  private(set) var hours = 0
  private var lastHour: Timestamp?
  /// MiB.
  private(set) var memoryMost = 0.0
  private(set) var deviceMemory: Double?
  private var memory = ShareHistogram()
  private(set) var engine = ShareHistogram()
  private(set) var tensor = ShareHistogram()
  private(set) var dram = ShareHistogram()
  private(set) var cachePeak: Double?

  init(from: Timestamp) { (self.from, to) = (from, from) }

  mutating func hear(at moment: Timestamp) {
    to = max(to, moment)
    guard moment.startOfHour != lastHour else { return }
    lastHour = moment.startOfHour
    hours += 1
  }

  mutating func note(cacheUsage: Double) { cachePeak = max(cachePeak ?? 0, cacheUsage) }

  mutating func fold(_ fields: DeviceReading) {
    if let used = fields[.memoryUsed] {
      memoryMost = max(memoryMost, used)
      if let free = fields[.memoryFree] {
        let whole = used + free + (fields[.memoryReserved] ?? 0)
        deviceMemory = max(deviceMemory ?? 0, whole)
        if whole > 0 { memory.add(used / whole) }
      }
    }
    // SM activity is not exported by default; the engine's is never less.
    if let load = fields[.engineActive] ?? fields[.gpuUtilization].map({ $0 / 100 }) {
      engine.add(load)
    }
    if let share = fields[.tensorActive] { tensor.add(share) }
    if let share = fields[.dramActive] { dram.add(share) }
  }

  /// The 99th percentile of memory used, MiB; the most ever used where the whole is not known. nil
  /// when nothing was heard of it.
  var memoryNeeded: Double? {
    guard memoryMost > 0 else { return nil }
    guard let deviceMemory, let share = memory.quantile(0.99) else { return memoryMost }
    return min(memoryMost, share * deviceMemory)
  }

  static func + (left: DeviceNeeds, right: DeviceNeeds) -> DeviceNeeds {
    var sum = left
    sum.from = min(left.from, right.from)
    sum.to = max(left.to, right.to)
    sum.hours += right.hours
    sum.memoryMost = max(left.memoryMost, right.memoryMost)
    sum.deviceMemory = [left.deviceMemory, right.deviceMemory].compactMap(\.self).max()
    sum.memory = left.memory + right.memory
    sum.engine = left.engine + right.engine
    sum.tensor = left.tensor + right.tensor
    sum.dram = left.dram + right.dram
    sum.cachePeak = [left.cachePeak, right.cachePeak].compactMap(\.self).max()
    return sum
  }
}
