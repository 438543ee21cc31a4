import FleetModel
import Foundation
import Planner
import TestSupport
import Testing

@testable import Settings

/// PyPI's `jsonschema`, in a process of its own.
enum SchemaPeer {
  private static let python =
    PythonJudge.python

  static let isThere = ends(["-c", "import jsonschema, yaml"]) == 0

  /// Whether the peer accepts a YAML text under our schema: 0 yes, 3 no, else it broke.
  static func judge(_ text: String, in folder: URL) throws -> Int32? {
    let schema = folder.appending(path: "schema.json")
    let file = folder.appending(path: "finops.yaml")
    try Data(Settings.jsonSchema().utf8).write(to: schema)
    try Data(text.utf8).write(to: file)
    return ends(["-c", script, schema.path, file.path])
  }

  private static func ends(_ arguments: [String]) -> Int32? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    for _ in 0..<4000 where process.isRunning { usleep(5000) }
    guard !process.isRunning else {
      kill(process.processIdentifier, SIGKILL)
      return nil
    }
    return process.terminationStatus
  }

  /// Dates stay text: JSON has none.
  private static let script = """
    import json, sys, jsonschema, yaml
    class Loader(yaml.SafeLoader): pass
    Loader.yaml_implicit_resolvers = {
        first: [pair for pair in pairs if not pair[0].endswith("timestamp")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = yaml.load(open(sys.argv[2]), Loader)
    valid = jsonschema.Draft202012Validator(schema).is_valid(document)
    sys.exit(0 if valid else 3)
    """
}

@Suite(
  "The JSON Schema, judged by PyPI's jsonschema", .serialized,
  .enabled(if: SchemaPeer.isThere, "the Python modules jsonschema and yaml are missing"))
struct PeerTests {
  private func judged(_ text: String) throws -> Int32? {
    let folder = FileManager.default.temporaryDirectory.appending(path: "finops-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try SchemaPeer.judge(text, in: folder)
  }

  @Test(
    "accepts what the parser accepts",
    arguments: [
      smallest, fullFile, ruleFile, Starter(regions: ["us-east-1"], targets: ["a:1"]).yaml,
    ])
  func accepts(text: String) throws { #expect(try judged(text) == 0) }

  @Test(
    "refuses an unknown key, a missing unit and an inline secret",
    arguments: [
      smallest + "frobnicate: 1\n", smallest + "evaluate_every: 15\n",
      smallest + "database: {url: postgres}\n", smallest + "holidays: [25.12.2026]\n",
      smallest + "pools: [{name: a, max_price: 24}]\n",
      smallest + "pools: [{name: a, scaling: {target_in_flight: 0}}]\n",
      smallest + "pools: [{name: a, schedule: [{cron: '0 0 * * *', until: 22:00, nodes: 1}]}]\n",
      "version: 2\nfleet: {name: prod}\n",
    ])
  func refuses(text: String) throws { #expect(try judged(text) == 3) }
}

@Suite("The configuration page")
struct PageTests {
  @Test("its example is right")
  func example() throws {
    let url = SharedFiles.packageRoot.appending(path: "docs/configuration.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    let example = try #require(page.split(separator: "```yaml\n").dropFirst().first)
    let text = try #require(example.split(separator: "```").first)
    let settings = try settings(String(text))
    #expect(settings.pools.map(\.name) == ["notebooks"])
    #expect(settings.warnings.isEmpty)
  }

  /// Blocks of YAML that are parts of a settings file, with what a whole one needs besides.
  @Test("its parts are right too")
  func parts() throws {
    let url = SharedFiles.packageRoot.appending(path: "docs/configuration.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    let blocks = page.components(separatedBy: "```yaml\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    let parts = blocks.filter { !$0.hasPrefix("version:") }
    #expect(parts.count == 3)
    let other = "  - {name: chat-a100, kind: serving, match: {tags: {pool: a100}}}\n"
    let owner = "pools: [{name: chat, kind: dev, match: {tags: {team: research}}}]\n"
    for part in parts {
      let rest = part.contains("fallback") ? other : part.contains("pools:") ? "" : owner
      #expect(throws: Never.self) { try settings(ruled + part + rest) }
    }
    let policies = blocks.filter { $0.contains("\npolicy:") }
    #expect(policies.count == 1)
    for policy in policies {
      #expect(try Settings.policy(text: policy).get().name == "careful")
    }
  }
}
