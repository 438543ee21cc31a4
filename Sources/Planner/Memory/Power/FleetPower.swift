public import FleetModel

/// Where the fleet's devices of each type rest, for those that nothing is known of yet.
public struct FleetPower: Sendable, Hashable, Codable {
  /// By the exporter's model name.
  public var types: [String: TypePower]
  public var takenAt: Timestamp

  /// How old it may grow: levels move by the hour.
  static let lifetime = Duration.minutes(10)

  init(_ targets: [Target: TargetMemory], at moment: Timestamp) {
    var levels: [String: (bare: [Double], held: [Double])] = [:]
    for target in targets.values {
      guard let model = target.identity?.model else { continue }
      for device in target.accelerators.values {
        if let watts = device.power?.bare.watts {
          levels[model, default: ([], [])].bare.append(watts)
        }
        if let watts = device.power?.held.watts {
          levels[model, default: ([], [])].held.append(watts)
        }
      }
    }
    types = levels.mapValues { TypePower(bare: $0.bare, held: $0.held) }
    takenAt = moment
  }
}

/// The median levels of a type, and of how many devices.
public struct TypePower: Sendable, Hashable, Codable {
  public var bare: Double?
  public var bareCount: Int
  public var held: Double?
  public var heldCount: Int

  init(bare: [Double], held: [Double]) {
    self.bare = Self.median(of: bare)
    self.held = Self.median(of: held)
    (bareCount, heldCount) = (bare.count, held.count)
  }

  /// Of three devices or more.
  var bareLevel: Double? { bareCount >= 3 ? bare : nil }

  /// Of five devices besides the one that asks.
  func heldLevel(besides isKnown: Bool) -> Double? { heldCount >= (isKnown ? 6 : 5) ? held : nil }

  private static func median(of values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
  }
}

extension Memory {
  /// Looks at the fleet's levels again when what is known of them has grown old.
  mutating func learnPower(at moment: Timestamp) {
    if let power, moment.duration(since: power.takenAt) < FleetPower.lifetime,
      moment >= power.takenAt
    {
      return
    }
    power = FleetPower(targets, at: moment)
  }
}
