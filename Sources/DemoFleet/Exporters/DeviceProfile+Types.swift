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
    case "g4dn": .t4
    default: .h100
    }
  }
}
