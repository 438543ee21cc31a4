/// How one kind of GPU looks to its sensors.
///
/// Watts are our judgement of common boards: idle and peak draw near the vendor's limits, and a
/// step that any running kernel costs by itself, because the clocks leave their lowest state; it is
/// what makes a little work visible in the energy counter.
public struct DeviceProfile: Sendable, Hashable {
  public var model: String
  public var memoryMiB: Double
  public var idleWatts: Double
  public var activeStepWatts: Double
  public var peakWatts: Double
  public var clockMHz: Double
  public var memoryClockMHz: Double

  public init(
    model: String, memoryMiB: Double, idleWatts: Double, activeStepWatts: Double,
    peakWatts: Double, clockMHz: Double, memoryClockMHz: Double
  ) {
    self.model = model
    self.memoryMiB = memoryMiB
    self.idleWatts = idleWatts
    self.activeStepWatts = activeStepWatts
    self.peakWatts = peakWatts
    self.clockMHz = clockMHz
    self.memoryClockMHz = memoryClockMHz
  }

  public static let h100 = DeviceProfile(
    model: "NVIDIA H100 80GB HBM3", memoryMiB: 81_559, idleWatts: 70, activeStepWatts: 45,
    peakWatts: 700, clockMHz: 1980, memoryClockMHz: 2619)
  public static let a100 = DeviceProfile(
    model: "NVIDIA A100-SXM4-40GB", memoryMiB: 40_960, idleWatts: 52, activeStepWatts: 35,
    peakWatts: 400, clockMHz: 1410, memoryClockMHz: 1215)
  public static let l40s = DeviceProfile(
    model: "NVIDIA L40S", memoryMiB: 46_068, idleWatts: 35, activeStepWatts: 30,
    peakWatts: 350, clockMHz: 2520, memoryClockMHz: 9001)

  /// Mean draw at a duty; a model that loads moves bytes, and its clocks are up.
  func watts(_ activity: DeviceActivity) -> Double {
    let duty = min(max(activity.duty, 0), 1)
    guard duty > 0 || activity.loading else { return idleWatts }
    return idleWatts + activeStepWatts + (peakWatts - idleWatts - activeStepWatts) * duty
  }
}
