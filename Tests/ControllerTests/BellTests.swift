import FleetModel
import Ports
import Testing

@testable import Controller

@Suite("The bell", .timeLimit(.minutes(1)))
struct BellTests {
  @Test("it ends a wait, and one that was rung before ends the next at its beginning")
  func rung() async throws {
    let bell = Bell()
    bell.ring()
    #expect(try await bell.wait(atMost: .hours(1), on: SystemTime()))
    async let waited = bell.wait(atMost: .hours(1), on: SystemTime())
    try await Task.sleep(for: .milliseconds(20))
    bell.ring()
    #expect(try await waited)
  }

  @Test("without it the time is waited for, and leaves no ring behind")
  func waited() async throws {
    let bell = Bell()
    for _ in 1...3 {
      #expect(try await !bell.wait(atMost: .milliseconds(5), on: SystemTime()))
    }
  }

  @Test("a cancelled wait ends")
  func cancelled() async {
    let task = Task { try await Bell().wait(atMost: .hours(1), on: SystemTime()) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
