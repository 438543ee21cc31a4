import ArgumentParser
import Clouds
import Foundation
import Settings

/// `finops doctor`: tries every part the settings name, acting on no node.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Try the database, clouds, exporters, prices and alert channels; act on no node.",
    discussion: "Ends with 2 when something is broken (✖); ⚠ alone ends with 0.")
  @OptionGroup var file: SettingsFile
  @Option(name: [.customShort("o"), .customLong("format")], help: "text or json.")
  var format: Format = .text
  @Option(
    help: ArgumentHelp(
      "Print the least that finops must be allowed in a cloud of this type, ready to paste.",
      valueName: "cloud"))
  var permissions: String?
  @Option(help: "With --permissions: for watching only (observe), or for acting too (auto).")
  var mode: Reach = .auto

  enum Reach: String, ExpressibleByArgument, CaseIterable { case observe, auto }

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  func validate() throws {
    guard let permissions, Clouds.named(permissions) == nil else { return }
    let names = Clouds.all.map(\.name)
    let near = nearestName(to: permissions, among: names).map { "; did you mean \($0)?" } ?? ""
    throw ValidationError(
      "--permissions \(permissions): say one of \(names.joined(separator: ", "))\(near)")
  }

  func run() async throws {
    if let cloud = permissions.flatMap(Clouds.named) { return try show(cloud) }
    let settings = try file.load()
    let findings = await Examination(settings).run { finding in
      if format == .text { print(finding.line) }
    }
    if format == .json { print(try json(findings)) }
    let broken = findings.count { $0.grade == .broken }
    let warned = findings.count { $0.grade == .warning }
    if format == .text {
      print("\(findings.count) checked, \(broken) broken, \(warned) to look at")
    }
    if broken > 0 { throw Exit.checkFailed }
  }

  private func show(_ cloud: CloudCapabilities) throws {
    let needed = cloud.permissions(forActing: mode == .auto)
    if format == .json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let rows = needed.map {
        PermissionRow(name: $0.name, reason: $0.reason, calls: $0.calls, acts: $0.acts)
      }
      return print(String(decoding: try encoder.encode(rows), as: UTF8.self))
    }
    print(cloud.policy(needed))
  }

  private struct PermissionRow: Encodable {
    var name: String
    var reason: String
    var calls: [String]
    var acts: Bool
  }

  private func json(_ findings: [Finding]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(findings), as: UTF8.self)
  }
}

/// What one check found, and how to mend it.
struct Finding: Codable, Sendable {
  enum Grade: String, Codable, Sendable { case good, warning, broken }
  var grade: Grade
  var what: String
  var detail: String
  var fix: String?

  var line: String {
    let mark =
      switch grade {
      case .good: "✔"
      case .warning: "⚠"
      case .broken: "✖"
      }
    let fixLine = fix.map { "\n    → \($0)" } ?? ""
    return "\(mark) \(what): \(detail)\(fixLine)"
  }
}
