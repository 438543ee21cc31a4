import Foundation

/// The members of a JSON object that was sent. Every one has to be taken by someone: what is left
/// over at the end is refused.
struct FakeMembers: Sendable {
  /// A member, as far as APIs of queues and metadata use them.
  enum Value: Sendable, Decodable {
    case text(String)
    case number(Int)
    case truth(Bool)
    case list([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
      let one = try decoder.singleValueContainer()
      if let text = try? one.decode(String.self) {
        self = .text(text)
      } else if let truth = try? one.decode(Bool.self) {
        self = .truth(truth)
      } else if let number = try? one.decode(Int.self) {
        self = .number(number)
      } else if let list = try? one.decode([Value].self) {
        self = .list(list)
      } else {
        self = .object(try one.decode([String: Value].self))
      }
    }
  }

  private var members: [String: Value]

  init(_ members: [String: Value]) { self.members = members }

  /// nil when the body is not a JSON object.
  init?(_ body: [UInt8]) {
    guard let members = try? JSONDecoder().decode([String: Value].self, from: Data(body)) else {
      return nil
    }
    self.members = members
  }

  mutating func text(_ name: String) -> String? {
    guard case .text(let text) = members.removeValue(forKey: name) else { return nil }
    return text
  }

  mutating func number(_ name: String) -> Int? {
    guard case .number(let number) = members.removeValue(forKey: name) else { return nil }
    return number
  }

  mutating func objects(_ name: String) -> [FakeMembers] {
    guard case .list(let items) = members.removeValue(forKey: name) else { return [] }
    return items.compactMap { item in
      guard case .object(let members) = item else { return nil }
      return FakeMembers(members)
    }
  }

  mutating func drop(_ name: String) { members[name] = nil }

  /// A member that nobody took.
  var unknown: String? { members.keys.min() }
}

/// A text as JSON writes it.
func quoted(_ text: String) -> String {
  var written = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": written += "\\" + String(scalar)
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      written += "\\u00" + (digits.count < 2 ? "0" : "") + digits
    default: written.unicodeScalars.append(scalar)
    }
  }
  return written + "\""
}
