import Yams

/// The limits of a settings file. Reading YAML can cost exponential time where aliases are allowed
/// (304 bytes took 3 s in Yams' `load`), so aliases are refused before the file is composed.
enum SourceLimits {
  /// Hundreds of pools fit; 50 MB of text do not.
  static let bytes = 1 << 20
  /// The deepest real setting is 6 levels down.
  static let depth = 32
  /// Nodes of the composed tree; a file of 1 MiB full of commas has more.
  static let nodes = 50_000
}

/// The tree of a YAML text, or why there is none.
///
/// `empty` is what a file without anything in it is told.
func composed(
  _ text: String, empty: String = "'finops init' writes one"
) -> Result<Node, Complaint> {
  guard text.utf8.count <= SourceLimits.bytes else {
    let message = "the file has \(text.utf8.count) bytes; at most \(SourceLimits.bytes) are read"
    return .failure(Complaint(line: 1, column: 1, message: message))
  }
  var scan = AliasScan()
  if let complaint = scan.firstFault(in: text) { return .failure(complaint) }
  do {
    guard let node = try compose(yaml: text) else {
      return .failure(
        Complaint(line: 1, column: 1, message: "the file is empty: \(empty)"))
    }
    return .success(node)
  } catch let error as YamlError {
    return .failure(complaint(about: error))
  } catch {
    return .failure(Complaint(line: 1, column: 1, message: "the file is not YAML: \(error)"))
  }
}

private func complaint(about error: YamlError) -> Complaint {
  switch error {
  case .scanner(_, let problem, let mark, _) where problem.contains("start any token"):
    let message = "a tab or another character that cannot begin a value: indent with spaces"
    return Complaint(line: mark.line, column: mark.column, message: message)
  case .composer(_, let problem, let mark, _) where problem.contains("another document"):
    return Complaint(
      line: mark.line, column: mark.column, length: 3, message: "the file has a second document")
  case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
    .composer(_, let problem, let mark, _):
    return Complaint(
      line: mark.line, column: mark.column, message: "the file is not YAML: \(problem)")
  case .duplicatedKeysInMapping(let keys, let context):
    let key = keys.first ?? ""
    return Complaint(
      line: context.mark.line, column: context.mark.column, length: key.count,
      message: "key '\(key)' is given more than once in the same place")
  case .reader(let problem, _, _, _):
    return Complaint(line: 1, column: 1, message: "the file is not readable text: \(problem)")
  default:
    return Complaint(line: 1, column: 1, message: "the file is not YAML: \(error)")
  }
}

extension Complaint: Error {}

/// Looks for anchors, aliases and deep flow nesting without building anything: one pass over the
/// scalars that knows quotes and comments and nothing else of YAML.
struct AliasScan {
  private var line = 1
  private var column = 0
  private var depth = 0
  private var quote: Unicode.Scalar?
  private var inComment = false
  /// A token may begin here: after white space or an opening or separating mark.
  private var atStart = true

  mutating func firstFault(in text: String) -> Complaint? {
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
      next = scalars.next()
      column += 1
      if let complaint = take(scalar, before: next) { return complaint }
      if scalar == "\n" {
        line += 1
        column = 0
        inComment = false
        atStart = true
      }
    }
    return nil
  }

  private mutating func take(
    _ scalar: Unicode.Scalar, before next: Unicode.Scalar?
  ) -> Complaint? {
    if inComment || inQuotes(scalar) { return nil }
    defer { atStart = " \t\r\n[{,:-?".unicodeScalars.contains(scalar) }
    guard atStart else { return closing(scalar) }
    switch scalar {
    case "#": inComment = true
    case "\"", "'": quote = scalar
    case "[", "{":
      depth += 1
      if depth > SourceLimits.depth { return fault("deeper than \(SourceLimits.depth) levels") }
    case "&", "*":
      guard let next, next.properties.isAlphabetic || next.properties.numericType != nil
      else { return nil }
      return fault("anchors (&name) and aliases (*name) are not allowed: write the value out")
    default: return closing(scalar)
    }
    return nil
  }

  private mutating func closing(_ scalar: Unicode.Scalar) -> Complaint? {
    if scalar == "]" || scalar == "}" { depth = max(0, depth - 1) }
    return nil
  }

  /// True for everything between quotes and for the quotes' end. A backslash needs no care: at
  /// worst a string ends early here, and what follows is looked at too.
  private mutating func inQuotes(_ scalar: Unicode.Scalar) -> Bool {
    guard let open = quote else { return false }
    if scalar == open {
      quote = nil
      atStart = false
    }
    return true
  }

  private func fault(_ message: String) -> Complaint {
    Complaint(line: line, column: column, message: message)
  }
}
