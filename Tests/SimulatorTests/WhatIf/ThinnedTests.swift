import CostModel
import FleetModel
import Planner
import TestSupport
import Testing

@testable import Simulator

/// Looks are thinned to one an hour once they are old. An answer may get lost by that; it may not
/// change. (The demonstration once said "the bill would have been the same" of ten stops that had
/// saved $15,063, because no kept look had seen one of them being made.)
@Suite("A thinned record")
struct ThinnedTests {
  /// Changes people try, drawn.
  static func change(_ rules: inout PoolRules, _ random: inout SplitMix64) {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: rules.mode = OperatingMode.allCases.randomElement(using: &random) ?? .auto
    case 1: rules.idleAfter = .minutes(Int64.random(in: 1...600, using: &random))
    case 2:
      rules.minimumConfidence = Confidence.allCases.randomElement(using: &random) ?? .high
    case 3: rules.cooldown = .minutes(Int64.random(in: 1...120, using: &random))
    default: rules.minimumNodes = Int.random(in: 0...4, using: &random)
    }
  }

  @Test(
    "is answered as the whole one is, or not at all, whatever is changed",
    arguments: 0..<6)
  func sameOrNothing(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed) &+ 91)
    let mode = seed % 3 == 2 ? OperatingMode.observe : .auto
    let past = RecordedPast(hours: 12, seed: UInt64(seed), mode: mode)
    let thinned = past.thinned
    var answered = 0
    for _ in 0..<6 {
      var after = past.rulebook
      let place = Int.random(in: after.pools.indices, using: &random)
      Self.change(&after.pools[place], &random)
      let (whole, thin) = (past.answer(after), thinned.answer(after))
      guard let more = thin.savedMore else { continue }
      answered += 1
      #expect(more == whole.savedMore, "\(after.pools[place])")
      #expect(thin.speaksFor == whole.speaksFor)
      #expect(thin.isWhole)
    }
    print("thinned: seed \(seed) answered \(answered) of 6")
  }

  /// The stops that were made, and every look planned again, are two ways to the same figure.
  @Test("says of a milder mode and a longer wait what planning every look says, but for its grain")
  func twoWays() throws {
    let past = RecordedPast(hours: 36, seed: 7)
    for wait in [nil, Duration.hours(1), .hours(3)] {
      let after = past.changed("pool") {
        if let wait { $0.idleAfter = wait } else { $0.mode = .observe }
      }
      let byStops = try #require(past.thinned.answer(after).savedMore)
      var replay = HistoryReplay(under: after, silent: wait == nil ? ["pool"] : [])
      for look in past.looks { replay.take(look.snapshot, recorded: look.plan) }
      let tally = replay.score.policy["pool"] ?? .init()
      #expect(byStops < .zero)
      #expect(tally.unmade > 0)
      // Planning again takes a stop that is missing for missing all the time: at most.
      #expect(.zero - tally.unmadeCost <= byStops + slack(past), "\(String(describing: wait))")
    }
  }

  /// A stop is seen a look after it was asked for; so is the end of it.
  private func slack(_ past: RecordedPast) -> Money {
    let rate = past.rulebook.prices.prices.map(\.hourly).max() ?? .zero
    return rate.cost(of: RecordedPast.step * (2 * past.stops.count))
  }
}
