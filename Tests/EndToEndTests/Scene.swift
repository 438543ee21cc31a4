import Controller
import DemoFleet
import FleetModel
import Foundation
import Planner
import Ports
import PostgresStore
import Simulator
import TestSupport

/// What a scene consists of, before it is opened.
struct Cast: Sendable {
  var nodes: [DemoNode] = []
  var spares = 0
  var activity = Doings()
  var lag = FakeEC2.Lag(start: .seconds(2), stop: .seconds(2), end: .seconds(2), visibility: .zero)
  var speed = 1
  var every = "15s"
  var timeout = "2s"
  /// Lines of the settings' list of pools.
  var pools: [String] = []
  var thresholds: [String] = []
}

/// What the accelerators truly do: at work on the nodes that are named, at rest on the others.
struct Doings: ActivitySource {
  var busy: Set<Int> = []
  /// At work from then on.
  var busyFrom: [Int: Timestamp] = [:]

  func activity(node: Int, accelerator: Int, at moment: Timestamp) -> DeviceActivity? {
    let works = busy.contains(node) || busyFrom[node].map { moment >= $0 } == true
    return DeviceActivity(duty: works ? 0.7 : 0, memoryUsed: works ? 20_000 : 0)
  }
}

/// A demo fleet in this process, a database of its own, and the settings with which a real
/// controller watches the one and keeps its books in the other.
struct Scene: Sendable {
  let folder: URL
  let fleet: DemoFleet
  let clock: ScaledTime
  let speed: Int
  let settings: URL

  /// Opens a scene, and closes it however `body` ends.
  static func with(_ cast: Cast, _ body: (Scene) async throws -> Void) async throws {
    let workshop = try Workshop()
    try await DatabaseTemplate.shared.copy(to: workshop.folder.appending(path: "db"))
    let origin = Timestamp(seconds: SystemTime().now().microseconds / 1_000_000)
    let clock = ScaledTime(origin: origin, speed: cast.speed)
    let plan = DemoFleetPlan(
      fleet: "e2e", nodes: cast.nodes, spares: cast.spares, lag: cast.lag,
      launchedAt: origin.advanced(by: .zero - .hours(5)))
    let fleet = DemoFleet(plan, activity: cast.activity, time: clock)
    let ends = try await fleet.start()
    let text = yaml(cast, ends, in: workshop.folder)
    let scene = Scene(
      folder: workshop.folder, fleet: fleet, clock: clock, speed: cast.speed,
      settings: try workshop.write(text, to: "finops.yaml"))
    do { try await body(scene) } catch {
      await scene.close()
      throw error
    }
    await scene.close()
  }

  /// The folder goes when nobody writes into it any more: the server ends with its controller.
  private func close() async {
    await fleet.stop()
    _ = await eventually(within: .seconds(10)) { server.map { !lives($0) } ?? true }
  }

  private static func yaml(_ cast: Cast, _ ends: DemoEndpoints, in folder: URL) -> String {
    let targets = ends.targets.map { "'\($0.target)'" }.joined(separator: ", ")
    let collector =
      "  - {type: dcgm, targets: [\(targets)], every: \(cast.every), timeout: \(cast.timeout)}"
    return """
      version: 1
      fleet: {name: e2e, mode: auto}
      database: {embedded: {data_dir: '\(folder.path)/db'}}
      data_dir: '\(folder.path)/db'
      clouds: {aws: {type: aws, regions: [us-east-1], endpoint: '\(ends.ec2)'}}
      evaluate_every: \(cast.speed > 1 ? "15s" : "1s")
      prices:
        - {cloud: aws, type: g6e.xlarge, hourly: $1.861/h}
      pools:
      \(cast.pools.map { "  - " + whole($0) }.joined(separator: "\n"))
      \(ends.targets.isEmpty ? "" : "collectors:\n" + collector)
      \(cast.thresholds.isEmpty ? "" : "thresholds: {" + cast.thresholds.joined(separator: ", ") + "}")
      """
  }

  /// A scene lasts minutes, and a device's level takes an hour to learn: until then confidence is
  /// medium, and that is what its pools ask for. What is on its machines' local disks is nobody's.
  private static func whole(_ pool: String) -> String {
    guard let end = pool.lastIndex(of: "}") else { return pool }
    let confidence = pool.contains("min_confidence") ? "" : ", min_confidence: medium"
    return pool[..<end] + confidence + ", local_disks: lost" + pool[end...]
  }

  /// A controller of this scene; `crashAt` names the step at which it kills itself. Under settings
  /// of its own, it is another one beside the first.
  func controller(
    crashAt point: String? = nil, under own: URL? = nil
  ) throws -> FinopsProcess {
    var environment = ["AWS_ACCESS_KEY_ID": "AKIAE2E", "AWS_SECRET_ACCESS_KEY": "e2e"]
    if let point { environment["FINOPS_CRASH_AT"] = point }
    var arguments = ["controller", "--config", (own ?? settings).path, "--listen", "127.0.0.1:0"]
    if speed > 1 { arguments += ["--speed", "\(speed)", "--clock-origin", "\(clock.origin)"] }
    return try FinopsProcess(arguments, environment: environment, in: folder)
  }

  // MARK: What is in the books

  var conninfo: String {
    "host='\(folder.path)/db/postgres/socket' port=5432 user=finops dbname=finops"
  }

  /// Asks the database, for which a server must be up: a controller's.
  func asking<Value>(_ body: (PostgresStore) async throws -> Value) async throws -> Value {
    let store = try await PostgresStore.open(conninfo: conninfo)
    do {
      let value = try await body(store)
      await store.close()
      return value
    } catch {
      await store.close()
      throw error
    }
  }

  func events() async throws -> [LedgerEvent] {
    try await asking { try await $0.events(after: 0, limit: 100_000) }
  }

  /// One value by SQL, for what only people look at.
  func sql(_ statement: String) async throws -> String {
    let psql = try FinopsProcess(
      ["-XAt", "-c", statement, conninfo], program: URL(filePath: "/usr/bin/psql"), in: folder)
    _ = await psql.ended(within: .seconds(20))
    guard psql.exitCode == 0 else { throw SceneError(psql.text) }
    return psql.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The server's process, as its own file says.
  var server: Int32? {
    let file = folder.appending(path: "db/postgres/data/postmaster.pid").path
    let text = try? String(contentsOfFile: file, encoding: .utf8)
    return text?.split(separator: "\n").first.flatMap { Int32($0) }
  }
}

struct SceneError: Error, CustomStringConvertible {
  let description: String
  init(_ text: String) { description = text }
}

/// Is there a process of this number that is not a zombie?
func lives(_ process: Int32) -> Bool {
  let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
  guard let state = stat?.split(separator: ")").last?.split(separator: " ").first else {
    return false
  }
  return state != "Z" && state != "X"
}

extension [LedgerEvent] {
  func count(of name: String) -> Int { count { $0.kind.name == name } }

  /// Acts that have an intent and no end.
  var open: [DecisionKey] {
    let ended = Set(filter(\.kind.isFinal).map(\.key))
    return filter { $0.kind.name == "intended" && !ended.contains($0.key) }.map(\.key)
  }

  var story: String { map { "\($0.key) \($0.kind.name)" }.joined(separator: "; ") }
}
