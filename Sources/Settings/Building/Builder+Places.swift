import FleetModel
import Planner

/// Places that cannot be what their writer means.
extension Builder {
  /// Offerings are told apart by name, region, zone and type alone: a node that two of them match
  /// would count as the capacity of both.
  mutating func checkOfferings(_ offerings: [SpotPlaces.Offering], _ parts: [Part]) {
    checkUnique(parts, "offering")
    for (index, (later, part)) in zip(offerings, parts).enumerated() {
      for (earlier, other) in zip(offerings, parts).prefix(index) {
        if earlier.launch.meets(later.launch), Self.saysPlace(part), Self.saysPlace(other) {
          complainOfTwins(later, part, earlier, other)
          break
        }
        // Two names that are written are told of already.
        guard earlier.name == later.name, !part.has("name") || !other.has("name") else { continue }
        complain(
          at: part.place(of: "name"),
          "offering '\(later.name)' has the name of the one in line \(other.place.line)",
          hint: "add a 'name' of its own", key: "pools.spot.offerings.name")
        break
      }
    }
  }

  private mutating func complainOfTwins(
    _ later: SpotPlaces.Offering, _ part: Part, _ earlier: SpotPlaces.Offering, _ other: Part
  ) {
    let isSame = later.launch.zone == earlier.launch.zone
    complain(
      at: part.place(of: "zone"),
      "the offering in line \(other.place.line) takes these nodes too: they would count twice",
      hint: later.launch.zone != nil && isSame
        ? "remove one, or give it another zone" : "give each a zone of its own",
      key: "pools.spot.offerings.zone")
  }

  /// What was refused says nothing of where a place is.
  private static func saysPlace(_ part: Part) -> Bool {
    ["region", "zone", "type"].allSatisfy { !part.has($0) || part.text($0) != nil }
  }

  /// A zone of AWS begins with its region: us-east-1a, us-east-1-bos-1a.
  mutating func checkZone(of part: Part, in region: Region?, _ cloud: Settings.Cloud?) {
    guard let cloud, cloud.kind == .aws, let zone = part.text("zone"),
      !part.has("region") || part.text("region") != nil,
      let region = region ?? (cloud.regions.count == 1 ? cloud.regions.first : nil),
      !isZone(zone, of: region)
    else { return }
    complain(
      at: part.place(of: "zone"),
      zone == region.rawValue
        ? "'\(zone)' is a region, not a zone" : "zone '\(zone)' is not in region '\(region)'",
      hint: hint(for: zone, of: part, cloud), key: "\(part.key).zone")
  }

  private func hint(for zone: String, of part: Part, _ cloud: Settings.Cloud) -> String? {
    let own = cloud.regions.first { isZone(zone, of: $0) } ?? Self.region(of: zone)
    guard let own else { return "write a zone such as us-east-1a" }
    let word = part.has("region") ? "write" : "add"
    return "\(word) 'region: \(own)'"
      + (cloud.regions.contains(own) ? "" : ", and to the regions of clouds.\(cloud.name)")
  }

  /// The region a plain zone, one that ends in a digit and a letter, is in.
  private static func region(of zone: String) -> Region? {
    guard let last = zone.last, last.isLetter, zone.dropLast().last?.isNumber == true else {
      return nil
    }
    return Region(String(zone.dropLast()))
  }
}

/// Without the mark after the region us-east-1 would have the zones of us-east-10.
private func isZone(_ zone: String, of region: Region) -> Bool {
  guard zone.hasPrefix(region.rawValue) else { return false }
  return zone.dropFirst(region.rawValue.count).first.map { !$0.isNumber } ?? false
}

extension LaunchSpec {
  /// A node could be of both; one without a zone takes nodes of every zone.
  fileprivate func meets(_ other: LaunchSpec) -> Bool {
    cloud == other.cloud && region == other.region && type == other.type && type != ""
      && (zone == nil || other.zone == nil || zone == other.zone)
  }
}
