/// What the spot rule remembers of one offering.
struct OfferingMemory: Sendable, Hashable, Codable {
  /// Intervals it has been up without a break, 0 when it was first seen up; nil: not up, or unknown.
  var age: Int?
  /// Known to be down, as opposed to never looked at.
  var isDown = false
  /// A loss is announced and has not come yet.
  var isNoticed = false
  /// Losses seen, in whole offerings.
  var losses = 0.0
  /// Losses that a hazard of 1 / (age + offset) would have brought in the time seen.
  var exposure = 0.0
  /// Moments of the latest interruptions of what we held, oldest first.
  var interruptions: [Int] = []
  var restsUntil = 0
  var refusals = 0
  var quarantinedUntil = 0
  var probedAt: Int?
}

/// Everything the spot rule knows of the past of a pool: a value, folded once an interval.
public struct SpotMemory: Sendable, Hashable, Codable {
  /// Intervals folded so far: the rule's clock.
  var now = -1
  var names: [String] = []
  var offerings: [OfferingMemory] = []
  /// Losses of offerings in which something was held, and how many of them were announced.
  var heldLosses = 0.0
  var announcedLosses = 0.0
  var onDemand = OfferingMemory()
  /// Regions and families whose quota is used up, until it is re-read.
  var quotaHolds: [QuotaKey] = []

  public init() {}
}

/// What a quota is counted by; the market is always spot here, or on-demand with family nil.
struct QuotaKey: Sendable, Hashable, Codable {
  var region: String
  var family: String
  /// By the rule's clock.
  var until: Int
}

extension SpotMemory {
  /// Keeps what is known by name when offerings come, go or change places.
  mutating func align(to terms: SpotTerms) {
    guard !matches(terms) else { return }
    var known: [String: OfferingMemory] = [:]
    for (name, memory) in zip(names, offerings) { known[name] = memory }
    names = terms.offerings.map(\.name)
    offerings = names.map { known[$0] ?? OfferingMemory() }
  }

  func matches(_ terms: SpotTerms) -> Bool {
    guard names.count == terms.offerings.count else { return false }
    for index in names.indices where names[index] != terms.offerings[index].name { return false }
    return true
  }

  /// The chance that a loss of what is held comes with notice, as learned.
  func announcedShare(_ rules: SpotRules) -> Double {
    let prior = max(rules.noticePrior, 0.001)
    return (prior + announcedLosses) / (2 * prior + heldLosses)
  }
}
