import FleetModel

/// What a host did between two readings of its counters; what cannot be told is nil.
///
/// A counter that fell began anew (a restart, an interface that went): that pair tells nothing.
struct HostRates {
  /// Of the CPUs' time, 0…1.
  var cpu: Double?
  /// Bytes per second.
  var network: Double?
  var disk: Double?

  init(from before: HostReading, to now: HostReading, in time: Duration) {
    let grown = { (old: Double?, new: Double?) -> Double? in
      guard let old, let new, new >= old else { return nil }
      return new - old
    }
    if let idle = grown(before.cpuIdleSeconds, now.cpuIdleSeconds),
      let all = grown(before.cpuSeconds, now.cpuSeconds), all > 0
    {
      cpu = max(0, 1 - idle / all)
    }
    guard time > .zero else { return }
    network = grown(before.networkBytes, now.networkBytes).map { $0 / time.inSeconds }
    disk = grown(before.diskBytes, now.diskBytes).map { $0 / time.inSeconds }
  }

  /// Any of them is above what a host at rest does.
  func areWork(_ limits: Thresholds) -> Bool {
    (cpu ?? 0) > limits.cpuIdle || (network ?? 0) > limits.networkIdle
      || (disk ?? 0) > limits.diskIdle
  }
}
