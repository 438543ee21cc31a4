/// The sections of an AWS credentials or config file.
///
/// `[name]` begins a section, `key = value` belongs to it; `#` and `;` begin a comment; an indented
/// line continues the value before it and is not needed for keys.
struct ProfileFile {
  private(set) var sections: [String: [String: String]] = [:]

  init(_ text: String) {
    var section: String?
    for line in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
      guard let first = line.first, first != "#", first != ";", !first.isWhitespace else {
        continue
      }
      let trimmed = Self.trim(line)
      if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
        section = Self.name(trimmed[trimmed.index(after: trimmed.startIndex)..<end])
      } else if let section, let equals = trimmed.firstIndex(of: "=") {
        let key = Self.trim(trimmed[..<equals]).lowercased()
        sections[section, default: [:]][key] = Self.trim(trimmed[trimmed.index(after: equals)...])
      }
    }
  }

  /// "profile dev" in the config file is "dev" in the credentials file.
  private static func name(_ text: Substring) -> String {
    let words = text.split(whereSeparator: \.isWhitespace)
    return words.count == 2 && words[0] == "profile" ? String(words[1]) : trim(text)
  }

  private static func trim(_ text: some StringProtocol) -> String {
    let start = text.drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
