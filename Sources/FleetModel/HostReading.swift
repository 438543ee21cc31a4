/// What a machine itself did beside its accelerators: counters since it came up.
///
/// They can only keep a node, never stop one: a host at rest proves nothing of its accelerators.
/// What was not offered is nil, never zero.
public struct HostReading: Sendable, Hashable, Codable {
  /// Seconds its CPUs had nothing to do, all of them added up.
  public var cpuIdleSeconds: Double?
  /// Seconds its CPUs were there, idle or not, all of them added up: the clock the idle seconds
  /// are read by, so that neither our own clock nor the time of an answer is in the share.
  public var cpuSeconds: Double?
  /// Bytes over all networks but the loopback, both directions together.
  public var networkBytes: Double?
  /// Bytes read from and written to all disks.
  public var diskBytes: Double?

  public init(
    cpuIdleSeconds: Double? = nil, cpuSeconds: Double? = nil, networkBytes: Double? = nil,
    diskBytes: Double? = nil
  ) {
    self.cpuIdleSeconds = cpuIdleSeconds
    self.cpuSeconds = cpuSeconds
    self.networkBytes = networkBytes
    self.diskBytes = diskBytes
  }
}
