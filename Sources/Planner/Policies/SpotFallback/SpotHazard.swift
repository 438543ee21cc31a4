import FleetModel

extension SpotMemory {
  /// Expected losses of each offering in an hour from now on; 0 where it is not up.
  ///
  /// The chance of a loss falls about as 1 over the time since the offering came up, alike
  /// everywhere: one scale is learned from all, from which each is allowed to differ a little.
  func hazards(under terms: SpotTerms) -> [Double] {
    let rules = terms.rules
    let offset = max(rules.ageOffset.inSeconds / 3600, 0.001)
    var losses = rules.hazardWeight * rules.hazardScale
    var exposure = rules.hazardWeight
    for memory in offerings {
      losses += memory.losses
      exposure += memory.exposure
    }
    let pooled = losses / exposure
    return offerings.indices.map { index in
      guard let age = offerings[index].age else { return 0 }
      let memory = offerings[index]
      let scale =
        (rules.offeringWeight * pooled + memory.losses) / (rules.offeringWeight + memory.exposure)
      let short = isRegionShort(around: index, under: terms) ? rules.shortRegion : 1
      return scale * short / (Double(age) * terms.step + offset)
    }
  }

  /// At least half of the siblings that were ever seen are down. Without siblings: no.
  private func isRegionShort(around index: Int, under terms: SpotTerms) -> Bool {
    let here = terms.offerings[index]
    var seen = 0
    var down = 0
    for other in offerings.indices where other != index {
      let there = terms.offerings[other]
      guard there.region == here.region, there.family == here.family else { continue }
      let memory = offerings[other]
      guard memory.isDown || memory.age != nil else { continue }
      seen += 1
      if memory.age == nil { down += 1 }
    }
    return seen > 0 && down * 2 >= seen
  }
}
