import FleetModel
import Planner
import Reports
import Testing

@Suite("Reasons as sentences")
struct ReasonSentenceTests {
  static let reasons: [Reason] =
    [
      .idleConfirmed(for: .minutes(20), limit: .minutes(15), confidence: .high),
      .idleTooShort(for: .minutes(4), limit: .minutes(15)),
      .windowIncomplete(heard: 50, expected: 60, largestGap: .minutes(2)),
      .stale(age: .minutes(9)), .neverHeard, .acceleratorsMissing(heard: 7, expected: 8),
      .acceleratorCountUnknown, .sensorFault("GPU-1"), .identityConflict("GPU-1"), .faulty("GPU-1"),
      .suspectedHang("GPU-1"), .confidenceTooLow(.medium, required: .high),
      .warmingUp(age: .minutes(1), grace: .minutes(15)), .notRunning(.stopped), .unmatched,
      .notOurs,
      .noPool, .priceUnknown, .protected(until: nil),
      .protected(until: Timestamp(seconds: 1_795_251_600)), .minimumReached(minimum: 2),
      .cooldown(left: .minutes(3)), .blastRadius(allowed: 1, window: .minutes(10)),
      .correlatedIdle(turned: 9, of: 24), .unhealthyHalt(unknown: 12, of: 24), .killSwitch,
      .kindNeverActs(.training), .clockSkew(.minutes(5)), .inFlight,
      .belowMinimum(live: 1, minimum: 2), .enough(live: 2, minimum: 2), .noLaunchTemplate,
      .capacityQuarantine(until: Timestamp(seconds: 1_795_251_600)),
    ] + Activity.allCases.map { .busy($0) }

  @Test("every reason has a sentence of its own")
  func all() {
    let sentences = Self.reasons.map(\.sentence)
    #expect(Set(sentences).count == Self.reasons.count)
    for (reason, sentence) in zip(Self.reasons, sentences) {
      #expect(sentence != reason.code && !sentence.isEmpty && !sentence.hasSuffix("."))
    }
    // The list above has every code there is: one for each case of Reason.
    #expect(Set(Self.reasons.map(\.code)).count == 33)
  }

  @Test("a sentence carries its figures")
  func figures() {
    #expect(Self.reasons[0].sentence == "idle 20m, limit 15m, confidence high")
    #expect(
      Reason.protected(until: Timestamp(seconds: 1_795_251_600)).sentence
        == "protected until 2026-11-21 09:00 UTC")
  }
}
