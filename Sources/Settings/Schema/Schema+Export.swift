extension Settings {
  /// The JSON Schema (2020-12) of the file, for editors; made from the description that also reads
  /// it. What needs more than one place to tell (overlap, order) is only in the parser.
  public static func jsonSchema() -> String {
    let head: [(String, JSON)] = [
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("title", .text("finops.yaml")),
    ]
    guard case .object(let members) = Schema.json(of: .object(Schema.root)) else { return "{}\n" }
    let definitions = JSON.object([("secret", Schema.json(of: Schema.secretShape))])
    return JSON.object(head + members + [("$defs", definitions)]).written() + "\n"
  }

  /// What one setting means, as "pools.idle_duration"; nil when there is no such setting. A name
  /// the user chose (a cloud's) is left out of the key.
  public static func explain(_ key: String) -> String? {
    guard let entry = Schema.entries().first(where: { $0.key == key }) else { return nil }
    var lines = ["\(entry.key): \(entry.what)", "  " + entry.field.about]
    if entry.field.required { lines.append("  required") }
    if let standard = entry.field.standard { lines.append("  default: \(standard)") }
    let below = Schema.entries().filter { $0.parent == key }.map(\.field.name)
    if !below.isEmpty { lines.append("  keys: " + below.joined(separator: ", ")) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Every key there is, as `explain` takes them.
  public static var keys: [String] { Schema.entries().map(\.key) }

  /// The key most like `key`, for "did you mean".
  public static func nearestKey(to key: String) -> String? { nearest(to: key, among: keys) }

  /// The reference table of docs/configuration.md.
  public static func referenceTable() -> String {
    let rows = Schema.entries().map { entry in
      let standard = entry.field.required ? "required" : entry.field.standard.map { "`\($0)`" }
      let cells = ["`\(entry.key)`", entry.what, standard ?? "–", entry.field.about]
      return "| " + cells.joined(separator: " | ") + " |"
    }
    let head = ["| Key | What it takes | Default | What it does |", "|---|---|---|---|"]
    return (head + rows).joined(separator: "\n") + "\n"
  }
}

extension Schema {
  /// A field with its place in the tree.
  struct Entry {
    var parent: String
    var field: Field
    var what: String
    var key: String { parent.isEmpty ? field.name : "\(parent).\(field.name)" }
  }

  static func entries() -> [Entry] { entries(of: .object(root), below: "") }

  private static func entries(of shape: Shape, below parent: String) -> [Entry] {
    switch shape {
    case .leaf, .secret: []
    case .list(let element, _), .map(let element): entries(of: element, below: parent)
    case .either(_, let other), .listOr(_, let other): entries(of: other, below: parent)
    case .object(let fields), .oneOf(let fields, _):
      fields.flatMap { field in
        let entry = Entry(parent: parent, field: field, what: what(field.shape))
        return [entry] + entries(of: field.shape, below: entry.key)
      }
    }
  }

  /// A shape in words.
  static func what(_ shape: Shape) -> String {
    switch shape {
    case .leaf(let leaf): leaf.what
    case .list(.object, _): "a list of blocks"
    case .list(let element, _): "a list, each " + what(element)
    case .map(.object): "blocks by name"
    case .map(let element): "names, each with " + what(element)
    case .object: "a block"
    case .oneOf(let fields, _):
      "one of " + fields.map { "{\($0.name): …}" }.joined(separator: ", ")
    case .secret: "a secret by reference: {env: …}, {file: …} or {exec: […]}"
    case .either(let leaf, let other): leaf.what + ", or " + what(other)
    case .listOr(let list, let other): what(list) + ", or " + what(other)
    }
  }

  static let secretShape = Shape.oneOf(secret, what: "secret")

  static func json(of shape: Shape) -> JSON {
    switch shape {
    case .leaf(let leaf): leaf.schema
    case .list(let element, let minimum):
      .object([
        ("type", .text("array")), ("minItems", .integer(minimum)), ("items", json(of: element)),
      ])
    case .map(let element):
      .object([("type", .text("object")), ("additionalProperties", json(of: element))])
    case .object(let fields): object(fields, extra: [])
    case .oneOf(let fields, _):
      object(fields, extra: [("minProperties", .integer(1)), ("maxProperties", .integer(1))])
    case .secret: .object([("$ref", .text("#/$defs/secret"))])
    case .either(let leaf, let other):
      .object([("anyOf", .list([leaf.schema, json(of: other)]))])
    case .listOr(let list, let other):
      .object([("anyOf", .list([json(of: list), json(of: other)]))])
    }
  }

  private static func object(_ fields: [Field], extra: [(String, JSON)]) -> JSON {
    let properties = fields.map { field in
      (field.name, described(json(of: field.shape), field.about))
    }
    let required = fields.filter(\.required).map { JSON.text($0.name) }
    return .object(
      [
        ("type", .text("object")), ("additionalProperties", .flag(false)),
        ("properties", .object(properties)),
      ] + (required.isEmpty ? [] : [("required", .list(required))]) + extra)
  }

  private static func described(_ schema: JSON, _ about: String) -> JSON {
    guard case .object(let members) = schema else { return schema }
    return .object([("description", .text(about))] + members)
  }
}
