/// A Query-protocol form. Every name has to be taken by someone: what is left over at the end is
/// refused, as EC2 does with UnknownParameter.
struct FakeForm: Sendable {
  private(set) var fields: [String: String]
  private var taken: Set<String> = []

  /// nil when the body is not a form in UTF-8.
  init?(_ body: [UInt8]) {
    var fields: [String: String] = [:]
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let halves = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.text(halves[0]), !name.isEmpty,
        let value = halves.count > 1 ? Self.text(halves[1]) : "", fields[name] == nil
      else { return nil }
      fields[name] = value
    }
    self.fields = fields
  }

  mutating func take(_ name: String) -> String? {
    taken.insert(name)
    return fields[name]
  }

  /// NAME.1, NAME.2 … as far as they go without a gap.
  mutating func list(_ name: String) -> [String] {
    var values: [String] = []
    while let value = take("\(name).\(values.count + 1)") { values.append(value) }
    return values
  }

  /// What nobody asked for, the first by name.
  var unknown: String? { fields.keys.filter { !taken.contains($0) }.min() }

  /// The request as one text, its token aside: the same for the same request.
  var fingerprint: String {
    fields.filter { $0.key != "ClientToken" && $0.key != "DryRun" }.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
  }

  private static func text(_ bytes: some Sequence<UInt8>) -> String? {
    var decoded: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2)
        guard digits.count == 2,
          let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        decoded.append(code)
        rest = rest.dropFirst(2)
      default: decoded.append(byte)
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}
