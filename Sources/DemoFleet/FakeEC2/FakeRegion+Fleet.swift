import FleetModel

extension FakeRegion {
  /// An instant fleet: one machine out of several offers, and an error for each that was not had.
  mutating func createFleet(
    _ form: inout FakeForm, at now: Timestamp
  ) throws(Refusal) -> [FakeXML] {
    let token = form.take("ClientToken") ?? ""
    let wish = try fleetWish(&form)
    try admit(&form)
    if !token.isEmpty, let known = fleets[token] {
      guard known.fingerprint == form.fingerprint else { throw Self.otherRequest }
      return known.answer
    }
    var (errors, ids): ([[FakeXML]], [String]) = ([], [])
    for offer in wish.offers where ids.isEmpty {
      do throws(Refusal) {
        try requireCapacity(type: offer.type, zone: offer.zone)
        ids = [make(wish.machine(offer, token: token), at: now)]
      } catch {
        errors.append(Self.failure(error, of: offer, in: wish))
      }
    }
    made += 1
    // EC2 marks what a fleet launches, an instant one too (aws/karpenter-provider-aws#5850).
    for id in ids { instances[id]?.tags["aws:ec2:fleet-id"] = "fleet-\(made)" }
    var answer = [
      FakeXML("fleetId", "fleet-\(made)"), FakeXML.list("errorSet", errors),
    ]
    let sets = ids.compactMap { instances[$0] }.map { Self.made($0, in: wish) }
    answer.append(.list("fleetInstanceSet", sets))
    if !token.isEmpty {
      fleets[token] = (form.fingerprint, answer)
      tokens[token] = (form.fingerprint, ids)
    }
    launched += ids
    return answer
  }

  static let otherRequest = Refusal(
    code: "IdempotentParameterMismatch",
    message: "Arguments on this idempotent request are inconsistent with arguments used in "
      + "previous request(s).")

  struct FleetWish {
    var template: String
    var version: String
    var offers: [(type: String, zone: String, image: String)]
    var spot: Bool
    var tags: [String: String]

    func machine(
      _ offer: (type: String, zone: String, image: String), token: String
    ) -> Wish {
      Wish(
        image: offer.image, type: offer.type, zone: offer.zone, count: 1, token: token,
        spot: spot, reserved: false, tags: tags)
    }
  }

  private func fleetWish(_ form: inout FakeForm) throws(Refusal) -> FleetWish {
    guard try required("Type", &form) == "instant" else {
      throw Refusal(code: "Unsupported", message: "This account makes instant fleets only.")
    }
    guard try required("TargetCapacitySpecification.TotalTargetCapacity", &form) == "1" else {
      throw Refusal(
        code: "InvalidParameterValue", message: "This account makes one machine at a time.")
    }
    let market = form.take("TargetCapacitySpecification.DefaultTargetCapacityType") ?? "on-demand"
    guard ["spot", "on-demand"].contains(market) else {
      throw Refusal(code: "InvalidParameterValue", message: "Invalid DefaultTargetCapacityType")
    }
    for name in ["SpotOptions.AllocationStrategy", "OnDemandOptions.AllocationStrategy"] {
      guard
        [
          nil, "price-capacity-optimized", "capacity-optimized", "lowest-price", "prioritized",
          "diversified",
        ].contains(form.take(name))
      else {
        throw Refusal(code: "InvalidParameterValue", message: "Invalid \(name)")
      }
    }
    let prefix = "LaunchTemplateConfigs.1.LaunchTemplateSpecification."
    let id = form.take(prefix + "LaunchTemplateId")
    let name = form.take(prefix + "LaunchTemplateName")
    guard let template = id ?? name else {
      throw Refusal(
        code: "MissingParameter",
        message: "LaunchTemplateSpecification must have a LaunchTemplateId or a LaunchTemplateName")
    }
    return FleetWish(
      template: template, version: form.take(prefix + "Version") ?? "$Default",
      offers: try offers(&form), spot: market == "spot", tags: try tags(&form))
  }

  private func offers(
    _ form: inout FakeForm
  ) throws(Refusal) -> [(type: String, zone: String, image: String)] {
    var offers: [(type: String, zone: String, image: String)] = []
    while true {
      let prefix = "LaunchTemplateConfigs.1.Overrides.\(offers.count + 1)."
      guard let type = form.take(prefix + "InstanceType") else { break }
      guard FakeType.all[type] != nil else {
        throw Refusal(
          code: "InvalidParameterValue", message: "Invalid value '\(type)' for InstanceType.")
      }
      _ = form.take(prefix + "SubnetId")
      let zone = form.take(prefix + "AvailabilityZone") ?? name + "a"
      offers.append((type, zone, form.take(prefix + "ImageId") ?? "ami-0template"))
    }
    guard !offers.isEmpty else {
      throw Refusal(code: "MissingParameter", message: "The fleet has no overrides")
    }
    return offers
  }

  private static func failure(
    _ refused: Refusal, of offer: (type: String, zone: String, image: String), in wish: FleetWish
  ) -> [FakeXML] {
    [
      template(wish, type: offer.type, zone: offer.zone),
      FakeXML("lifecycle", wish.spot ? "spot" : "on-demand"),
      FakeXML("errorCode", refused.code), FakeXML("errorMessage", refused.message),
    ]
  }

  private static func made(_ instance: FakeInstance, in wish: FleetWish) -> [FakeXML] {
    [
      template(wish, type: instance.type, zone: instance.zone),
      FakeXML("lifecycle", wish.spot ? "spot" : "on-demand"),
      FakeXML("instanceIds", [FakeXML("item", instance.id)]),
      FakeXML("instanceType", instance.type),
    ]
  }

  private static func template(_ wish: FleetWish, type: String, zone: String) -> FakeXML {
    let key = wish.template.hasPrefix("lt-") ? "launchTemplateId" : "launchTemplateName"
    return FakeXML(
      "launchTemplateAndOverrides",
      [
        FakeXML(
          "launchTemplateSpecification",
          [FakeXML(key, wish.template), FakeXML("version", wish.version)]),
        FakeXML(
          "overrides", [FakeXML("instanceType", type), FakeXML("availabilityZone", zone)]),
      ])
  }
}
