import Foundation
import Glibc
import Ports
import Testing

@Suite("Until when a request may leave")
struct SendPermitTests {
  let seen = ContinuousClock.now

  @Test(
    "evidence of exactly the limit may leave, an older one not",
    arguments: [(30, true), (31, false)])
  func age(seconds: Int64, leaves: Bool) {
    let permit = SendPermit(seenAt: seen, limit: .seconds(30))
    let lateness = permit.lateness(at: seen + .seconds(seconds))
    #expect(
      lateness == (leaves ? nil : .evidenceOld(age: .seconds(31), limit: .seconds(30))))
  }

  @Test("a nanosecond past the limit is past it")
  func nanosecond() {
    let permit = SendPermit(seenAt: seen, limit: .seconds(30))
    #expect(permit.lateness(at: seen + .seconds(30) + .nanoseconds(1)) != nil)
  }

  @Test("what rests on nothing that ages leaves at any time")
  func always() {
    #expect(SendPermit.always.lateness(at: seen + .seconds(86_400)) == nil)
  }

  /// YugabyteDB counts its leader's lease from when it was asked for, not from the answer
  /// (yugabyte-db#16): the grant lies between the two, so our end is never the later one.
  @Test(
    "a lease ends a term after it was asked for, and does not hold at its end",
    arguments: [(14, nil), (15, 0), (16, 1)] as [(Int64, Int64?)])
  func lease(seconds: Int64, over: Int64?) {
    let permit = SendPermit(
      seenAt: nil, lease: LeaseHold(askedAt: seen, term: .seconds(15)))
    let lateness = permit.lateness(at: seen + .seconds(seconds))
    #expect(lateness == over.map { .leaseOver(since: .seconds($0)) })
  }

  @Test("a renewed lease holds on for whoever has it already, and never ends earlier for it")
  func renewal() {
    let hold = LeaseHold(askedAt: seen, term: .seconds(15))
    let permit = SendPermit(seenAt: nil, lease: hold)
    hold.renew(askedAt: seen + .seconds(10), term: .seconds(15))
    #expect(permit.lateness(at: seen + .seconds(24)) == nil)
    hold.renew(askedAt: seen, term: .seconds(1))
    #expect(permit.lateness(at: seen + .seconds(24)) == nil)
  }

  @Test("to take back what an act did the lease is needed, and no look")
  func undoing() {
    let hold = LeaseHold(askedAt: seen, term: .seconds(60))
    let permit = SendPermit(seenAt: seen, limit: .seconds(1), lease: hold).forUndoing
    #expect(permit.lateness(at: seen + .seconds(30)) == nil)
    #expect(permit.lateness(at: seen + .seconds(61)) != nil)
  }

  /// Go's clock stands still while the machine sleeps, and so do its deadlines (golang/go#24595).
  /// The two clocks differ only on a machine that was suspended, or in a time namespace
  /// (`unshare --time --boottime 100000`).
  @Test("the clock is the one that counts a suspended machine's sleep, CLOCK_BOOTTIME")
  func bootClock() throws {
    var value = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &value)
    let boot = Duration.seconds(Int64(value.tv_sec)) + .nanoseconds(Int64(value.tv_nsec))
    let written = try JSONEncoder().encode(ContinuousClock.now)
    // An instant tells only differences; as it is written it tells its distance from the boot.
    let parts = try JSONDecoder().decode([String: Duration].self, from: written)
    let ours = try #require(parts["_value"])
    #expect(ours >= boot && ours - boot < .seconds(1))
  }
}
