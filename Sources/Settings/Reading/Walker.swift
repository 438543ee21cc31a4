import Yams

/// Walks a YAML tree along a shape, reads what is right and complains about the rest.
struct Walker {
  var complaints: [Complaint] = []
  private var nodes = 0

  /// nil when what stands there cannot be used at all.
  mutating func walk(_ node: Node, as shape: Shape, at path: Path) -> Found? {
    nodes += 1
    guard nodes <= SourceLimits.nodes, path.depth <= SourceLimits.depth else {
      if nodes == SourceLimits.nodes + 1 || path.depth > SourceLimits.depth {
        complain(at: node, "the file has too many values or levels", path)
      }
      return nil
    }
    switch shape {
    case .leaf(let leaf): return scalar(node, leaf, path)
    case .list(let element, let minimum): return list(node, element, minimum, path)
    case .map(let element): return map(node, element, path)
    case .object(let fields): return object(node, fields, path)
    case .oneOf(let fields, let what): return oneOf(node, fields, what, path)
    case .secret: return secret(node, path)
    case .either(let leaf, let other):
      if case .scalar = node { return scalar(node, leaf, path) }
      return walk(node, as: other, at: path)
    case .listOr(let list, let other):
      if case .sequence = node { return walk(node, as: list, at: path) }
      return walk(node, as: other, at: path)
    }
  }

  mutating func complain(
    at node: Node, _ message: String, hint: String? = nil, _ path: Path, isSecret: Bool = false
  ) {
    let place = Self.place(of: node)
    complaints.append(
      Complaint(
        line: place.line, column: place.column, length: place.length, message: message, hint: hint,
        key: path.key, isSecret: isSecret))
  }

  static func place(of node: Node) -> Place {
    let mark = node.mark
    let length: Int
    if case .scalar(let scalar) = node {
      let quoted = scalar.style == .doubleQuoted || scalar.style == .singleQuoted
      length = scalar.string.unicodeScalars.count + (quoted ? 2 : 0)
    } else {
      length = 1
    }
    return Place(line: mark?.line ?? 1, column: mark?.column ?? 1, length: max(1, length))
  }
}

extension Walker {
  private mutating func scalar(_ node: Node, _ leaf: Leaf, _ path: Path) -> Found? {
    guard case .scalar(let scalar) = node else {
      complain(at: node, "'\(path.label)' must be \(leaf.what), not \(Self.kind(of: node))", path)
      return nil
    }
    let quoted = scalar.style != .plain && scalar.style != .any
    if !quoted, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
      complain(at: node, "'\(path.label)' has no value: it must be \(leaf.what)", path)
      return nil
    }
    switch leaf.read(scalar.string, quoted) {
    case .value(let value): return Found(value: value, place: Self.place(of: node))
    case .refused(let why, let hint) where leaf.isSecret:
      complain(at: node, "'\(path.label)' \(why)", hint: hint, path, isSecret: true)
      return nil
    case .refused(let why, let hint):
      complain(at: node, "'\(path.label): \(Self.brief(scalar.string))' \(why)", hint: hint, path)
      return nil
    case .refusedPart(let part, let why, let hint):
      let message = "'\(path.label): \(Self.brief(scalar.string))' \(why)"
      complain(at: node, message, hint: hint, path)
      narrow(to: part, quoted ? 1 : 0)
      return nil
    }
  }

  /// Moves the last complaint to a part of the text it is about.
  private mutating func narrow(to part: Range<Int>, _ quote: Int) {
    complaints[complaints.count - 1].column += part.lowerBound + quote
    complaints[complaints.count - 1].length = max(1, part.count)
  }

  private mutating func list(
    _ node: Node, _ element: Shape, _ minimum: Int, _ path: Path
  ) -> Found? {
    guard case .sequence(let sequence) = node else {
      complain(at: node, "'\(path.label)' must be a list, not \(Self.kind(of: node))", path)
      return nil
    }
    if sequence.count < minimum { complain(at: node, "'\(path.label)' must not be empty", path) }
    var found: [Found] = []
    for (index, child) in sequence.enumerated() {
      let place = path.element(index, name: Self.name(of: child))
      if let value = walk(child, as: element, at: place) { found.append(value) }
    }
    return Found(value: .list(found), place: Self.place(of: node))
  }

  private mutating func map(_ node: Node, _ element: Shape, _ path: Path) -> Found? {
    guard let pairs = pairs(of: node, path) else { return nil }
    var found: [String: Found] = [:]
    for (key, name, child) in pairs {
      guard !name.isEmpty, name.count <= 128 else {
        complain(at: key, "a name in '\(path.label)' must have 1 to 128 characters", path)
        continue
      }
      found[name] = walk(child, as: element, at: path.member(name, inMap: true))
    }
    return Found(value: .object(found), place: Self.place(of: node))
  }

  private mutating func object(_ node: Node, _ fields: [Field], _ path: Path) -> Found? {
    guard let pairs = pairs(of: node, path) else { return nil }
    var found: [String: Found] = [:]
    var seen: Set<String> = []
    for (key, name, child) in pairs {
      seen.insert(name)
      guard let field = fields.first(where: { $0.name == name }) else {
        unknown(key, name, fields, path)
        continue
      }
      // What was refused is still there: nobody shall be told that it is missing too.
      found[name] =
        walk(child, as: field.shape, at: path.member(name))
        ?? Found(value: .refused, place: Self.place(of: child))
    }
    for field in fields where field.required && !seen.contains(field.name) {
      complain(at: node, "'\(field.name)' is missing\(path.sentence)", path.member(field.name))
    }
    return Found(value: .object(found), place: Self.place(of: node))
  }

  private mutating func oneOf(
    _ node: Node, _ fields: [Field], _ what: String, _ path: Path
  ) -> Found? {
    let found = object(node, fields, path)
    guard case .mapping(let mapping) = node, mapping.count != 1 else { return found }
    let names = fields.map(\.name).joined(separator: ", ")
    complain(at: node, "'\(path.label)' takes exactly one of \(names)", path)
    return nil
  }

  private mutating func unknown(_ key: Node, _ name: String, _ fields: [Field], _ path: Path) {
    let near = nearest(to: name, among: fields.map(\.name))
    complain(
      at: key, "unknown key '\(Self.brief(name))'\(path.sentence)",
      hint: near.map { "did you mean '\($0)'?" }, near.map { path.member($0) } ?? path)
  }

  private mutating func pairs(of node: Node, _ path: Path) -> [(Node, String, Node)]? {
    guard case .mapping(let mapping) = node else {
      complain(
        at: node, "'\(path.label)' must be a block of keys, not \(Self.kind(of: node))", path)
      return nil
    }
    var pairs: [(Node, String, Node)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        complain(at: key, "a key must be a word, not \(Self.kind(of: key))", path)
        continue
      }
      pairs.append((key, scalar.string, value))
    }
    return pairs
  }

  static func kind(of node: Node) -> String {
    switch node {
    case .scalar: "a single value"
    case .mapping: "a block of keys"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  /// An element's own name, for messages: "pools[0] (chat-h100)".
  static func name(of node: Node) -> String? {
    guard case .mapping(let mapping) = node else { return nil }
    for (key, value) in mapping where key.scalar?.string == "name" { return value.scalar?.string }
    return nil
  }

  /// A text short enough to be quoted in a sentence.
  static func brief(_ text: String) -> String {
    text.count <= 60 ? text : text.prefix(57) + "..."
  }
}
