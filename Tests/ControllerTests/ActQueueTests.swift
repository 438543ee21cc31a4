import FleetModel
import Planner
import Synchronization
import Testing

@testable import Controller

@Suite("The queue of acts", .timeLimit(.minutes(1)))
struct ActQueueTests {
  /// Runs acts in these clouds with one place each; what each act does is `act`.
  private static func run(
    _ clouds: [CloudName], _ act: @escaping @Sendable (CloudName) async -> Void
  ) async throws {
    let queue = ActQueue(limit: 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, cloud) in clouds.enumerated() {
        group.addTask {
          try await queue.run(DecisionKey("act-\(number)"), in: cloud) { await act(cloud) }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("a cloud whose act waits holds up no other")
  func lanes() async throws {
    let done = Mutex(false)
    try await Self.run(["slow", "quick"]) { cloud in
      guard cloud == "slow" else { return done.withLock { $0 = true } }
      // Ends only when the other has run beside it.
      while !done.withLock({ $0 }) { await Task.yield() }
    }
  }

  @Test("in one cloud no more than its places run at once, and all run")
  func limit() async throws {
    let counts = Mutex((now: 0, most: 0, all: 0))
    try await Self.run(Array(repeating: "one", count: 20)) { _ in
      counts.withLock { counts in
        counts.now += 1
        counts.most = max(counts.most, counts.now)
        counts.all += 1
      }
      await Task.yield()
      counts.withLock { $0.now -= 1 }
    }
    #expect(counts.withLock { $0.most } == 1)
    #expect(counts.withLock { $0.all } == 20)
  }

  @Test("no act is claimed twice while it runs or waits")
  func claims() async throws {
    let queue = ActQueue(limit: 1)
    #expect(await queue.claim("k"))
    #expect(await !queue.claim("k"))
    try await queue.run("k") {}
    #expect(await queue.claim("k"))
  }
}
