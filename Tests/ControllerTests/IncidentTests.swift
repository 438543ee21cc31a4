import CostModel
import FleetModel
import Logging
import Planner
import Ports
import TestSupport
import Testing

@testable import Controller

/// Failures that others had while carrying decisions out, by their number in the list of incidents.
@Suite("Incidents of carrying out")
struct IncidentTests {
  private static let now = ExecutorTests.now

  /// The launch as the executor sends it.
  private static func call() -> Action {
    let token = intentToken(for: ExecutorTests.launch().key)
    return Action(
      token: token, intent: .launch, launch: ExecutorTests.launch().launch,
      tags: [Tag.fleet: "f", Tag.intent: token])
  }

  /// One launch in a pool of its own.
  private static func launch(_ number: Int) -> Decision {
    var decision = ExecutorTests.launch()
    decision.key = DecisionKey("f/p/slot-\(number)/launch/0")
    decision.subject = .slot("p", number)
    return decision
  }

  @Test(
    "I5: a crash anywhere between the call and its record leaves one machine, and its end on record",
    arguments: [
      (written: false, sent: false), (written: true, sent: false), (written: true, sent: true),
    ])
  func crash(written: Bool, sent: Bool) async throws {
    let cloud = TokenCloud()
    let decision = ExecutorTests.launch()
    // The controller that crashed: what it wrote, and what it had sent.
    let (before, ledger) = try await ExecutorTests.ready(cloud, decision)
    if written {
      try await before.journal.append(
        LedgerEvent(at: Self.now, key: decision.key, kind: .attempted(number: 1)), alerts: [])
    }
    if sent { _ = try await cloud.carryOut(Self.call()) }
    // The next one knows the ledger only.
    let (after, _) = try await ExecutorTests.ready(cloud, decision, ledger: ledger)
    try await after.run(decision, resuming: written ? .attempted : .intended)
    #expect(await cloud.nodes.count == 1)
    #expect(await cloud.calls.count == 1)
    let ends = await ledger.events.filter { $0.kind.isFinal }
    #expect(ends.map(\.kind.name) == ["succeeded"])
  }

  @Test(
    "I6: a create whose answer is lost leaks nothing, though the cloud lists the machine late",
    arguments: [0, 1, 3])
  func lostCreate(lists: Int) async throws {
    let cloud = TokenCloud()
    await cloud.loseAnswers(2)
    await cloud.hide(for: lists)
    let (executor, ledger) = try await ExecutorTests.ready(cloud, ExecutorTests.launch())
    try await executor.run(ExecutorTests.launch())
    #expect(await cloud.nodes.count == 1)
    #expect(await Set(cloud.calls.map(\.token)).count == 1)
    guard case .succeeded(let receipt) = await ledger.events.last?.kind else {
      Issue.record("the machine that was made is not in the ledger")
      return
    }
    #expect(await cloud.nodes[try #require(receipt.node)] != nil)
  }

  @Test("I13: a throttle is waited out, as long as the cloud asks; it is no want of capacity")
  func throttled() async throws {
    let cloud = TokenCloud()
    let slow = ActFailure(kind: .throttled, code: "RequestLimitExceeded", message: "")
    await cloud.refuse(.retryLater(after: .seconds(7), slow), times: 3)
    let (executor, ledger) = try await ExecutorTests.ready(cloud, ExecutorTests.launch())
    let clock = try #require(executor.wall as? VirtualTime)
    try await executor.run(ExecutorTests.launch())
    #expect(await cloud.calls.count == 4)
    #expect(await cloud.nodes.count == 1)
    // Each wait is what was asked, and up to half as much more; never less.
    let waited = clock.now().duration(since: Self.now)
    #expect(waited >= .seconds(21) && waited <= .milliseconds(31_500))
    #expect(await ledger.events.last?.kind.name == "succeeded")
  }

  @Test("I13: throttled for ever, an act ends as throttled after its attempts, not as no capacity")
  func throttledForEver() async throws {
    let cloud = TokenCloud()
    let slow = ActFailure(kind: .throttled, code: "RequestLimitExceeded", message: "")
    await cloud.refuse(.retryLater(after: nil, slow))
    let (executor, ledger) = try await ExecutorTests.ready(cloud, ExecutorTests.launch())
    try await executor.run(ExecutorTests.launch())
    #expect(await cloud.calls.count == ActionMachine.attemptLimit)
    #expect(await ledger.events.last?.kind == .failed(slow))
    // What is learned from it: that the cloud was busy, and nothing of its room.
    var memory = Memory()
    for event in await ledger.events { memory.fold(event) }
    #expect(memory.pools["p"]?.refused?.map(\.kind) == [.throttled])
    #expect(memory.openActions.isEmpty)
  }

  @Test("I13: one throttled call is one call repeated: the forty acts beside it send none again")
  func noFanOut() async throws {
    let cloud = TokenCloud()
    let slow = ActFailure(kind: .throttled, code: "RequestLimitExceeded", message: "")
    await cloud.refuse(.retryLater(after: nil, slow), times: 1)
    let acts = (0...40).map(Self.launch)
    let (executor, ledger) = try await ExecutorTests.ready(
      cloud, acts[0], beside: Array(acts.dropFirst()))
    await withThrowingTaskGroup(of: Void.self) { group in
      for act in acts { group.addTask { try await executor.run(act) } }
    }
    #expect(await cloud.calls.count == 42)
    #expect(await cloud.nodes.count == 41)
    let names = await ledger.events.map(\.kind.name)
    #expect(names.count { $0 == "attempted" } == 42)
    #expect(names.count { $0 == "succeeded" } == 41)
  }
}
