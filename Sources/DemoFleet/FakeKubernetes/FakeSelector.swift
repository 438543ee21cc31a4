import Foundation

/// A label or field selector of a query.
struct FakeSelector: Sendable, Hashable {
  enum Rule: Sendable, Hashable {
    case equals(String, String)
    case differs(String, String)
    case isIn(String, Set<String>)
    case notIn(String, Set<String>)
    case exists(String)
    case absent(String)
  }

  var rules: [Rule] = []

  /// nil when the text is none.
  init?(_ text: String) {
    for part in Self.parts(text) {
      guard let rule = Self.rule(part) else { return nil }
      rules.append(rule)
    }
  }

  /// What stands between commas that are not in brackets.
  private static func parts(_ text: String) -> [String] {
    var parts: [String] = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { $0.split { $0 == " " }.joined(separator: " ") }.filter { !$0.isEmpty }
  }

  private static func rule(_ part: String) -> Rule? {
    for (mark, isEqual) in [("!=", false), ("==", true), ("=", true)] {
      guard let range = part.range(of: mark) else { continue }
      let key = String(part[..<range.lowerBound]).filter { $0 != " " }
      let value = String(part[range.upperBound...]).filter { $0 != " " }
      return key.isEmpty ? nil : isEqual ? .equals(key, value) : .differs(key, value)
    }
    if part.hasSuffix(")"), let open = part.firstIndex(of: "(") {
      let words = part[..<open].split(separator: " ").map(String.init)
      let values = part[part.index(after: open)...].dropLast().split(separator: ",")
      let set = Set(values.map { $0.filter { $0 != " " } })
      guard words.count == 2 else { return nil }
      return words[1] == "in"
        ? .isIn(words[0], set) : words[1] == "notin" ? .notIn(words[0], set) : nil
    }
    guard !part.contains(" ") else { return nil }
    return part.hasPrefix("!") ? .absent(String(part.dropFirst())) : .exists(part)
  }

  func matches(_ value: (String) -> String?) -> Bool {
    rules.allSatisfy { rule in
      switch rule {
      case .equals(let key, let wanted): value(key) == wanted
      case .differs(let key, let unwanted): value(key) != unwanted
      case .isIn(let key, let set): value(key).map(set.contains) ?? false
      case .notIn(let key, let set): !(value(key).map(set.contains) ?? false)
      case .exists(let key): value(key) != nil
      case .absent(let key): value(key) == nil
      }
    }
  }

  /// Whether an object with these labels is chosen by a LabelSelector object.
  static func matches(_ labels: [String: String], _ selector: FakeJSON?) -> Bool {
    let wanted = selector?["matchLabels"]?.texts ?? [:]
    return !wanted.isEmpty && wanted.allSatisfy { labels[$0.key] == $0.value }
  }
}

/// Which objects a list or watch is about.
struct FakeScope: Sendable, Hashable {
  var resource: FakeResource
  var namespace: String?
  var labels: FakeSelector
  var fields: FakeSelector

  /// The fields that can be asked for, as the real server has them for these kinds.
  static let fieldNames: [String: Set<String>] = [
    "pods": [
      "metadata.name", "metadata.namespace", "spec.nodeName", "status.phase", "spec.schedulerName",
      "spec.restartPolicy",
    ],
    "nodes": ["metadata.name", "spec.unschedulable"],
  ]

  func holds(_ key: FakeKey, _ object: FakeJSON) -> Bool {
    guard key.resource == resource.name, namespace == nil || namespace == key.namespace else {
      return false
    }
    let tags = object["metadata", "labels"]?.texts ?? [:]
    return labels.matches { tags[$0] } && fields.matches { Self.field($0, of: object) }
  }

  private static func field(_ path: String, of object: FakeJSON) -> String? {
    var value: FakeJSON? = object
    for word in path.split(separator: ".") { value = value?[String(word)] }
    switch value {
    case .text(let text): return text
    case .bool(let bool): return String(bool)
    default: return path == "spec.unschedulable" ? "false" : ""
    }
  }
}
