/// Swift source without comments and without the contents of string literals, its lines kept: so
/// that a rule about code is not broken by a sentence about it.
func stripped(_ source: String) -> String {
  var stripper = Stripper(Array(source.unicodeScalars))
  return stripper.code()
}

private struct Stripper {
  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var out = String.UnicodeScalarView()

  init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  mutating func code() -> String {
    while at < scalars.count {
      if next("//") {
        skipLine()
      } else if next("/*") {
        skipComment()
      } else if let hashes = rawStringStart() {
        skipString(hashes: hashes)
      } else {
        out.append(scalars[at])
        at += 1
      }
    }
    return String(out)
  }

  private func next(_ word: String, from start: Int? = nil) -> Bool {
    let word = Array(word.unicodeScalars)
    let start = start ?? at
    return start + word.count <= scalars.count && Array(scalars[start..<start + word.count]) == word
  }

  private mutating func skipLine() {
    while at < scalars.count, scalars[at] != "\n" { at += 1 }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if next("/*") {
        depth += 1
        at += 2
      } else if next("*/") {
        depth -= 1
        at += 2
      } else {
        skipOne()
      }
    } while depth > 0 && at < scalars.count
  }

  /// How many `#` a string literal that begins here has; nil when none begins.
  private func rawStringStart() -> Int? {
    var end = at
    while end < scalars.count, scalars[end] == "#" { end += 1 }
    return end < scalars.count && scalars[end] == "\"" ? end - at : nil
  }

  private mutating func skipString(hashes: Int) {
    let marks = String(repeating: "#", count: hashes)
    at += hashes
    let quote = next("\"\"\"") ? "\"\"\"" : "\""
    at += quote.count
    out.append(contentsOf: "\"\"".unicodeScalars)
    while at < scalars.count, !next(quote + marks) {
      if next("\\" + marks + "(") {
        at += hashes + 2
        skipInterpolation()
      } else if next("\\" + marks) {
        at += hashes + 1
        skipOne()
      } else {
        skipOne()
      }
    }
    at += quote.count + hashes
  }

  /// The code inside `\(…)` is not looked at; strings in it are.
  private mutating func skipInterpolation() {
    var depth = 1
    while at < scalars.count, depth > 0 {
      if let hashes = rawStringStart() {
        skipString(hashes: hashes)
        continue
      }
      if scalars[at] == "(" { depth += 1 }
      if scalars[at] == ")" { depth -= 1 }
      skipOne()
    }
  }

  private mutating func skipOne() {
    if at < scalars.count, scalars[at] == "\n" { out.append("\n") }
    at += 1
  }
}
