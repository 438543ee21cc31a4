import FleetModel
import Foundation
import Ports
import TestSupport

/// A server that somebody else wrote, as a child: started, asked until it answers, killed.
struct Peer {
  let port: Int
  var endpoint: String { "http://127.0.0.1:\(port)" }
  private let process: Process
  private let input: Pipe
  private let output: URL

  struct DidNotStart: Error {}

  /// Starts `command`, whose words "PORT" become a free port, and waits until `path` answers.
  static func start(
    _ command: [String], environment: [String: String] = [:], ready path: String?
  ) async throws -> Peer {
    let port = Int.random(in: 20_000...60_000)
    let peer = try Peer(command.map { $0 == "PORT" ? "\(port)" : $0 }, port, environment)
    // It answers within 5 s on a quiet machine; ours may be busy.
    for _ in 1...400 {
      if let ready = await peer.ready(path) { return ready }
      guard peer.process.isRunning else { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    let said = peer.lines
    peer.stop()
    print("a peer did not start: \(command.joined(separator: " "))", said)
    throw DidNotStart()
  }

  private init(_ command: [String], _ port: Int, _ environment: [String: String]) throws {
    self.port = port
    process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    input = Pipe()
    output = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data().write(to: output)
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  private init(_ other: Peer, port: Int) {
    (process, input, output) = (other.process, other.input, other.output)
    self.port = port
  }

  /// Itself, when it answers; with the port it printed when it chose one itself.
  private func ready(_ path: String?) async -> Peer? {
    guard let path else { return lines.first.flatMap { Int($0) }.map { Peer(self, port: $0) } }
    let request = HTTPRequest(url: endpoint + path, limits: HTTPLimits(total: .seconds(2)))
    guard let reply = try? await LoopbackClient().send(request), reply.status == 200 else {
      return nil
    }
    return self
  }

  /// What it has printed so far.
  var lines: [String] {
    let text = (try? Data(contentsOf: output)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: output)
  }

  static func moto(_ environment: [String: String] = [:]) async throws -> Peer {
    try await start(
      [
        PythonJudge.python, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p",
        "PORT",
      ], environment: environment, ready: "/moto-api/")
  }

  /// The fault injector in front of `upstream`.
  ///
  /// It gives requests another Host; with keys in `environment` it signs them anew.
  static func microburst(
    before upstream: String, environment: [String: String] = [:]
  ) async throws -> Peer {
    try await start(
      [
        PythonJudge.python, "-c", "from microburst.cli import main; main()", "--upstream", upstream,
        "--port", "PORT", environment.isEmpty ? "--no-resign" : "--resign",
      ], environment: environment, ready: "/_microburst/rules")
  }

  /// The judge of signatures and shapes in front of `upstream`.
  static func wireJudge(before upstream: String, secret: String) async throws -> Peer {
    let script = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/judge_wire.py")
    let specs = SharedFiles.url("specs/aws").map { [$0.path] } ?? []
    return try await start(
      [PythonJudge.python, script.path, upstream, secret] + specs, ready: nil)
  }

  /// Sets microburst's rules, a JSON list.
  func rules(_ json: String) async throws {
    let reply = try await LoopbackClient().send(
      HTTPRequest(
        method: "POST", url: endpoint + "/_microburst/rules",
        headers: [HTTPField("Content-Type", "application/json")], body: Array(json.utf8)))
    guard reply.status < 300 else {
      throw PeerSaid(text: "\(reply.status) \(String(decoding: reply.body, as: UTF8.self))")
    }
  }

  struct PeerSaid: Error { var text: String }
}
