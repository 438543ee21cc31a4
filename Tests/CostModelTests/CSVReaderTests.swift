import TestSupport
import Testing

@testable import CostModel

@Suite("Comma-separated values")
struct CSVReaderTests {
  private func rows(_ text: String) throws -> [[String]] { try rows(Array(text.utf8)) }

  private func rows(_ bytes: [UInt8]) throws -> [[String]] {
    var reader = CSVReader(bytes)
    var rows: [[String]] = []
    while let row = try reader.next() { rows.append(row.fields) }
    return rows
  }

  @Test(
    "rows and fields are RFC 4180's",
    arguments: [
      ("", []), ("\n\r\n", []), ("a", [["a"]]), ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
      ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]), ("a,,\n", [["a", "", ""]]), (",\n", [["", ""]]),
      ("\"\"\n", [[""]]), ("\"a,b\",c\n", [["a,b", "c"]]), ("\"a\nb\",c\n", [["a\nb", "c"]]),
      ("\"a\r\nb\"\r\n", [["a\r\nb"]]), ("\"say \"\"hi\"\"\",x", [["say \"hi\"", "x"]]),
      ("\u{FEFF}a,b\n", [["a", "b"]]), ("a\rb\n", [["a\rb"]]), ("a, b \n", [["a", " b "]]),
      ("a\n\nb\n", [["a"], ["b"]]), ("é,\"ü\"\n", [["é", "ü"]]),
    ] as [(String, [[String]])])
  func reads(text: String, expected: [[String]]) throws { #expect(try rows(text) == expected) }

  @Test(
    "what is no CSV is refused, with the line it begins at",
    arguments: [
      ("a\n\"b\nc\n", 2, "a quote that is never closed"),
      ("a\nb\"c\n", 2, "a quote inside a field that does not begin with one"),
      ("\"a\nb\"c\n", 2, "text after a closing quote"),
      ("\"", 1, "a quote that is never closed"),
    ])
  func refuses(text: String, line: Int, what: String) {
    #expect(throws: CSVReader.Fault(line: line, what: what)) { try rows(text) }
  }

  @Test("a row knows its line, past line ends within quotes")
  func lines() throws {
    var reader = CSVReader(Array("a\n\"b\n\nc\",d\n\ne\n".utf8))
    #expect(try [reader.next()?.line, reader.next()?.line, reader.next()?.line] == [1, 2, 6])
    #expect(try reader.next() == nil && reader.next() == nil)
  }

  @Test("bytes that are no text stay in their field")
  func notUTF8() throws {
    #expect(try rows([0x61, 0xFF, 0x2C, 0x62, 0x0A]) == [["a\u{FFFD}", "b"]])
  }

  @Test("fields of any text are read back as they were", arguments: 0..<4)
  func roundTrip(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    let letters = ["a", ",", "\"", "\n", "\r\n", " ", "é", "1"]
    for _ in 0..<300 {
      let table = (0..<dice.below(4) + 1).map { _ in
        (0..<dice.below(3) + 2).map { _ in
          (0..<dice.below(6)).map { _ in letters[dice.below(letters.count)] }.joined()
        }
      }
      let text = table.map { $0.map(quoted).joined(separator: ",") }.joined(separator: "\r\n")
      #expect(try rows(text) == table)
    }
  }

  private func quoted(_ field: String) -> String {
    "\"\(field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
