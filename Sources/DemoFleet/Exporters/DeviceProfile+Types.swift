import FleetModel
import Simulator

extension DeviceProfile {
  /// The GPU in a machine type; an H100 where the type is not one of the demo's.
  static func inside(_ type: InstanceType) -> DeviceProfile {
    let family = type.rawValue.split(separator: ".").first.map(String.init) ?? ""
    return switch family {
    case "p4d", "p4de": .a100
    case "g6e": .l40s
    case "g5": .a10g
    case "g6": .l4
    default: .h100
    }
  }

  // Memory and limits from NVIDIA's data sheets; idle draw as seen with a driver loaded.
  private static let a10g = DeviceProfile(
    model: "NVIDIA A10G", memoryMiB: 23_028, idleWatts: 16, activeStepWatts: 40, peakWatts: 300,
    clockMHz: 1710, memoryClockMHz: 6251)
  private static let l4 = DeviceProfile(
    model: "NVIDIA L4", memoryMiB: 23_034, idleWatts: 13, activeStepWatts: 14, peakWatts: 72,
    clockMHz: 2040, memoryClockMHz: 6251)
}
