import Foundation

extension PythonJudge {
  /// `run` on a thread of its own: a judge that waits for a server of ours must not hold one of the
  /// few threads of the task pool that this server answers on.
  public static func runAside(
    _ command: [String], input: String = "", limit: Double
  ) async throws -> Outcome {
    let outcome = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: Result { try run(command, input: input, limit: limit) })
      }
    }
    return try outcome.get()
  }
}
