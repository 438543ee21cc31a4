public import FleetModel

/// Which machine a target's exporter has said it is: the GPUs it named, and what goes with them.
public struct TargetIdentity: Sendable, Hashable, Codable {
  /// Every physical GPU it has named since its machine was started, sorted.
  public var devices: [AcceleratorID]
  /// The machine's name in the exporter's labels. It is kept to be shown, and decides nothing alone:
  /// an exporter in a container gives the container's name, another one at each of its starts.
  public var hostname: String?
  public var driver: String?
  /// The GPUs' model where all of them are alike.
  public var model: String?
  /// It has named other GPUs than before; nil: it has not, or that is explained.
  public var change: Change?

  /// GPUs were put in the place of others.
  public struct Change: Sendable, Hashable, Codable {
    /// One that was there before and is not named now.
    public var lost: AcceleratorID
    /// One that is named in its place.
    public var found: AcceleratorID
    /// When the former ones were last named: only a machine started after that explains it.
    public var lastHeardAt: Timestamp
    public var noticedAt: Timestamp
  }

  init(_ reading: NodeReading) {
    devices = Self.devices(in: reading)
    hostname = reading.hostname
    driver = reading.driver
    model = Self.model(in: reading)
  }

  /// Sorted, each once.
  static func devices(in reading: NodeReading) -> [AcceleratorID] {
    var devices: [AcceleratorID] = []
    for accelerator in reading.accelerators {
      let device = accelerator.id.device
      if devices.last != device { devices.append(device) }
    }
    return devices
  }

  private static func model(in reading: NodeReading) -> String? {
    guard let first = reading.accelerators.first?.model, !first.isEmpty else { return nil }
    return reading.accelerators.allSatisfy { $0.model == first } ? first : nil
  }

  /// Takes in what the exporter names now; `before` is its last reading.
  ///
  /// GPUs that come on top are taken in: at a machine's start they appear one after the other, and
  /// those that were there go on being judged. GPUs that only vanish are missed one by one. Others
  /// in the place of those that were there are another machine's, and are believed no more, not
  /// even when the former ones come back: who answers at this address is not known.
  mutating func take(_ reading: NodeReading, after before: Timestamp?) {
    let now = Self.devices(in: reading)
    guard !now.isEmpty else { return }
    (hostname, driver) = (reading.hostname ?? hostname, reading.driver ?? driver)
    guard now != devices else { return }
    model = Self.model(in: reading)
    let found = now.first { !devices.contains($0) }
    let lost = devices.first { !now.contains($0) }
    guard let found else { return }
    guard let lost else {
      devices = (Set(devices).union(now)).sorted()
      return
    }
    change =
      change
      ?? Change(
        lost: lost, found: found, lastHeardAt: before ?? reading.receivedAt,
        noticedAt: reading.receivedAt)
  }
}

extension TargetIdentity {
  /// The clock was set back: what was noted in the future was noted by now.
  mutating func comeBack(to moment: Timestamp) {
    guard let noted = change else { return }
    change?.lastHeardAt = min(noted.lastHeardAt, moment)
    change?.noticedAt = min(noted.noticedAt, moment)
  }
}

extension TargetMemory {
  mutating func noteIdentity(of reading: NodeReading) {
    guard !reading.accelerators.isEmpty else { return }
    guard let known = identity else {
      identity = TargetIdentity(reading)
      return
    }
    if let driver = reading.driver, let before = known.driver, driver != before {
      accelerators.changeAll { $0.power?.beginAnew() }
    }
    identity?.take(reading, after: lastReadingAt)
  }

  /// Begins the set of GPUs anew: what was last named before `moment` is another machine's, or is
  /// not in this one any more.
  mutating func beginAnew(from moment: Timestamp) {
    let kept = accelerators.keys.filter { (lastHeard($0) ?? moment) >= moment }
    for id in accelerators.keys where !kept.contains(id) { accelerators[id] = nil }
    identity?.devices = Set(kept.map(\.device)).sorted()
    identity?.change = nil
    if accelerators.isEmpty { identity = nil }
    endConflict()
  }

  mutating func endConflict() { (conflict, conflictAt) = (nil, nil) }
}
