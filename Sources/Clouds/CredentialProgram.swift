import FleetModel
import Foundation
import Planner
import Ports
import Synchronization

/// Runs a program that prints a credential: AWS's credential_process, a kubeconfig's exec plugin,
/// the Azure command line.
enum CredentialProgram {
  /// A program that asks a person something never ends by itself.
  static let limit = Duration.seconds(30)
  /// A credential is a few KiB.
  private static let largestOutput = 1 << 20

  /// What it printed. Not through a shell: `arguments` are the program's, as they stand.
  static func output(
    of program: String, _ arguments: [String], environment: [String: String],
    limit: Duration = limit
  ) async throws(ActuateError) -> [UInt8] {
    let outcome = await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: run(program, arguments, environment, limit))
      }
    }
    return try outcome.get()
  }

  private static func run(
    _ program: String, _ arguments: [String], _ environment: [String: String], _ limit: Duration
  ) -> Result<[UInt8], ActuateError> {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    do { try process.run() } catch {
      return .failure(refusal("\(program) can not be started: \(error)"))
    }
    let killer = DispatchWorkItem { end(process) }
    DispatchQueue.global().asyncAfter(
      deadline: .now() + .milliseconds(Int(limit.inSeconds * 1000)), execute: killer)
    let (printed, said) = (Gathered(output), Gathered(errors))
    // A child of the program's that outlives it may hold the pipes for ever: those are let go.
    let last = DispatchTime.now() + .milliseconds(Int(limit.inSeconds * 1000) + 2000)
    guard let text = printed.text(by: last), let words = said.text(by: last) else {
      end(process)
      return .failure(refusal("\(program) did not end within \(limit.brief)"))
    }
    process.waitUntilExit()
    killer.cancel()
    return judge(program, process, text, words, limit)
  }

  /// The program, and what it started where it leads a group of its own.
  private static func end(_ process: Process) {
    kill(process.processIdentifier, SIGKILL)
    kill(-process.processIdentifier, SIGKILL)
  }

  /// What comes out of a pipe, read on a thread of its own.
  private final class Gathered: Sendable {
    private let bytes = Mutex<Data?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ pipe: Pipe) {
      let handle = pipe.fileHandleForReading
      Thread.detachNewThread { [self] in
        let text = handle.readDataToEndOfFile()
        bytes.withLock { $0 = text }
        done.signal()
      }
    }

    /// nil when the pipe is still open then.
    func text(by moment: DispatchTime) -> Data? {
      guard done.wait(timeout: moment) == .success else { return nil }
      return bytes.withLock { $0 }
    }
  }

  private static func judge(
    _ program: String, _ process: Process, _ printed: Data, _ said: Data, _ limit: Duration
  ) -> Result<[UInt8], ActuateError> {
    if process.terminationReason == .uncaughtSignal {
      return .failure(refusal("\(program) did not end within \(limit.brief)"))
    }
    guard process.terminationStatus == 0 else {
      let words = String(decoding: said.prefix(300), as: UTF8.self)
        .split { $0.isWhitespace }.joined(separator: " ")
      return .failure(
        refusal("\(program) ended with status \(process.terminationStatus): \(words)"))
    }
    guard printed.count <= largestOutput else {
      return .failure(refusal("\(program) printed \(printed.count) bytes, no credential"))
    }
    return .success(Array(printed))
  }

  private static func refusal(_ message: String) -> ActuateError {
    .refused(ActFailure(kind: .auth, code: "NoCredentials", message: message))
  }
}
