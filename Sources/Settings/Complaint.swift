/// One thing that is wrong, or doubtful, in a settings file, and where.
public struct Complaint: Sendable, Hashable {
  public var severity: Severity
  /// Lines and columns count from 1; columns count Unicode scalars, as YAML does.
  public var line: Int
  public var column: Int
  /// How many columns the caret underlines; at least 1.
  public var length: Int
  public var message: String
  /// What to write instead, shown beside the caret.
  public var hint: String?
  /// The setting this is about, "pools.idle_duration", for `finops config explain`.
  public var key: String
  /// A secret may stand at the place: the excerpt shows stars from there to the line's end.
  public var isSecret: Bool

  public init(
    _ severity: Severity = .error, line: Int, column: Int, length: Int = 1, message: String,
    hint: String? = nil, key: String = "", isSecret: Bool = false
  ) {
    self.isSecret = isSecret
    self.severity = severity
    self.line = line
    self.column = column
    self.length = max(1, length)
    self.message = message
    self.hint = hint
    self.key = key
  }

  public enum Severity: String, Sendable, Hashable { case error, warning }
}

/// Everything wrong with one settings file, in the order of its lines.
public struct SettingsErrors: Error, Sendable, Hashable {
  public let file: String
  public let complaints: [Complaint]
  private let lines: [String]

  init(file: String, text: String, complaints: [Complaint]) {
    self.file = file
    self.lines = sourceLines(text)
    self.complaints = complaints.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
  }

  public var count: Int { complaints.count { $0.severity == .error } }
}

extension SettingsErrors: CustomStringConvertible {
  /// More than this many at once help nobody; the rest are counted.
  static let shown = 50

  /// The errors as people read them: place, message, the line and a caret under the fault.
  public var description: String {
    var text = complaints.prefix(Self.shown).map { rendered($0) }.joined()
    if complaints.count > Self.shown { text += "and \(complaints.count - Self.shown) more\n" }
    let errors = "\(count) error\(count == 1 ? "" : "s")."
    let key = complaints.first { $0.severity == .error && !$0.key.isEmpty }?.key
    return text + errors + (key.map { " See: finops config explain \($0)" } ?? "") + "\n"
  }

  private func rendered(_ complaint: Complaint) -> String {
    excerpted(complaint, file: file, lines: lines)
  }
}

/// The lines of a text without their ends.
func sourceLines(_ text: String) -> [String] {
  text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
    String($0.last == "\r" ? $0.dropLast() : $0)
  }
}

/// `file:line:column: error: message`, then the line and the caret under the fault.
func excerpted(_ complaint: Complaint, file: String, lines: [String]) -> String {
  let place = "\(file):\(complaint.line):\(complaint.column)"
  let head = "\(place): \(complaint.severity.rawValue): \(complaint.message)\n"
  guard lines.indices.contains(complaint.line - 1) else {
    return head + (complaint.hint.map { "      | \($0)\n" } ?? "")
  }
  // A line of a whole file written in flow style would fill the screen: show its neighbourhood.
  let scalars = masked(Array(lines[complaint.line - 1].unicodeScalars), complaint)
  let from = max(0, complaint.column - 1 - 80)
  let window = scalars.dropFirst(from).prefix(140)
  let before = window.prefix(complaint.column - 1 - from)
  let indent = String(before.map { $0 == "\t" ? "\t" : " " })
  let room = max(1, window.count - before.count)
  let caret = "^" + String(repeating: "~", count: min(complaint.length, room) - 1)
  let number = String(complaint.line)
  let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
  var excerpt = String.UnicodeScalarView()
  excerpt.append(contentsOf: window)
  return head + "\(gutter) | \(String(excerpt))\n      | \(indent)\(caret)"
    + (complaint.hint.map { " \($0)" } ?? "") + "\n"
}

/// The line with stars where a secret stands or may stand: errors end up in logs.
private func masked(_ line: [Unicode.Scalar], _ complaint: Complaint) -> [Unicode.Scalar] {
  var line = line
  if complaint.isSecret {
    for index in line.indices.dropFirst(complaint.column - 1) { line[index] = "*" }
  }
  // Signing keys and the user part of URLs are known by their form, whatever the fault is.
  for mark in ["whsec_", "://"] {
    let mark = Array(mark.unicodeScalars)
    for start in line.indices where line[start...].starts(with: mark) {
      let word = line[(start + mark.count)...].prefix { !" \t\"',}]".unicodeScalars.contains($0) }
      let end = mark.count == 3 ? word.lastIndex(of: "@") : word.endIndex
      for index in word.startIndex..<(end ?? word.startIndex) { line[index] = "*" }
    }
  }
  return line
}
