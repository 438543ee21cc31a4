/// Texts inside a page.
enum Markup {
  /// Fit for a text and for an attribute in double quotes.
  static func text(_ text: String) -> String {
    var escaped = ""
    for character in People.name(text).unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  static func numbers(_ cells: [String]) -> String {
    cells.map { "<td class=\"n\">\(text($0))</td>" }.joined()
  }

  /// The first column is a name, the others are numbers.
  static func table(_ head: [String], _ rows: [String]) -> String {
    let titles = head.enumerated().map { index, title in
      "<th\(index == 0 ? "" : " class=\"n\"") scope=\"col\">\(text(title))</th>"
    }
    return "<table>\n<thead><tr>\(titles.joined())</tr></thead>\n<tbody>\n"
      + rows.joined(separator: "\n") + "\n</tbody>\n</table>\n"
  }
}
