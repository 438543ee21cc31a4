/// One value of the planner's rules as a setting: how it is read, and where it goes.
struct RuleKey<Rules: Sendable>: Sendable {
  var name: String
  var leaf: Leaf
  var about: String
  /// What holds without it, as it would be written; nil: nothing.
  var standard: String?
  var set: @Sendable (inout Rules, Value) -> Void

  var field: Field { Field(name, .leaf(leaf), standard: standard, about) }

  typealias Path<Member> = any WritableKeyPath<Rules, Member> & Sendable

  static func time(
    _ name: String, _ path: Path<Duration>, of standards: Rules,
    _ range: ClosedRange<Duration>, _ about: String
  ) -> RuleKey {
    let standard = writtenDuration(standards[keyPath: path])
    return RuleKey(name: name, leaf: .duration(range), about: about, standard: standard) {
      if case .duration(let duration) = $1 { $0[keyPath: path] = duration }
    }
  }

  static func time(
    _ name: String, _ path: Path<Duration?>, _ range: ClosedRange<Duration>, _ about: String
  ) -> RuleKey {
    RuleKey(name: name, leaf: .duration(range), about: about) {
      if case .duration(let duration) = $1 { $0[keyPath: path] = duration }
    }
  }

  static func number(
    _ name: String, _ path: Path<Double>, of standards: Rules, _ leaf: Leaf,
    _ about: String
  ) -> RuleKey {
    let standard = writtenNumber(standards[keyPath: path])
    return RuleKey(name: name, leaf: leaf, about: about, standard: standard) {
      if case .number(let number) = $1 { $0[keyPath: path] = number }
    }
  }

  static func number(_ name: String, _ path: Path<Double?>, _ about: String) -> RuleKey {
    RuleKey(name: name, leaf: .positive, about: about) {
      if case .number(let number) = $1 { $0[keyPath: path] = number }
    }
  }

  static func share(
    _ name: String, _ path: Path<Double>, of standards: Rules, _ leaf: Leaf,
    _ about: String
  ) -> RuleKey {
    var key = number(name, path, of: standards, leaf, about)
    key.standard = writtenNumber(standards[keyPath: path] * 100) + "%"
    return key
  }

  /// A number with a unit, of which `size` is one.
  static func measure(
    _ name: String, _ path: Path<Double>, of standards: Rules, _ leaf: Leaf, unit: String,
    size: Double, _ about: String
  ) -> RuleKey {
    var key = number(name, path, of: standards, leaf, about)
    key.standard = writtenNumber(standards[keyPath: path] / size) + unit
    return key
  }

  static func count(
    _ name: String, _ path: Path<Int>, of standards: Rules, _ range: ClosedRange<Int>,
    _ about: String
  ) -> RuleKey {
    let standard = String(standards[keyPath: path])
    return RuleKey(name: name, leaf: .count(range), about: about, standard: standard) {
      if case .integer(let number) = $1 { $0[keyPath: path] = number }
    }
  }

  static func count(
    _ name: String, _ path: Path<Int?>, _ range: ClosedRange<Int>, _ about: String
  ) -> RuleKey {
    RuleKey(name: name, leaf: .count(range), about: about) {
      if case .integer(let number) = $1 { $0[keyPath: path] = number }
    }
  }
}

/// At most three decimals, without trailing zeros.
func writtenNumber(_ number: Double) -> String {
  let thousandths = Int((number * 1000).rounded())
  guard thousandths % 1000 != 0 else { return String(thousandths / 1000) }
  var fraction = String(1000 + thousandths % 1000).dropFirst()
  while fraction.last == "0" { fraction = fraction.dropLast() }
  return "\(thousandths / 1000).\(fraction)"
}
