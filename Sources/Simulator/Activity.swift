public import FleetModel

/// What one accelerator truly does at a moment; exporters turn it into fields.
public struct DeviceActivity: Sendable, Hashable {
  /// Share of time at work, 0…1.
  public var duty: Double
  /// MiB in use; nil where the recording does not say.
  public var memoryUsed: Double?
  /// A model is being loaded: bytes move, no work is done.
  public var loading: Bool

  public init(duty: Double, memoryUsed: Double?, loading: Bool = false) {
    self.duty = duty
    self.memoryUsed = memoryUsed
    self.loading = loading
  }

  public static let off = DeviceActivity(duty: 0, memoryUsed: 0)

  /// A process is there, at work or not: it holds memory, were it only its context's few hundred
  /// MiB.
  public var holdsDevice: Bool { duty > 0 || loading || (memoryUsed ?? 0) > 0 }
}

/// The truth of a fleet: what every accelerator does at every moment.
///
/// Contract: a function of its arguments alone; asking twice, or out of order, changes nothing.
public protocol ActivitySource: Sendable {
  /// nil where there is no recording for this moment: the exporter then has nothing to say.
  func activity(node: Int, accelerator: Int, at moment: Timestamp) -> DeviceActivity?
}
