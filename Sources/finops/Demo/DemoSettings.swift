import DemoFleet
import FleetModel
import Foundation
import Planner
import Settings
import Simulator

/// The settings that watch a demo fleet: the text a person could have written.
struct DemoSettings: Sendable {
  static let database = "demo"

  var fleet: String
  var region: Region
  var ec2: String
  var targetsFile: String
  var pools: [Pool]
  var alertURL: String?
  var listen: String
  /// Where the database and the made-up keys are.
  var folder: String
  var every: String = "15s"
  /// The other clouds; nil: only AWS.
  var others: DemoCloudText?
  /// A recording begins with devices that nothing is known of, and is over before an hour of rest has
  /// taught their levels: its pools ask for no more than medium confidence.
  var isRecorded = false

  struct Pool: Sendable {
    var name: PoolName
    var kind: PoolKind
    var type: InstanceType
    var hourly: HourlyRate
    var minimum: Int
  }

  var yaml: String {
    """
    # The demo fleet, as `finops controller` would watch it.
    version: 1
    fleet: {name: \(fleet), mode: auto}
    database: {embedded: {data_dir: \(quoted(folder + "/controller"))}}
    data_dir: \(quoted(folder + "/controller"))
    clouds:
    \((aws + (others?.cloudLines ?? [])).joined(separator: "\n"))
    collectors:
      - {type: dcgm, targets_file: \(quoted(targetsFile)), every: \(every)}
    \((others?.paceLines ?? []).joined(separator: "\n"))
    \(listenLine)
    \(list("prices", pools.map(priceLine) + (others?.priceLines ?? [])))
    \(list("pools", pools.map(poolLine) + (others?.poolLines ?? [])))
    \(alerts)
    """
  }

  /// Which cloud each pool is in; empty where there is only one.
  var cloudsOfPools: [PoolName: CloudName] {
    guard let others else { return [:] }
    let own = pools.map { ($0.name, CloudName("aws")) }
    return Dictionary(
      own + others.pools.map { ($0.name, CloudName($0.cloud.rawValue)) },
      uniquingKeysWith: { first, _ in first })
  }

  private var aws: [String] {
    guard others?.hasAWS ?? true else { return [] }
    return [
      """
        aws:
          type: aws
          regions: [\(region)]
          endpoint: \(ec2)
          credentials: {access_key_id: {file: \(quoted(folder + "/demo-key-id"))}, \
      secret_access_key: {file: \(quoted(folder + "/demo-key"))}}
      """
    ]
  }

  private func list(_ key: String, _ lines: [String]) -> String {
    lines.isEmpty ? "# no \(key)" : "\(key):\n" + lines.joined(separator: "\n")
  }

  /// Port 0, any that is free, is for the command line only: a file names a port people can open.
  private var listenLine: String {
    listen.hasSuffix(":0") ? "# listen: 127.0.0.1:9464" : "listen: \(listen)"
  }

  private func priceLine(_ pool: Pool) -> String {
    "  - {cloud: aws, type: \(pool.type), hourly: $\(pool.hourly.perHour)/h}"
  }

  /// What is on the local disks of a demo's machines is nobody's.
  private func poolLine(_ pool: Pool) -> String {
    "  - {name: \(pool.name), kind: \(pool.kind.rawValue), "
      + "match: {tags: {\(Tag.pool): \(pool.name)}}, nodes: \(pool.minimum)..64, "
      + "local_disks: lost\(isRecorded ? ", min_confidence: medium" : "")}"
  }

  private var alerts: String {
    guard let alertURL else { return "" }
    return """
      alerts:
        channels:
          - {name: \(DemoDatabase.channel), type: webhook, url: \(alertURL), allow_private: true, \
      secret: {file: \(quoted(folder + "/demo-webhook-secret"))}}
      """
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  /// The settings of this text; a demo whose own text does not pass is a defect, and says so.
  func settings() throws -> Settings { try Self.checked(yaml, folder: folder) }

  /// Writes the made-up credentials and the webhook secret; they open nothing but the demo.
  static func writeKeys(to folder: String) throws {
    try FileManager.default.createDirectory(
      at: URL(filePath: folder), withIntermediateDirectories: true)
    let secret = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
    let texts = [
      "demo-key-id": "AKIADEMOFLEET0000001", "demo-key": "demo-secret-of-no-use-elsewhere",
      "demo-webhook-secret": "whsec_" + secret,
    ]
    for (name, text) in texts { try write(text, to: folder + "/" + name) }
  }

  /// A file nobody else reads.
  static func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  /// Settings for looking at a demo's records when nothing of it runs.
  static func offline(folder: String) throws -> Settings {
    let text = """
      version: 1
      fleet: {name: demo}
      database: {embedded: {data_dir: '\(folder.replacing("'", with: "''"))'}}
      """
    return try checked(text, folder: folder)
  }

  private static func checked(_ text: String, folder: String) throws -> Settings {
    switch Settings.parse(text: text, file: folder + "/demo.yaml") {
    case .success(let settings): return settings
    case .failure(let errors):
      tell("\(errors)")
      throw Exit.configuration
    }
  }
}
