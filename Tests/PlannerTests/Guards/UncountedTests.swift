import FleetModel
import Planner
import TestSupport
import Testing

/// A cap whose count reads as nothing lets everything pass (ai-dynamo/dynamo#11220).
@Suite("What cannot be counted does not grow")
struct UncountedTests {
  private static func reason(
    cap: Money?, cloud: CloudName?, other: Int64?, unlisted: [CloudName]? = nil
  ) -> Reason? {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.spend.hourlyCap = cap.map { HourlyRate(perHour: $0) }
    fleet.rulebook.pools[0].match.cloud = cloud
    var snapshot = fleet.snapshot
    snapshot.listedAt = ["aws": fleet.now]
    if let other { snapshot.listedAt?["gcp"] = fleet.now.advanced(by: .seconds(-other)) }
    snapshot.unlisted = unlisted
    return plan(snapshot, under: fleet.rulebook).verdicts.last?.reason
  }

  private static let cap = Money(nanos: 1_000_000_000_000)

  @Test(
    "I25: a cloud that cannot be counted refuses growth under the ceiling",
    arguments: [(90, true), (91, false)])
  func stale(age: Int64, grows: Bool) {
    let reason = Self.reason(cap: Self.cap, cloud: "aws", other: age)
    #expect((reason == .uncounted("gcp")) == !grows)
  }

  @Test("so does one that was never listed")
  func never() {
    #expect(
      Self.reason(cap: Self.cap, cloud: "aws", other: nil, unlisted: ["gcp"]) == .uncounted("gcp"))
  }

  @Test("without a ceiling it holds up only pools whose nodes may be there")
  func pools() {
    #expect(Self.reason(cap: nil, cloud: "aws", other: 3600) != .uncounted("gcp"))
    #expect(Self.reason(cap: nil, cloud: nil, other: 3600) == .uncounted("gcp"))
  }

  @Test("the same is asked when an act's money is set aside")
  func reserved() throws {
    var fleet = Growing.fleet(missing: 1)
    fleet.rulebook.spend.hourlyCap = HourlyRate(perHour: Self.cap)
    let decision = try #require(fleet.plan.decisions.first)
    var snapshot = fleet.snapshot
    #expect(reservation(decision, snapshot: snapshot, under: fleet.rulebook) == nil)
    snapshot.listedAt = ["aws": fleet.now, "gcp": fleet.now.advanced(by: .seconds(-91))]
    #expect(
      reservation(decision, snapshot: snapshot, under: fleet.rulebook) == .uncounted("gcp"))
  }
}
