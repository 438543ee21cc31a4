import FleetModel
import Ports
import Synchronization

/// Brings the loop's next pass forward: something came that cannot wait for its turn.
final class Bell: Sendable {
  private struct State {
    var rung = false
    /// Told whether it was the bell that woke it.
    var sleeper: CheckedContinuation<Bool, Never>?
  }

  private let state = Mutex(State())

  /// Ends the wait under way, or the next one at its beginning.
  func ring() {
    let sleeper = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      defer { state.sleeper = nil }
      state.rung = state.sleeper == nil
      return state.sleeper
    }
    sleeper?.resume(returning: true)
  }

  /// Waits for `pause` on this clock, or until the bell rings, or rang since the last wait; true when
  /// it rang. Throws when the task is cancelled.
  func wait(atMost pause: Duration, on clock: any TimeSource) async throws -> Bool {
    let nap = Task { [self] in
      try? await clock.sleep(for: pause)
      wake()
    }
    defer { nap.cancel() }
    let isRung = await withTaskCancellationHandler {
      await sleep()
    } onCancel: {
      wake()
    }
    try Task.checkCancellation()
    return isRung
  }

  private func sleep() async -> Bool {
    await withCheckedContinuation { continuation in
      let isRung = state.withLock { state -> Bool in
        guard !state.rung, !Task.isCancelled else {
          state.rung = false
          return true
        }
        state.sleeper = continuation
        return false
      }
      if isRung { continuation.resume(returning: true) }
    }
  }

  /// The time is up: wakes who sleeps, and leaves no ring behind for the next wait.
  private func wake() {
    let sleeper = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume(returning: false)
  }
}
