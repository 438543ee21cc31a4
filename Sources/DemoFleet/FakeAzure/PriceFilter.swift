/// A filter of the retail price list: comparisons joined by `and` and `or`, with parentheses.
indirect enum PriceFilter: Sendable {
  case all
  case equals(String, String)
  case starts(String, String)
  case both(PriceFilter, PriceFilter)
  case either(PriceFilter, PriceFilter)

  /// nil for what can not be read.
  init?(_ text: String) {
    guard !text.isEmpty else {
      self = .all
      return
    }
    var reader = Reader(words: Self.words(text)[...])
    guard let filter = reader.either(), reader.words.isEmpty else { return nil }
    self = filter
  }

  func takes(_ item: ARMValue) -> Bool {
    switch self {
    case .all: true
    case .equals(let name, let value): item[name]?.string == value
    case .starts(let name, let value): item[name]?.string?.hasPrefix(value) ?? false
    case .both(let left, let right): left.takes(item) && right.takes(item)
    case .either(let left, let right): left.takes(item) || right.takes(item)
    }
  }

  /// Names, quoted texts with their quotes, and punctuation.
  private static func words(_ text: String) -> [String] {
    text.matches(of: #/'(?:[^']|'')*'|[A-Za-z]+|[(),]|[^\s]/#).map { String($0.0) }
  }

  private struct Reader {
    var words: ArraySlice<String>

    private mutating func take(_ word: String) -> Bool {
      guard words.first == word else { return false }
      words.removeFirst()
      return true
    }

    private mutating func value() -> String? {
      guard let word = words.popFirst(), word.count >= 2, word.hasPrefix("'"), word.hasSuffix("'")
      else { return nil }
      return word.dropFirst().dropLast().replacing("''", with: "'").description
    }

    mutating func either() -> PriceFilter? {
      guard var left = both() else { return nil }
      while take("or") {
        guard let right = both() else { return nil }
        left = .either(left, right)
      }
      return left
    }

    private mutating func both() -> PriceFilter? {
      guard var left = one() else { return nil }
      while take("and") {
        guard let right = one() else { return nil }
        left = .both(left, right)
      }
      return left
    }

    private mutating func one() -> PriceFilter? {
      if take("(") {
        guard let inside = either(), take(")") else { return nil }
        return inside
      }
      if take("startswith") {
        guard take("("), let name = words.popFirst(), take(","), let value = value(), take(")")
        else { return nil }
        return .starts(name, value)
      }
      guard let name = words.popFirst(), take("eq"), let value = value() else { return nil }
      return .equals(name, value)
    }
  }
}
