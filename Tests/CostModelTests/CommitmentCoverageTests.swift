import CostModel
import FleetModel
import Testing

@Suite("Commitment coverage")
struct CommitmentCoverageTests {
  static let hour: Int64 = 3_600_000_000

  static func coverage(committed: Int64, ran: Int64) -> CommitmentCoverage {
    CommitmentCoverage(
      rate: HourlyRate(perHour: .dollars(2)), committedMicroseconds: committed * hour,
      eligibleMicroseconds: ran * hour)
  }

  @Test(
    "coverage is a share of what ran, utilisation one of what is paid for",
    arguments: [
      (committed: 4, ran: 2, coverage: 1.0, utilization: 0.5, unused: 4),
      (committed: 4, ran: 4, coverage: 1.0, utilization: 1.0, unused: 0),
      (committed: 2, ran: 4, coverage: 0.5, utilization: 1.0, unused: 0),
    ] as [(committed: Int64, ran: Int64, coverage: Double, utilization: Double, unused: Int64)])
  func shares(
    row: (committed: Int64, ran: Int64, coverage: Double, utilization: Double, unused: Int64)
  ) {
    let coverage = Self.coverage(committed: row.committed, ran: row.ran)
    #expect(coverage.coverage == row.coverage)
    #expect(coverage.utilization == row.utilization)
    #expect(coverage.unused == .dollars(row.unused))
  }

  @Test("a share of nothing is no share, and nothing is never negative")
  func nothing() {
    #expect(Self.coverage(committed: 0, ran: 1).utilization == nil)
    #expect(Self.coverage(committed: 1, ran: 0).coverage == nil)
    #expect(Self.coverage(committed: 1, ran: 0).unused == .dollars(2))
    #expect(Self.coverage(committed: -1, ran: -1).paid == .zero)
    #expect(CommitmentCoverage.unusedPerHour(HourlyRate(perHour: .dollars(2)), idle: -1) == .zero)
  }

  @Test("used and unused are what is paid, to the nano-dollar")
  func conserved() {
    var random = SpendRandom(seed: 5)
    for _ in 0..<2000 {
      let coverage = CommitmentCoverage(
        rate: HourlyRate(perHour: Money(nanos: .random(in: 0...99_999_999_999, using: &random))),
        committedMicroseconds: .random(in: 0...9_000_000_000_000, using: &random),
        eligibleMicroseconds: .random(in: 0...9_000_000_000_000, using: &random))
      #expect(coverage.used + coverage.unused == coverage.paid)
      #expect(coverage.used >= .zero && coverage.unused >= .zero)
      #expect(
        (coverage.unused == .zero) || coverage.coveredMicroseconds < coverage.committedMicroseconds)
    }
  }

  @Test("break-even is the commitment's price as a share of on demand")
  func breakEven() {
    let (commitment, onDemand) = (
      HourlyRate(perHour: .dollars(3)), HourlyRate(perHour: .dollars(4))
    )
    #expect(CommitmentCoverage.breakEvenHours(commitment: commitment, onDemand: onDemand) == 540)
    #expect(
      CommitmentCoverage.breakEvenHours(
        commitment: commitment, onDemand: onDemand, of: .days(1)) == 18)
    #expect(CommitmentCoverage.breakEvenHours(commitment: commitment, onDemand: .zero) == nil)
  }
}

@Suite("MIG shares")
struct MIGShareTests {
  @Test("fixture: MIG 1g+2g+4g sum to the bill")
  func bill() {
    let bill = Money(nanos: 6_880_000_001)
    let split = MIGShare.split(bill, over: [.g1, .g2, .g4])
    #expect(Money.sum(split.slices) == bill)
    #expect(split.idle == .zero)
    // 8, 16 and 32 of 56.
    #expect(split.slices.map { $0.nanos / 10_000_000 } == [98, 196, 393])
  }

  @Test("what no slice takes is idle")
  func idle() {
    let split = MIGShare.split(.dollars(56), over: [.g1, .g3])
    #expect(split.slices == [.dollars(8), .dollars(28)])
    #expect(split.idle == .dollars(20))
    #expect(MIGShare.split(.dollars(5), over: []).idle == .dollars(5))
  }

  @Test("slices that take more than a whole share it in proportion")
  func beyond() {
    let split = MIGShare.split(.dollars(60), over: [.g3, .g4])
    #expect(split.slices == [.dollars(28), .dollars(32)])
    #expect(split.idle == .zero)
  }

  @Test("any slices and any amount: nothing is lost and nothing is made")
  func property() {
    var random = SpendRandom(seed: 9)
    let kinds: [MIGSlice] = [.g1, .g2, .g3, .g4, .g7]
    for _ in 0..<2000 {
      let slices = (0..<Int.random(in: 0...7, using: &random)).map { _ in
        kinds[Int.random(in: 0..<kinds.count, using: &random)]
      }
      let amount = Money(nanos: .random(in: 0...999_999_999_999, using: &random))
      let split = MIGShare.split(amount, over: slices)
      #expect(Money.sum(split.slices) + split.idle == amount)
      #expect(split.slices.count == slices.count)
    }
  }

  @Test("a slice has at least one and at most all")
  func bounds() {
    #expect(MIGSlice(compute: 0, memory: 1) == nil)
    #expect(MIGSlice(compute: 8, memory: 8) == nil)
    #expect(MIGSlice(compute: 1, memory: 9) == nil)
    #expect(MIGSlice(compute: 7, memory: 8) == .g7)
  }
}

@Suite("Covered time in savings")
struct CoveredSavingTests {
  @Test("what the interval says is covered is taken off, and days side by side add up")
  func additive() {
    var interval = SavingRealisedTests.off(0, 72)
    interval.coveredMicroseconds = 100_000_000_001
    let start = SavingRealisedTests.start
    let later = SavingRealisedTests.later
    let whole = Savings.realised(of: [interval], in: SavingRealisedTests.month, now: later)
    let days = (0..<3).flatMap { day in
      Savings.realised(
        of: [interval], in: start.advanced(by: .days(day))..<start.advanced(by: .days(day + 1)),
        now: later)
    }
    #expect(whole.map(\.coveredMicroseconds) == [100_000_000_001])
    #expect(days.map(\.coveredMicroseconds).reduce(0, +) == 100_000_000_001)
    #expect(whole.first?.saved ?? .zero < .dollars(720))
  }

  @Test("time covered throughout saves 0", arguments: [nil, 5] as [Int64?])
  func all(until: Int64?) {
    var interval = SavingRealisedTests.off(0, until)
    interval.coveredMicroseconds = 5 * 3_600_000_000
    let now = SavingRealisedTests.start.advanced(by: .hours(5))
    let saving = Savings.realised(of: interval, in: SavingRealisedTests.month, now: now)
    #expect(saving.saved == .zero)
  }
}
