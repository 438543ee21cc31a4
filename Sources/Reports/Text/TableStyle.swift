/// How a text report may look.
public struct TableStyle: Sendable, Hashable {
  /// ANSI colours.
  public var color: Bool
  /// Nothing beyond ASCII, for terminals and mails that show no more.
  public var ascii: Bool

  public init(color: Bool, ascii: Bool) {
    self.color = color
    self.ascii = ascii
  }

  enum Paint: Int {
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36
  }

  func paint(_ text: String, _ paint: Paint) -> String {
    color && !text.isEmpty ? "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Our own words, with the marks an ASCII terminal lacks replaced.
  func words(_ text: String) -> String {
    guard ascii else { return text }
    var plain = ""
    for character in text {
      switch character {
      case "·": plain += "|"
      case "–": plain += "-"
      case "→": plain += "->"
      case "←": plain += "<-"
      case "×": plain += "x"
      case "├", "└": plain += character == "├" ? "|" : "`"
      case "─": plain += "-"
      case "│": plain += "|"
      case "…": plain += "~"
      default: plain.append(character)
      }
    }
    return plain
  }

  /// A foreign name, fit for this terminal.
  func name(_ text: String) -> String { People.name(text, onlyASCII: ascii) }

  /// A bar of `width` cells, filled to `share`; a share that is not nothing shows something.
  func bar(_ share: Double, width: Int) -> String {
    let bounded = min(1, max(0, share))
    guard !ascii else {
      let full = bounded == 0 ? 0 : max(1, Int((bounded * Double(width)).rounded()))
      return String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
    }
    let eighths = bounded == 0 ? 0 : max(1, Int((bounded * Double(width * 8)).rounded()))
    var bar = String(repeating: "█", count: eighths / 8)
    if eighths % 8 > 0 { bar += ["▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8 - 1] }
    return bar + String(repeating: " ", count: width - (eighths + 7) / 8)
  }

  /// One cell a value, at most `width` cells; longer series are summed into fewer cells.
  func sparkline(_ values: [Int64], width: Int) -> String {
    guard width > 0, !values.isEmpty else { return "" }
    let cells = Self.merged(values, into: min(width, values.count))
    let levels: [Character] = ascii ? Array(".:-=+*#@") : Array("▁▂▃▄▅▆▇█")
    let top = Int128(max(1, cells.max() ?? 1))
    return String(
      cells.map { levels[Int(Int128(max(0, $0)) * Int128(levels.count - 1) / top)] })
  }

  private static func merged(_ values: [Int64], into count: Int) -> [Int64] {
    (0..<count).map { cell in
      let slice = values[(cell * values.count / count)..<((cell + 1) * values.count / count)]
      // The mean, so that cells of unequal length can be compared.
      return Int64(slice.reduce(Int128(0)) { $0 + Int128($1) } / Int128(max(1, slice.count)))
    }
  }
}
