import FleetModel

extension SpotMemory {
  /// A launch was refused: ask the rule again at once, in the same interval.
  ///
  /// Where nothing is held, a refusal for want of capacity also says that the offering is down.
  public mutating func refuse(
    _ index: Int, _ refusal: SpotRefusal, holding held: Int = 0, under terms: SpotTerms
  ) {
    align(to: terms)
    guard offerings.indices.contains(index) else { return }
    let offering = terms.offerings[index]
    switch refusal {
    case .quota:
      hold(offering, under: terms)
    case .capacity:
      if held == 0 { markDown(index) }
      let wait = quarantine(after: offerings[index].refusals, name: offering.name, under: terms)
      offerings[index].refusals += 1
      offerings[index].quarantinedUntil = now + wait
    }
  }

  /// The whole region and family waits for the longest quarantine, or until its quota was read.
  private mutating func hold(_ offering: SpotOffering, under terms: SpotTerms) {
    quotaHolds.removeAll { $0.region == offering.region && $0.family == offering.family }
    quotaHolds.append(
      QuotaKey(
        region: offering.region, family: offering.family,
        until: now + terms.intervals(in: terms.rules.longestQuarantine)))
  }

  private mutating func markDown(_ index: Int) {
    if offerings[index].age != nil { offerings[index].losses += 1 }
    offerings[index].age = nil
    offerings[index].isDown = true
  }

  /// An on-demand launch was refused: what is there stays, more is not asked for until it is over.
  public mutating func refuseOnDemand(_ refusal: SpotRefusal, under terms: SpotTerms) {
    let wait = quarantine(after: onDemand.refusals, name: "on-demand", under: terms)
    onDemand.refusals += 1
    onDemand.quarantinedUntil =
      now + (refusal == .quota ? terms.intervals(in: terms.rules.longestQuarantine) : wait)
  }

  /// The quota of a region and family was read again: it is asked once more.
  public mutating func quotaRead(region: String, family: String) {
    quotaHolds.removeAll { $0.region == region && $0.family == family }
    onDemand.quarantinedUntil = 0
  }

  /// Whether nothing new may be launched at the offering now.
  func isHeldBack(_ index: Int, under terms: SpotTerms) -> Bool {
    let memory = offerings[index]
    if now < memory.restsUntil || now < memory.quarantinedUntil { return true }
    guard !quotaHolds.isEmpty else { return false }
    let offering = terms.offerings[index]
    return quotaHolds.contains {
      $0.region == offering.region && $0.family == offering.family && now < $0.until
    }
  }

  /// Intervals of quarantine after so many refusals in a row: doubled each time, up to the longest.
  func quarantine(after refusals: Int, name: String, under terms: SpotTerms) -> Int {
    let rules = terms.rules
    let doubled = rules.firstQuarantine.microseconds << Int64(min(max(refusals, 0), 20))
    let full = min(doubled, rules.longestQuarantine.microseconds)
    let chance = Self.chance(rules.seed, name, refusals)
    let taken = Int64(Double(full) * min(max(rules.quarantineJitter, 0), 1) * chance)
    return max(1, terms.intervals(in: .microseconds(full - taken)))
  }

  /// From 0 up to 1; the same for the same parts, for ever (FNV-1a, then SplitMix64's mixing).
  private static func chance(_ seed: UInt64, _ name: String, _ part: Int) -> Double {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ UInt64(bitPattern: Int64(part))) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((hash ^ (hash >> 31)) >> 11) / 9_007_199_254_740_992
  }
}

extension SpotMemory {
  /// One launch was tried and given back, only to see whether the offering is up.
  public mutating func probed(_ index: Int, isUp: Bool, under terms: SpotTerms) {
    align(to: terms)
    guard offerings.indices.contains(index) else { return }
    guard isUp else {
      offerings[index].probedAt = now
      return refuse(index, .capacity, under: terms)
    }
    offerings[index].refusals = 0
    offerings[index].isDown = false
    learn(upTo: offerings[index].age, index, under: terms)
    offerings[index].age = offerings[index].age ?? 0
    offerings[index].probedAt = now
  }

  /// The time since the last try was spent up after all; its middle stands for all of it.
  private mutating func learn(upTo age: Int?, _ index: Int, under terms: SpotTerms) {
    guard let age, let last = offerings[index].probedAt else { return }
    let span = Double(min(now - last, age)) * terms.step
    let middle = Double(age) * terms.step - span / 2
    offerings[index].exposure += span / (middle + terms.rules.ageOffset.inSeconds / 3600)
  }
}
