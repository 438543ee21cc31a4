import FleetModel

/// What a simulated month came to.
struct MonthFigures: Sendable {
  /// Idle times long enough to be found, and how they ended.
  struct Count: Sendable {
    var spells = 0
    var found = 0
    var late = 0

    var share: Double { spells == 0 ? 1 : Double(found) / Double(spells) }
  }

  /// By what kind of idleness.
  var held = Count()
  var context = Count()
  var empty = Count()
  var forever = Count()
  /// By machine: held ones only.
  var machines: [String: Count] = [:]
  /// Held ones that were not found in time: what was said of them when it should have been, by machine.
  var missed: [String: Int] = [:]
  /// Switched off, or called idle, while at work for longer than its exporter is blind.
  var busyStopped = 0
  var busyCalledIdle = 0
  /// Switched off within the time in which nobody who asks that exporter could know.
  var blindStops = 0
  var stops = 0
  var faults: [String: Int] = [:]
  /// Looks at running machines, and those that could tell nothing.
  var looks = 0
  var unobserved = 0
  var reasons: [String: Int] = [:]

  var faultCount: Int { faults.values.reduce(0, +) }
  var unobservedShare: Double { looks == 0 ? 0 : Double(unobserved) / Double(looks) }
  /// Of all idle times in which somebody holds the devices.
  var heldShare: Double {
    let spells = held.spells + context.spells
    return spells == 0 ? 1 : Double(held.found + context.found) / Double(spells)
  }

  func table(days: Int) -> String {
    var lines = ["\(days) simulated days; idle times long enough for their window:"]
    for (name, count) in [
      ("held", held), ("held, context only", context), ("held for ever (looks)", forever),
      ("empty", empty),
    ] {
      lines.append(
        "  \(pad(name, 24)) \(pad("\(count.spells)", 6)) found in time \(percent(count.share))"
          + "  late \(count.late)")
    }
    lines.append("  of all idle times that are held: \(percent(heldShare))")
    lines.append(
      "  stops \(stops), of machines at work \(busyStopped), within an exporter's blind time "
        + "\(blindStops); called idle at work \(busyCalledIdle)")
    lines.append("  sensor faults \(faultCount) \(faults.sorted { $0.key < $1.key })")
    lines.append("  unobserved \(percent(unobservedShare)) of \(looks) looks")
    let least = machines.sorted { $0.value.share < $1.value.share }.prefix(6)
    lines.append("  least found: \(least.map { "\($0.key) \(percent($0.value.share))" })")
    let misses = missed.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    lines.append("  missed: \(misses.prefix(20).map { "\($0.key) \($0.value)" })")
    lines.append(
      "  verdicts: \(reasons.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" })")
    return lines.joined(separator: "\n")
  }

  private func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
