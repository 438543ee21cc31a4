/// What ~/.modal.toml has for the token: `[name]` begins a profile, `key = value` belongs to it.
///
/// Values are texts in either kind of quotes on one line, numbers and booleans; a line of any other
/// form is passed over.
struct ModalProfileFile {
  private(set) var sections: [String: [String: String]] = [:]

  init(_ text: String) {
    var section: String?
    for line in text.split(whereSeparator: \.isNewline) {
      let words = Self.trim(line)
      if words.hasPrefix("[") {
        section = Self.name(words)
        if let section { sections[section, default: [:]].merge([:]) { old, _ in old } }
      } else if let section, let equals = words.firstIndex(of: "=") {
        let key = Self.unquoted(Self.trim(words[..<equals]))
        let value = Self.value(Self.trim(words[words.index(after: equals)...]))
        if let key, let value { sections[section, default: [:]][key] = value }
      }
    }
  }

  /// "[dev]", "[\"my workspace\"]"; nil for a table in a table and for a list of tables.
  private static func name(_ line: Substring) -> String? {
    guard !line.hasPrefix("[["), let end = line.lastIndex(of: "]") else { return nil }
    let inner = trim(line[line.index(after: line.startIndex)..<end])
    return unquoted(inner)
  }

  /// A quoted text, or a word up to a comment.
  private static func value(_ text: Substring) -> String? {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      let word = trim(text.prefix { $0 != "#" })
      return word.isEmpty ? nil : String(word)
    }
    let inner = text.dropFirst()
    guard let end = inner.firstIndex(of: quote) else { return nil }
    let content = inner[..<end]
    // A token has no escapes; what has one is not guessed at.
    return quote == "\"" && content.contains("\\") ? nil : String(content)
  }

  private static func unquoted(_ text: Substring) -> String? {
    guard text.hasPrefix("\"") || text.hasPrefix("'") else {
      return text.isEmpty ? nil : String(text)
    }
    return value(text)
  }

  private static func trim(_ text: Substring) -> Substring {
    let start = text.drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...last]
  }
}
