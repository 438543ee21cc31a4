/// Lengths and padding in terminal cells.
enum Cells {
  /// How many cells a text takes: two for wide characters, none for combining marks.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// Wide ranges as in Unicode's EastAsianWidth (W and F), by block.
  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  static func left(_ text: String, _ cells: Int) -> String {
    text + String(repeating: " ", count: max(0, cells - width(text)))
  }

  static func right(_ text: String, _ cells: Int) -> String {
    String(repeating: " ", count: max(0, cells - width(text))) + text
  }

  /// The text in at most `cells` cells, with a mark where it was cut.
  static func cut(_ text: String, _ cells: Int, mark: String) -> String {
    guard width(text) > cells else { return text }
    guard cells > 0 else { return "" }
    var kept = ""
    for character in text {
      guard width(kept + String(character)) <= cells - 1 else { break }
      kept.append(character)
    }
    return kept + mark
  }

  /// The words in lines of at most `cells` cells; longer words stand alone.
  static func wrapped(_ text: String, _ cells: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, width(last) + 1 + width(String(word)) <= cells {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Sentences below a table, each with a mark, wrapped to `width` cells.
  static func bullets(_ notes: [String], _ style: TableStyle, _ width: Int) -> [String] {
    notes.flatMap { note in
      wrapped(style.words(note), width - 2).enumerated().map { index, line in
        style.paint((index == 0 ? (style.ascii ? "* " : "· ") : "  ") + line, .dim)
      }
    }
  }
}
