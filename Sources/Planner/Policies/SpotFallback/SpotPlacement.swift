import FleetModel

/// How many replicas to hold where, and what may be given back at once.
public struct SpotPlacement: Sendable, Hashable, Codable {
  /// Replicas to hold in each offering; the difference to what is there is to be launched.
  public var spot: [Int]
  public var onDemand: Int
  /// Replicas for which no place is left: the serverless rung, or an alert where there is none.
  public var overflow: Int
  /// What may be given back now; the rest waits until its replacement is ready.
  public var release: SpotRelease
  /// Offerings nobody has looked at for long enough to try one launch, and give it back.
  public var probes: [Int]
}

/// What may be given back now: make before break, and nothing from under an announced loss.
public struct SpotRelease: Sendable, Hashable, Codable {
  /// By offering, of those on their way: the youngest first.
  public var pending: [Int]
  /// By offering, of those that work.
  public var ready: [Int]
  public var onDemandPending = 0
  public var onDemandReady = 0
}

/// Where a pool's replicas should be, from what is seen now and what is remembered.
///
/// Pure, and the same when asked twice; after a refused launch (`SpotMemory.refuse`) it is asked
/// again in the same interval. `memory` has folded `look` before.
public func spotPlacement(
  _ look: SpotLook, remembering memory: SpotMemory, under terms: SpotTerms
) -> SpotPlacement {
  precondition(memory.matches(terms), "the look is folded before the rule is asked")
  let hazards = memory.hazards(under: terms)
  var search = SpotSearch(
    terms: terms, candidates: memory.candidates(look, hazards: hazards, under: terms),
    missingHour: terms.missingHour, outage: memory.outage(under: terms),
    onDemandHeld: look.onDemandHeld,
    onDemandLimit: memory.now < memory.onDemand.quarantinedUntil
      ? min(look.onDemandHeld, terms.replicas) : terms.replicas)
  search.run()
  var spot = Array(repeating: 0, count: terms.offerings.count)
  for (candidate, count) in zip(search.candidates, search.best) { spot[candidate.index] = count }
  let placed = search.best.reduce(search.bestOnDemand, +)
  let release = memory.release(
    look, keeping: spot, onDemand: search.bestOnDemand, safest: search.candidates.map(\.index),
    under: terms)
  return SpotPlacement(
    spot: spot, onDemand: search.bestOnDemand, overflow: max(0, terms.replicas - placed),
    release: release, probes: memory.probes(look, under: terms))
}

extension SpotTerms {
  /// What a missing replica-hour is worth, in on-demand hours.
  var missingHour: Double {
    var cheapest = 1.0
    for offering in offerings { cheapest = min(cheapest, offering.share) }
    return rules.missingHour + rules.missingSpotHours * cheapest
  }
}

extension SpotMemory {
  /// Hours a replica is missing after a loss, on the average of announced and unannounced ones.
  func outage(under terms: SpotTerms) -> Double {
    let share = announcedShare(terms.rules)
    let surprise = Double(terms.surpriseIntervals)
    return ((1 - share) * surprise + share * Double(terms.announcedIntervals)) * terms.step
  }

  /// Offerings that may hold replicas, the one that is best to be in alone first.
  func candidates(
    _ look: SpotLook, hazards: [Double], under terms: SpotTerms
  ) -> [SpotSearch.Candidate] {
    let held = heldPrice(look, under: terms)
    let loss = terms.missingHour * outage(under: terms)
    var found: [(key: Double, rank: Int, candidate: SpotSearch.Candidate)] = []
    found.reserveCapacity(offerings.count)
    for index in offerings.indices {
      let memory = offerings[index]
      let offering = terms.offerings[index]
      guard memory.age != nil, !memory.isNoticed, offering.share < 1 else { continue }
      let here = look.offerings[index].held
      let limit = isHeldBack(index, under: terms) ? here : 4 * (terms.replicas + 1)
      guard limit > 0, now >= memory.restsUntil else { continue }
      let rent = terms.weighed(offering.share, against: held)
      let candidate = SpotSearch.Candidate(
        index: index, rent: rent, hazard: hazards[index], held: here, limit: limit)
      let entry = (rent + loss * hazards[index], offering.rank, candidate)
      // By hand: there are few, nearly in order, and the order of equals has to stand.
      let place = found.firstIndex { (entry.0, entry.1) < ($0.key, $0.rank) } ?? found.count
      found.insert(entry, at: place)
    }
    return found.map(\.candidate)
  }

  /// The least price at which something is held that is not about to be lost; nil: nothing is.
  private func heldPrice(_ look: SpotLook, under terms: SpotTerms) -> Double? {
    var least: Double?
    for index in offerings.indices where look.offerings[index].held > 0 {
      guard !offerings[index].isNoticed, offerings[index].age != nil else { continue }
      least = min(least ?? .infinity, terms.offerings[index].share)
    }
    return least
  }

  /// Unobserved offerings whose last try is long enough ago, by their age and by quarantine.
  func probes(_ look: SpotLook, under terms: SpotTerms) -> [Int] {
    let pause = terms.intervals(in: terms.rules.probePause)
    return offerings.indices.filter { index in
      let seen = look.offerings[index]
      guard seen.isUp == nil, seen.held == 0, !isHeldBack(index, under: terms) else { return false }
      guard terms.offerings[index].share < 1 else { return false }
      guard let last = offerings[index].probedAt else { return true }
      return now - last >= max(pause, offerings[index].age ?? 0)
    }
  }
}

extension SpotTerms {
  /// A price as it counts in a move: a little cheaper than what is held is not cheaper.
  fileprivate func weighed(_ share: Double, against held: Double?) -> Double {
    guard let held, share < held, share > held * (1 - rules.priceSaving) else { return share }
    return held
  }
}
