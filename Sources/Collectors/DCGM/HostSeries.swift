/// The series of the machine itself that stand in the same body where node_exporter and
/// dcgm-exporter are read through one address (node_exporter's names, collector/cpu_common.go,
/// netdev_common.go and diskstats_common.go).
enum HostSeries: Sendable, Hashable, CaseIterable {
  case cpu, received, transmitted, read, written

  init?(_ name: BodyText) {
    guard name.count > 14, name.begins("node_"),
      let series = Self.allCases.first(where: { name.equals($0.metricName) })
    else { return nil }
    self = series
  }

  var metricName: StaticString {
    switch self {
    case .cpu: "node_cpu_seconds_total"
    case .received: "node_network_receive_bytes_total"
    case .transmitted: "node_network_transmit_bytes_total"
    case .read: "node_disk_read_bytes_total"
    case .written: "node_disk_written_bytes_total"
    }
  }

  /// What one of them adds to; nil: to nothing, as the loopback, over which a machine speaks to
  /// itself only. Which of several CPUs or disks it is of no consequence.
  func counter(mode: BodyText?, device: BodyText?) -> HostCounter? {
    switch self {
    case .cpu: mode.map { $0.equals("idle") ? .cpuIdle : .cpuBusy }
    case .received, .transmitted: device?.equals("lo") ?? false ? nil : .network
    case .read, .written: .disk
    }
  }
}

/// A sum over a machine's CPUs, networks or disks.
enum HostCounter: Int, Sendable, Hashable, CaseIterable {
  case cpuIdle, cpuBusy, network, disk

  static let count = 4
}
