import Testing

@Suite("Rules of the code")
struct CodeRulesTests {
  /// Only these wrap C handles that the compiler cannot see through.
  static let wrappers: Set = ["CurlTransport", "PostgresStore"]

  /// Lines of code a pattern is in, as path:line.
  static func places(of pattern: String, in files: [House.File]) throws -> [String] {
    let regex = try Regex(pattern)
    return files.flatMap { file in
      file.code.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        .filter { $0.element.contains(regex) }.map { "\(file.path):\($0.offset + 1)" }
    }
  }

  @Test(
    "nothing in the sources ends the process on a whim",
    arguments: [#"\btry!"#, #"\bas!"#, #"\bfatalError\("#, #"[\w)\]?]!(?![=\w])"#])
  func noTraps(pattern: String) throws {
    let found = try Self.places(of: pattern, in: House.sources)
    #expect(found.isEmpty, "\(pattern) \(listed(found))")
  }

  @Test("unchecked Sendable stays in the rooms that wrap C")
  func unchecked() throws {
    let files = House.sources.filter { !Self.wrappers.contains($0.room) }
    let found = try Self.places(of: #"@unchecked\s+Sendable"#, in: files)
    #expect(found.isEmpty, "\(listed(found))")
  }

  @Test("no task escapes its parent")
  func detached() throws {
    let found = try Self.places(of: #"\bTask\.detached\b"#, in: House.sources)
    #expect(found.isEmpty, "\(listed(found))")
  }

  @Test("money is never a Double or Float")
  func money() throws {
    let pattern =
      #"(?i)\b\w*(cost|price|dollar|money|saving|saved|spent|nanos)\w*\s*:\s*\[?(Double|Float)\b"#
    let found = try Self.places(of: pattern, in: House.sources)
    #expect(found.isEmpty, "\(listed(found))")
  }

  @Test("types have names of what they are")
  func names() throws {
    let pattern =
      #"\b(struct|class|enum|actor|protocol)\s+\w*(Manager|Helper|Helpers|Util|Utils|Utility|Handler|Processor|Impl|Info)\b"#
    let found = try Self.places(of: pattern, in: House.sources)
    #expect(found.isEmpty, "\(listed(found))")
  }

  @Test("no file is longer than 400 lines")
  func length() {
    let long = (House.sources + House.tests).filter { $0.lines.count > 401 }
    #expect(long.isEmpty, "\(listed(long.map { "\($0.path): \($0.lines.count)" }))")
  }

  @Test("nothing is left for later", arguments: ["TO" + "DO", "FIX" + "ME", "X" + "XX"])
  func unfinished(word: String) {
    let found = (House.sources + House.tests).filter { $0.text.contains(word) }.map(\.path)
    #expect(found.isEmpty, "\(word) \(listed(found))")
  }

  /// Words that only mean something where this was written.
  @Test(
    "nothing mentions the place it was made at",
    arguments: ["/wo" + "rk/", "BRI" + "EF.md", "issues " + "show"])
  func placeless(word: String) {
    let found = House.everything.filter { $0.text.contains(word) }.map(\.path)
    #expect(found.isEmpty, "\(word) \(listed(found))")
  }
}

@Suite("How these tests read code")
struct StrippedTests {
  @Test(
    "comments and strings are left out, code and lines stay",
    arguments: [
      ("a // try!", "a "), ("a /* b /* c */ d */ e", "a  e"), (#"x("try!")"#, #"x("")"#),
      (#"x("a\"b")!"#, #"x("")!"#), (#"x("a\(y("b"))c")"#, "x(\"\"\"\")"),
      ("#\"a\"b\"#.c", "\"\".c"), ("\"\"\"\na\n\"\"\" b", "\"\"\n\n b"), ("a\n// b\nc", "a\n\nc"),
    ])
  func strips(source: String, code: String) { #expect(stripped(source) == code) }

  @Test(
    "a force unwrap is told from a negation and a comparison",
    arguments: [
      ("x!", true), ("f()!.y", true), ("a[0]!", true), ("var x: Int!", true), ("!x", false),
      ("x != y", false), ("if !(a) {", false), ("a!=b", false), ("[!a]", false),
    ])
  func unwraps(source: String, isUnwrap: Bool) throws {
    #expect(source.contains(try Regex(#"[\w)\]?]!(?![=\w])"#)) == isUnwrap)
  }

  @Test("imports are found with their attributes and access")
  func findsImports() {
    let text = "import A\npublic import B\n@testable import C\nimport struct D.E\n// import F\n"
    #expect(imports(of: House.File(path: "x.swift", text: text)) == ["A", "B", "C", "D"])
  }
}
