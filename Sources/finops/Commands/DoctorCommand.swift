import ArgumentParser
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

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  func run() async throws {
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
