import Foundation

extension PythonJudge {
  /// `run` on a thread of its own: a server in this process that the script speaks to needs the
  /// few threads of the task pool, and two waiting judges would hold them all.
  public static func aside(
    _ command: [String], input: String = "", limit: Double
  ) async throws -> Outcome {
    let result = await withCheckedContinuation { continuation in
      Thread {
        continuation.resume(returning: Result { try run(command, input: input, limit: limit) })
      }.start()
    }
    return try result.get()
  }
}
