import ArgumentParser
import Foundation

/// How an answer is written: the same option on every command.
struct AnswerFormat: ParsableArguments {
  @Option(name: [.customShort("o"), .customLong("format")], help: "table or json.")
  var format: ReportFormat = .table

  var isJSON: Bool { format == .json }

  /// Prints the value as JSON, or the text.
  func show(_ value: some Encodable, text: @autoclosure () -> String) throws {
    print(isJSON ? try Self.json(value) : text())
  }

  /// Keys in the order of the alphabet, the same value always the same text.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
