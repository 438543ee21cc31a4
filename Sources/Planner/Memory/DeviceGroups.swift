import FleetModel

/// The rows of a reading that belong to one physical GPU, where GPUs are cut into slices.
///
/// Power, energy and the limit are the whole GPU's, whichever row carries them; a slice's
/// utilisation is always 0 (dcgm-exporter#216, #50).
struct DeviceGroups {
  private let readings: [AcceleratorReading]
  private let rows: [DeviceRow]
  private let limits: Thresholds
  private let isSliced: Bool

  init(_ readings: [AcceleratorReading], _ limits: Thresholds) {
    self.readings = readings
    self.limits = limits
    rows = DeviceRow.rows(of: readings.map(\.id))
    isSliced = rows.contains(where: \.isSlice)
  }

  /// Puts into a sample what its GPU's other rows say.
  func complete(_ sample: inout Sample, at place: Int) {
    guard isSliced, rows[place].isSlice || rows[place].isParent else { return }
    let group = group(around: place)
    sample.utilization = nil
    sample.rowsOfDevice = group.count
    sample.memoryOfDevice = memory(of: group)
    sample.isSiblingActive = group.contains { $0 != place && isActive($0) }
    let energy = group.lazy.compactMap { readings[$0].fields[.totalEnergy] }.first
    sample.hasEnergy = energy != nil
    // One row carries the GPU's energy: the first slice.
    sample.energy = place == group.first(where: { rows[$0].isSlice }) ? energy : nil
    sample.powerLimit = group.lazy.compactMap { readings[$0].fields[.powerLimit] }.first
  }

  private func group(around place: Int) -> Range<Int> {
    var start = place
    while start > 0, !rows[start].isFirst { start -= 1 }
    var end = place + 1
    while end < rows.count, !rows[end].isFirst { end += 1 }
    return start..<end
  }

  /// Of the slices; nil where one does not say.
  private func memory(of group: Range<Int>) -> Double? {
    var sum = 0.0
    for place in group where rows[place].isSlice {
      guard let used = readings[place].fields[.memoryUsed] else { return nil }
      sum += used
    }
    return sum
  }

  private func isActive(_ place: Int) -> Bool {
    let fields = readings[place].fields
    return (fields[.engineActive] ?? 0) > limits.engineIdle
      || (fields[.tensorActive] ?? 0) > limits.tensorIdle
      || (fields[.dramActive] ?? 0) > limits.dramIdle
  }
}
