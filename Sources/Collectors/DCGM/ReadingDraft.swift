import FleetModel

/// The values of one body as they come in, before they are a reading.
struct ReadingDraft {
  private(set) var devices: [DeviceDraft] = []
  private var sums: InlineArray<7, Double> = .init(repeating: 0)
  private var heard: InlineArray<7, Bool> = .init(repeating: false)
  private var spoiled: InlineArray<7, Bool> = .init(repeating: false)
  private var hostSums: InlineArray<4, Double?> = .init(repeating: nil)
  private var hostSpoiled: InlineArray<4, Bool> = .init(repeating: false)
  private(set) var rejected = 0

  init(devices count: Int = 0) {
    devices = Array(repeating: DeviceDraft(), count: count)
  }

  mutating func addDevice() { devices.append(DeviceDraft()) }

  @inline(__always)
  mutating func take(_ value: Double, of field: DeviceField, device index: Int) {
    if !devices[index].take(value, of: field) { rejected += 1 }
  }

  /// Adds to the sum of a request figure. A part that cannot be true makes the whole sum unknown:
  /// a sum without one of its parts would look like less work than there is.
  mutating func take(_ value: Double, of counter: RequestCounter) {
    let index = counter.rawValue
    heard[index] = true
    guard value.isFinite, value >= 0 else {
      spoiled[index] = true
      rejected += 1
      return
    }
    sums[index] = counter == .cache ? max(sums[index], value) : sums[index] + value
  }

  /// Adds to a sum of the host; a part that cannot be true makes the whole sum unknown.
  mutating func take(_ value: Double, of counter: HostCounter) {
    let index = counter.rawValue
    guard value.isFinite, value >= 0 else {
      hostSpoiled[index] = true
      rejected += 1
      return
    }
    hostSums[index] = (hostSums[index] ?? 0) + value
  }

  var host: HostReading? {
    guard HostCounter.allCases.contains(where: { hostSums[$0.rawValue] != nil }) else {
      return nil
    }
    let (idle, busy) = (sum(.cpuIdle), sum(.cpuBusy))
    return HostReading(
      cpuIdleSeconds: idle, cpuSeconds: idle.flatMap { idle in busy.map { idle + $0 } },
      networkBytes: sum(.network), diskBytes: sum(.disk))
  }

  private func sum(_ counter: HostCounter) -> Double? {
    hostSpoiled[counter.rawValue] ? nil : hostSums[counter.rawValue]
  }

  var requests: RequestReading? {
    guard RequestCounter.allCases.contains(where: { heard[$0.rawValue] }) else { return nil }
    return RequestReading(
      running: sum(.running), waiting: sum(.waiting), finished: sum(.finished),
      tokens: sum(.tokens), firstTokenSeconds: sum(.firstTokenSeconds),
      firstTokens: sum(.firstTokens), cacheUsage: sum(.cache).flatMap { $0 <= 1.05 ? $0 : nil })
  }

  private func sum(_ counter: RequestCounter) -> Double? {
    let index = counter.rawValue
    return heard[index] && !spoiled[index] ? sums[index] : nil
  }
}

/// The fields of one accelerator while a body is read.
struct DeviceDraft {
  private(set) var fields = DeviceReading()
  private var seen: UInt32 = 0
  private var spoiled: UInt32 = 0

  /// False when the value could not be taken: not in the field's range, or a second, different
  /// value for a field that has one, which leaves the field without any (RELIABILITY F03, F09).
  @inline(__always)
  mutating func take(_ value: Double, of field: DeviceField) -> Bool {
    let bit: UInt32 = 1 << UInt32(field.rawValue)
    guard seen & bit == 0 else { return takeAgain(value, of: field, bit) }
    seen |= bit
    fields[field] = value
    guard fields.count == (seen & ~spoiled).nonzeroBitCount else {
      spoiled |= bit
      return false
    }
    return true
  }

  private mutating func takeAgain(_ value: Double, of field: DeviceField, _ bit: UInt32) -> Bool {
    if spoiled & bit == 0, fields[field] == value { return true }
    spoiled |= bit
    fields[field] = nil
    return false
  }
}
