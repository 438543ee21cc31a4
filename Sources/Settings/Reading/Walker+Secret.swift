import Yams

extension Walker {
  /// `{env: NAME}`, `{file: PATH}` or `{exec: [PROGRAM, …]}`; a text is refused, and not repeated
  /// in the message, because messages end up in logs.
  mutating func secret(_ node: Node, _ path: Path) -> Found? {
    if case .scalar = node {
      complain(
        at: node,
        "'\(path.label)' must not stand in this file: write where it is kept instead",
        hint: "\(path.label): {env: \(Self.variable(path))} or {file: /run/secrets/\(path.label)}",
        path, isSecret: true)
      return nil
    }
    let before = complaints.count
    let found = walk(node, as: .oneOf(Schema.secret, what: "secret"), at: path)
    // The three ways are one setting for `finops config explain`.
    for index in complaints.indices.dropFirst(before) { complaints[index].key = path.key }
    guard let found, case .object(let parts) = found.value else { return nil }
    if case .text(let name) = parts["env"]?.value {
      return Found(value: .secret(.environment(name)), place: found.place)
    }
    if case .text(let file) = parts["file"]?.value {
      return Found(value: .secret(.file(file)), place: found.place)
    }
    guard case .list(let words) = parts["exec"]?.value else { return nil }
    let arguments = words.compactMap { word -> String? in
      if case .text(let text) = word.value { text } else { nil }
    }
    return Found(value: .secret(.program(arguments)), place: found.place)
  }

  private static func variable(_ path: Path) -> String {
    "FINOPS_" + path.label.uppercased().replacing("-", with: "_")
  }
}

extension Schema {
  static let secret: [Field] = [
    Field("env", .leaf(environmentName), "The name of an environment variable."),
    Field("file", .leaf(.text("a file")), "A file that holds nothing else."),
    Field(
      "exec", .list(.leaf(.text("a word")), minimum: 1),
      "A program and its arguments; it prints the secret."),
  ]

  /// POSIX's names of variables; anything else here is likely to be the secret itself.
  private static let environmentName = Leaf(
    what: "the name of an environment variable", schema: Leaf.pattern("^[A-Za-z_][A-Za-z0-9_]*$"),
    isSecret: true
  ) { text, _ in
    let plain = text.utf8.allSatisfy { byte in
      byte == 95 || (48...57).contains(byte) || (65...90).contains(byte)
        || (97...122).contains(byte)
    }
    guard plain, let first = text.first, !first.isNumber else {
      return .refused("is not the name of an environment variable: use letters, digits and _")
    }
    return .value(.text(text))
  }
}
