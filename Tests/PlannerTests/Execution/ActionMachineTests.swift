import FleetModel
import Planner
import Testing

@Suite("The life of one act")
struct ActionMachineTests {
  static let now = Timestamp(seconds: 1_000_000)
  static let receipt = Receipt(node: "i-1", state: .stopping)
  static let throttled = ActFailure(kind: .throttled, code: "RequestLimitExceeded", message: "")

  static func machine(_ intent: Intent = .stop) -> ActionMachine {
    ActionMachine(
      Decision(
        key: DecisionKey("f/p/i-1/\(intent.rawValue)/0"), subject: .node("i-1"), pool: "p",
        intent: intent,
        reason: .killSwitch, mode: .auto, generation: 0, madeAt: now,
        expiresAt: now.advanced(by: .seconds(60))))
  }

  @Test("looks, writes the attempt down, calls, writes the outcome down, in this order")
  func straight() {
    var machine = Self.machine()
    #expect(machine.step(.begin(now: Self.now)) == .look)
    #expect(machine.step(.looked(nil)) == .append(.attempted(number: 1)))
    #expect(machine.step(.recorded) == .call)
    #expect(machine.step(.answered(.success(Self.receipt))) == .append(.succeeded(Self.receipt)))
    #expect(machine.step(.recorded) == .finish)
  }

  @Test("a look that finds work cancels before anything is sent")
  func cancelled() {
    var machine = Self.machine()
    _ = machine.step(.begin(now: Self.now))
    #expect(machine.step(.looked(.busy(.engine))) == .append(.cancelled(.busy(.engine))))
    #expect(machine.step(.recorded) == .finish)
  }

  @Test(
    "a decision is void at its expiry, and not before",
    arguments: [(59, true), (60, false), (61, false)])
  func expiry(seconds: Int64, alive: Bool) {
    var machine = Self.machine()
    let effect = machine.step(.begin(now: Self.now.advanced(by: .seconds(seconds))))
    #expect((effect == .look) == alive)
    #expect(alive || effect == .append(.cancelled(.stale(age: .seconds(seconds)))))
  }

  @Test(
    "what would have left too late is looked at anew at once, as long as the decision lives",
    arguments: [(59, true), (60, false)])
  func tooLate(seconds: Int64, alive: Bool) {
    var machine = Self.machine()
    _ = machine.step(.begin(now: Self.now))
    _ = machine.step(.looked(nil))
    _ = machine.step(.recorded)
    let late = Self.now.advanced(by: .seconds(seconds))
    let effect = machine.step(.answered(.tooLate(now: late)))
    #expect(effect == (alive ? .look : .append(.cancelled(.expired(age: .seconds(60))))))
    if alive { #expect(machine.step(.looked(nil)) == .append(.attempted(number: 2))) }
  }

  @Test("what is too late every time ends, with nothing said to have failed")
  func alwaysTooLate() {
    var machine = Self.machine()
    var effect = machine.step(.begin(now: Self.now))
    for _ in 0..<ActionMachine.attemptLimit {
      #expect(effect == .look)
      _ = machine.step(.looked(nil))
      _ = machine.step(.recorded)
      effect = machine.step(.answered(.tooLate(now: Self.now)))
    }
    #expect(effect == .append(.cancelled(.expired(age: .zero))))
  }

  @Test("looks again before every further attempt")
  func looksAgain() {
    var machine = Self.machine()
    _ = machine.step(.begin(now: Self.now))
    _ = machine.step(.looked(nil))
    _ = machine.step(.recorded)
    let wait = machine.step(.answered(.retryLater(after: .seconds(3), Self.throttled)))
    #expect(wait == .wait(.seconds(3)))
    #expect(machine.step(.waited) == .look)
    #expect(machine.step(.looked(nil)) == .append(.attempted(number: 2)))
  }

  @Test("a lost answer is found out about before anything is sent again")
  func lostAnswer() {
    var machine = Self.machine(.launch)
    _ = machine.step(.begin(now: Self.now))
    _ = machine.step(.looked(nil))
    _ = machine.step(.recorded)
    guard case .wait = machine.step(.answered(.unknown("reset"))) else {
      Issue.record("must wait for the world to show the effect")
      return
    }
    #expect(machine.step(.waited) == .find)
    let adopted = Receipt(node: "i-9", state: .pending, adopted: true)
    #expect(machine.step(.found(adopted)) == .append(.succeeded(adopted)))
  }

  @Test("after a crash past the attempt the effect is looked for, before it and after expiry too")
  func resumeAttempted() {
    var machine = Self.machine(.launch)
    let late = Self.now.advanced(by: .hours(1))
    #expect(machine.step(.resume(.attempted, now: late)) == .find)
    #expect(machine.step(.found(nil)) == .look)
    #expect(machine.step(.looked(nil)) == .append(.attempted(number: 2)))
  }

  @Test("after a crash before the attempt it begins anew, or is void when it is late")
  func resumeIntended() {
    var machine = Self.machine()
    #expect(machine.step(.resume(.intended, now: Self.now)) == .look)
    var late = Self.machine()
    let effect = late.step(.resume(.intended, now: Self.now.advanced(by: .seconds(60))))
    #expect(effect == .append(.cancelled(.stale(age: .seconds(60)))))
  }

  @Test("throttled for ever, it gives up after its limit of attempts")
  func givesUp() {
    var machine = Self.machine()
    var effect = machine.step(.begin(now: Self.now))
    var calls = 0
    for _ in 0..<200 where effect != .finish {
      switch effect {
      case .look: effect = machine.step(.looked(nil))
      case .append: effect = machine.step(.recorded)
      case .call:
        calls += 1
        effect = machine.step(.answered(.retryLater(after: nil, Self.throttled)))
      case .wait: effect = machine.step(.waited)
      case .find: effect = machine.step(.found(nil))
      case .finish: break
      }
    }
    #expect(effect == .finish)
    #expect(calls == ActionMachine.attemptLimit)
  }

  @Test("whatever comes in whatever order, a call always follows an attempt in the ledger")
  func neverCallsUnrecorded() {
    var chance = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var machine = Self.machine(Bool.random(using: &chance) ? .stop : .launch)
      var last = machine.step(.begin(now: Self.now))
      for _ in 0..<30 where last != .finish {
        let event = Self.events.randomElement(using: &chance) ?? .recorded
        let effect = machine.step(event)
        if effect == .call {
          guard case .append(.attempted) = last else {
            Issue.record("called after \(last)")
            return
          }
        }
        last = effect
      }
    }
  }

  static let events: [ActionMachine.Event] = [
    .looked(nil), .looked(.killSwitch), .recorded, .answered(.success(receipt)),
    .answered(.refused(throttled)), .answered(.retryLater(after: nil, throttled)),
    .answered(.unknown("x")), .found(nil), .found(receipt), .searchFailed("x"), .waited,
    .begin(now: now),
  ]
}
