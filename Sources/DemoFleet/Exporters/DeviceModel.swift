public import FleetModel

/// What a GPU model draws, holds and clocks at (NVIDIA's data sheets; idle power as commonly
/// seen with a driver loaded).
public struct DeviceModel: Sendable, Hashable {
  /// As the driver names it, "NVIDIA H100 80GB HBM3".
  public var name: String
  /// MiB of the framebuffer.
  public var memory: Double
  /// Watts without work and at the limit.
  public var idlePower: Double
  public var fullPower: Double
  /// MHz without work and at full clocks; of the memory.
  public var idleClock: Double
  public var fullClock: Double
  public var memoryClock: Double

  /// The model in a machine type of the demo; an H100 where the type is not one of them.
  public static func inside(_ type: InstanceType) -> DeviceModel {
    let family = type.rawValue.split(separator: ".").first.map(String.init) ?? ""
    return families[family] ?? h100
  }

  static let h100 = DeviceModel(
    name: "NVIDIA H100 80GB HBM3", memory: 81_559, idlePower: 70, fullPower: 700, idleClock: 345,
    fullClock: 1980, memoryClock: 2619)

  private static let families: [String: DeviceModel] = [
    "p5": h100,
    "p5en": DeviceModel(
      name: "NVIDIA H200", memory: 143_771, idlePower: 75, fullPower: 700, idleClock: 345,
      fullClock: 1980, memoryClock: 3201),
    "p6-b200": DeviceModel(
      name: "NVIDIA B200", memory: 183_359, idlePower: 140, fullPower: 1000, idleClock: 120,
      fullClock: 1965, memoryClock: 3996),
    "p4d": DeviceModel(
      name: "NVIDIA A100-SXM4-40GB", memory: 40_960, idlePower: 50, fullPower: 400,
      idleClock: 210, fullClock: 1410, memoryClock: 1215),
    "p4de": DeviceModel(
      name: "NVIDIA A100-SXM4-80GB", memory: 81_920, idlePower: 55, fullPower: 400,
      idleClock: 210, fullClock: 1410, memoryClock: 1593),
    "g5": DeviceModel(
      name: "NVIDIA A10G", memory: 23_028, idlePower: 16, fullPower: 300, idleClock: 210,
      fullClock: 1710, memoryClock: 6251),
    "g6": DeviceModel(
      name: "NVIDIA L4", memory: 23_034, idlePower: 13, fullPower: 72, idleClock: 210,
      fullClock: 2040, memoryClock: 6251),
    "g6e": DeviceModel(
      name: "NVIDIA L40S", memory: 46_068, idlePower: 35, fullPower: 350, idleClock: 210,
      fullClock: 2520, memoryClock: 9001),
  ]
}
