import FleetModel

extension SpotMemory {
  /// Takes in one look, once an interval; `intervals` is how many have passed since the last one.
  public mutating func fold(_ look: SpotLook, under terms: SpotTerms, intervals: Int = 1) {
    precondition(
      look.offerings.count == terms.offerings.count, "a look has one entry for each offering")
    align(to: terms)
    now += max(1, intervals)
    for index in offerings.indices {
      let seen = look.offerings[index]
      learnLoss(seen, at: index, under: terms)
      observe(seen, at: index, under: terms, intervals: Double(max(1, intervals)))
      if let refusal = seen.refusal {
        refuse(index, refusal, holding: seen.held, under: terms)
      }
    }
    if look.onDemandHeld > 0 { onDemand.refusals = 0 }
    if let refusal = look.onDemandRefusal { refuseOnDemand(refusal, under: terms) }
  }

  /// Counts a loss of what we held: for the share of announced ones, and for the hold-down.
  private mutating func learnLoss(_ seen: OfferingLook, at index: Int, under terms: SpotTerms) {
    guard seen.lost > 0 else { return }
    heldLosses += 1
    if offerings[index].isNoticed || seen.isNoticed { announcedLosses += 1 }
    rest(index, under: terms)
    // Some replicas outlived it: a part of the capacity went, and the offering is still up.
    let share = Double(seen.lost) / Double(seen.lost + seen.held)
    if seen.held > 0 { offerings[index].losses += share }
  }

  private mutating func rest(_ index: Int, under terms: SpotTerms) {
    let rules = terms.rules
    guard rules.restAfter > 0 else { return }
    let window = terms.intervals(in: rules.restWindow)
    offerings[index].interruptions.removeAll { now - $0 > window }
    offerings[index].interruptions.append(now)
    guard offerings[index].interruptions.count >= rules.restAfter else { return }
    offerings[index].restsUntil = now + terms.intervals(in: rules.restTime)
  }

  /// Up, down or unknown, and the time spent up.
  private mutating func observe(
    _ seen: OfferingLook, at index: Int, under terms: SpotTerms, intervals: Double
  ) {
    var memory = offerings[index]
    defer { offerings[index] = memory }
    let wiped = seen.lost > 0 && seen.held == 0
    let isUp = seen.held > 0 ? true : (wiped ? seen.isUp ?? false : seen.isUp)
    if (wiped || isUp == false), memory.age != nil {
      memory.losses += 1
      memory.age = nil
    }
    memory.isNoticed = seen.isNoticed || (memory.isNoticed && seen.held > 0 && seen.lost == 0)
    if seen.held > 0, seen.refusal == nil { memory.refusals = 0 }
    switch (isUp, memory.age) {
    case (false, _): memory.isDown = true
    case (true, nil):
      memory.isDown = false
      memory.age = 0
    case (true, let age?):
      let offset = terms.rules.ageOffset.inSeconds / 3600
      memory.exposure += intervals * terms.step / (Double(age) * terms.step + offset)
      memory.age = age + Int(intervals)
    // Nobody looked: it is taken to be as it was, but nothing is learned from that.
    case (nil, let age?): memory.age = age + Int(intervals)
    case (nil, nil): break
    }
  }
}
