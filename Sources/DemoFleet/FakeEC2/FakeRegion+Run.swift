import FleetModel

extension FakeRegion {
  /// A demo never needs more at once.
  private static let mostAtOnce = 100

  mutating func run(_ form: inout FakeForm, at now: Timestamp) throws(Refusal) -> [FakeXML] {
    let wish = try wish(&form)
    try admit(&form)
    if !wish.token.isEmpty, let known = tokens[wish.token] {
      guard known.fingerprint == form.fingerprint else { throw Self.otherRequest }
      return made(known.ids, at: now)
    }
    try requireCapacity(type: wish.type, zone: wish.zone)
    let ids = (0..<wish.count).map { _ in make(wish, at: now) }
    if !wish.token.isEmpty { tokens[wish.token] = (form.fingerprint, ids) }
    launched += ids
    return made(ids, at: now)
  }

  struct Wish {
    var image: String
    var type: String
    var zone: String
    var count: Int
    var token: String
    var spot: Bool
    var reserved: Bool
    var tags: [String: String]
  }

  private func wish(_ form: inout FakeForm) throws(Refusal) -> Wish {
    let image = try required("ImageId", &form)
    let type = try required("InstanceType", &form)
    let least = Int(try required("MinCount", &form)) ?? 0
    let most = Int(try required("MaxCount", &form)) ?? 0
    guard (1...Self.mostAtOnce).contains(least), (least...Self.mostAtOnce).contains(most) else {
      throw Refusal(
        code: "InvalidParameterValue", message: "MinCount and MaxCount must be 1 or more, in order")
    }
    guard image.hasPrefix("ami-") else {
      throw Refusal(code: "InvalidAMIID.Malformed", message: "Invalid id: \"\(image)\"")
    }
    guard FakeType.all[type] != nil else {
      throw Refusal(
        code: "InvalidParameterValue", message: "Invalid value '\(type)' for InstanceType.")
    }
    let zone = form.take("Placement.AvailabilityZone") ?? name + "a"
    guard zone.hasPrefix(name) else {
      throw Refusal(code: "InvalidParameterValue", message: "Invalid availability zone: [\(zone)]")
    }
    _ = form.take("SubnetId")
    let market = form.take("InstanceMarketOptions.MarketType")
    let preference = form.take("CapacityReservationSpecification.CapacityReservationPreference")
    let token = form.take("ClientToken") ?? ""
    guard token.utf8.count <= 64 else {
      throw Refusal(code: "InvalidParameterValue", message: "ClientToken is longer than 64")
    }
    return Wish(
      image: image, type: type, zone: zone, count: most, token: token, spot: market == "spot",
      reserved: preference == "capacity-reservations-only", tags: try tags(&form))
  }

  func required(_ name: String, _ form: inout FakeForm) throws(Refusal) -> String {
    if let value = form.take(name), !value.isEmpty { return value }
    throw Refusal(
      code: "MissingParameter", message: "The request must contain the parameter \(name)")
  }

  /// The tags of the machines themselves; volumes have no life of their own here.
  func tags(_ form: inout FakeForm) throws(Refusal) -> [String: String] {
    var tags: [String: String] = [:]
    var specification = 1
    while let kind = form.take("TagSpecification.\(specification).ResourceType") {
      guard ["instance", "volume", "spot-instances-request", "fleet"].contains(kind) else {
        throw Refusal(
          code: "InvalidParameterValue",
          message: "'\(kind)' is not a valid taggable resource type for this operation.")
      }
      var index = 1
      while let key = form.take("TagSpecification.\(specification).Tag.\(index).Key") {
        let value = form.take("TagSpecification.\(specification).Tag.\(index).Value") ?? ""
        if kind == "instance" { tags[key] = value }
        index += 1
      }
      specification += 1
    }
    guard tags.count <= 50 else {
      throw Refusal(code: "TagLimitExceeded", message: "More than 50 tags specified")
    }
    return tags
  }

  mutating func make(_ wish: Wish, at now: Timestamp) -> String {
    let id = nextID()
    var instance = FakeInstance(
      id: id, type: wish.type, zone: wish.zone, image: wish.image, spot: wish.spot,
      reserved: wish.reserved, tags: wish.tags, clientToken: wish.token,
      privateAddress: address(), launchedAt: now, visibleAt: now.advanced(by: lag.visibility),
      state: .pending)
    instance.turn(.pending, then: .running, after: lag.start, at: now)
    instances[id] = instance
    return id
  }

  /// Ids look like EC2's and never come twice.
  mutating func nextID() -> String {
    made += 1
    var generator = SeededGenerator(seed: UInt64(made))
    let digits = String(generator.next(), radix: 16)
    return "i-0" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  func address() -> String { "10.0.\(made / 250 % 250).\(made % 250 + 1)" }

  private func made(_ ids: [String], at now: Timestamp) -> [FakeXML] {
    let items = ids.compactMap { instances[$0] }.map { describe($0, at: now) }
    return [
      FakeXML("reservationId", "r-" + (ids.first ?? "i-").dropFirst(2)),
      FakeXML("ownerId", "111122223333"), FakeXML("groupSet", []),
      FakeXML.list("instancesSet", items),
    ]
  }
}
