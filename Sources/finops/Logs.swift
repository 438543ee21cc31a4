import Foundation
import Logging

/// The log goes to standard error: lines for people on a terminal, JSON elsewhere.
enum Logs {
  static func make(level: Logger.Level = .info) -> Logger {
    let people = isatty(STDERR_FILENO) == 1
    var logger = Logger(label: "finops") { _ in LineLog(json: !people) }
    logger.logLevel = level
    return logger
  }
}

/// Writes one line an event, in one write, and never a secret: those are a type of their own that
/// cannot be printed.
struct LineLog: LogHandler {
  var json: Bool
  var logLevel: Logger.Level = .info
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let facts = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    let time = ISO8601DateFormatter().string(from: Date())
    guard json else {
      let words = facts.map { "\($0)=\($1)" }.joined(separator: " ")
      tell("\(time.dropFirst(11).dropLast()) \(event.level)  \(event.message)  \(words)")
      return
    }
    var line = ["ts": time, "level": "\(event.level)", "msg": "\(event.message)"]
    for (key, value) in facts { line[key] = value }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(line) else { return }
    tell(String(decoding: text, as: UTF8.self))
  }
}
