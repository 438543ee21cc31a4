/// How one kind of GPU looks to its sensors.
///
/// A process that only holds the GPU lifts its power by a fixed step, whatever memory it holds: the
/// clocks leave their lowest state and stay up until the process ends (arXiv 2605.23918, measured on
/// 14 H100s, A100 and L40S: 26 to 50 W on the first two, 66 W on the last; sgl-project/sglang#27567).
/// Peak watts are the board's power limit, memory the data sheet's. † marks our own judgement.
public struct DeviceProfile: Sendable, Hashable {
  public var model: String
  public var memoryMiB: Double
  /// With no process on it.
  public var idleWatts: Double
  /// What a process costs by being there.
  public var contextWatts: Double
  /// At full work: the power limit.
  public var peakWatts: Double
  public var clockMHz: Double
  /// The SM clock with no process on it.
  public var restingClockMHz: Double
  public var memoryClockMHz: Double
  /// As `nvidia-smi` names a half of its compute slices; empty where it cannot be cut.
  public var halfProfile: String

  public init(
    model: String, memoryMiB: Double, idleWatts: Double, contextWatts: Double, peakWatts: Double,
    clockMHz: Double, restingClockMHz: Double = 210, memoryClockMHz: Double,
    halfProfile: String = ""
  ) {
    self.model = model
    self.memoryMiB = memoryMiB
    self.idleWatts = idleWatts
    self.contextWatts = contextWatts
    self.peakWatts = peakWatts
    self.clockMHz = clockMHz
    self.restingClockMHz = restingClockMHz
    self.memoryClockMHz = memoryClockMHz
    self.halfProfile = halfProfile
  }

  /// Mean draw at a duty; a model that loads keeps its memory and links busy for a twentieth†.
  public func watts(_ activity: DeviceActivity) -> Double {
    let duty = max(min(max(activity.duty, 0), 1), activity.loading ? 0.05 : 0)
    let rest = restWatts(held: activity.holdsDevice)
    return rest + (peakWatts - rest) * duty
  }

  /// At rest, with a process there or without.
  public func restWatts(held: Bool) -> Double { idleWatts + (held ? contextWatts : 0) }
}

extension DeviceProfile {
  public static let h100 = DeviceProfile(
    model: "NVIDIA H100 80GB HBM3", memoryMiB: 81_559, idleWatts: 70, contextWatts: 38,
    peakWatts: 700, clockMHz: 1980, restingClockMHz: 345, memoryClockMHz: 2619,
    halfProfile: "3g.40gb")
  public static let a100 = DeviceProfile(
    model: "NVIDIA A100-SXM4-40GB", memoryMiB: 40_960, idleWatts: 52, contextWatts: 38,
    peakWatts: 400, clockMHz: 1410, memoryClockMHz: 1215, halfProfile: "3g.20gb")
  public static let l40s = DeviceProfile(
    model: "NVIDIA L40S", memoryMiB: 46_068, idleWatts: 35, contextWatts: 66, peakWatts: 350,
    clockMHz: 2520, memoryClockMHz: 9001)
  /// The step†: the A40, the same chip with twice the memory chips, goes from 30 to 110 W
  /// (NVIDIA/open-gpu-kernel-modules#874); half of that for half the chips.
  public static let a10g = DeviceProfile(
    model: "NVIDIA A10G", memoryMiB: 23_028, idleWatts: 16, contextWatts: 42, peakWatts: 300,
    clockMHz: 1710, memoryClockMHz: 6251)
  /// The step†: a board that may draw 72 W in all keeps its clocks up for about as much again as it
  /// rests at.
  public static let l4 = DeviceProfile(
    model: "NVIDIA L4", memoryMiB: 23_034, idleWatts: 13, contextWatts: 16, peakWatts: 72,
    clockMHz: 2040, memoryClockMHz: 6251)
  /// Rest and step†: together the 27 W such boards are commonly seen at in P0, and on the other side
  /// of the 17 W that sustainable-computing-io/kepler#2388 saw.
  public static let t4 = DeviceProfile(
    model: "Tesla T4", memoryMiB: 15_360, idleWatts: 10, contextWatts: 17, peakWatts: 70,
    clockMHz: 1590, restingClockMHz: 300, memoryClockMHz: 5001)
}
