import TestSupport

/// Spoils replies as a wire, a proxy or an attacker would; the same seed, the same replies.
struct Mutator {
  private var generator: SeededGenerator
  private let seeds: [[UInt8]]

  /// - Parameter seeds: replies as they should be; what is longer than `longest` is cut, so that
  ///   a run's time is bounded.
  init(_ seeds: [[UInt8]], seed: UInt64, longest: Int = 3_000) {
    self.seeds = seeds.filter { !$0.isEmpty }.map { Array($0.prefix(longest)) }
    generator = SeededGenerator(seed: seed)
  }

  /// One of the replies after one to three spoilings; `kind` chooses the first.
  mutating func next(_ kind: Int) -> [UInt8] {
    guard var bytes = seeds.randomElement(using: &generator) else { return [] }
    spoil(&bytes, kind % Self.kinds)
    for _ in 0..<number(0...2) { spoil(&bytes, number(0...Self.kinds - 1)) }
    return bytes
  }

  static let kinds = 14

  private mutating func spoil(_ bytes: inout [UInt8], _ kind: Int) {
    let place = number(0...bytes.count)
    let end = min(bytes.count, place + number(0...40))
    switch kind {
    case 0: flipBits(&bytes)
    case 1: bytes.removeSubrange(place...)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: number(0...bytes.count))
    case 3: nest(&bytes)
    case 4: replaceNumbers(&bytes)
    case 5: bytes.insert(contentsOf: choose(Self.notUTF8), at: place)
    case 6: swapMarks(&bytes)
    case 7: bytes.insert(0, at: place)
    case 8:
      bytes.insert(contentsOf: choose([[0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF]]), at: 0)
    case 9: bomb(&bytes)
    case 10: bytes = choose(Self.pages)
    case 11: bytes.removeSubrange(place..<end)
    case 12: bytes.replaceSubrange(place..<end, with: Array(choose(Self.words).utf8))
    default: splice(&bytes, from: place)
    }
  }

  private mutating func flipBits(_ bytes: inout [UInt8]) {
    for _ in 0...number(0...7) where !bytes.isEmpty {
      bytes[number(0...bytes.count - 1)] ^= 1 << UInt8(number(0...7))
    }
  }

  /// Things in one another, closed or not; where they may stand, most of the time.
  private mutating func nest(_ bytes: inout [UInt8]) {
    let (open, close) = choose(Self.pairs)
    let count = choose([3, 60, 70, 300, 600, 5_000, 20_000])
    let before = UInt8(ascii: open.hasPrefix("<") ? ">" : ":")
    let places = bytes.indices.filter { bytes[$0] == before }.map { $0 + 1 }
    let place = places.isEmpty || number(0...3) == 0 ? number(0...bytes.count) : choose(places)
    let closing = number(0...2) == 0 ? "" : String(repeating: close, count: count)
    bytes.insert(
      contentsOf: Array((String(repeating: open, count: count) + closing).utf8), at: place)
  }

  private static let pairs = [
    ("[", "]"), ("{\"a\":", "}"), ("<a>", "</a>"), ("<item>", "</item>"), ("<b x=\"/>\">", "</b>"),
    ("<a><!--</a>-->", "</a>"), ("<a><![CDATA[</a>]]>", "</a>"), ("<a><?x </a>?>", "</a>"),
    ("[[{\"Items\":", "}]]"), ("\"\\\"", "\""), ("<!--", "-->"), ("&", ";"),
  ]

  /// Every number, or one of them, becomes another.
  private mutating func replaceNumbers(_ bytes: inout [UInt8]) {
    let isAll = number(0...1) == 0
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    var out: [UInt8] = []
    var rest = bytes[...]
    while let first = rest.first {
      let run = isDigit(first) ? rest.prefix(while: isDigit) : rest.prefix { !isDigit($0) }
      rest = rest.dropFirst(run.count)
      let isReplaced = isDigit(first) && (isAll || number(0...9) == 0)
      out += isReplaced ? Array(choose(Self.numbers).utf8) : Array(run)
    }
    bytes = out
  }

  private mutating func swapMarks(_ bytes: inout [UInt8]) {
    let marks = bytes.indices.filter { Array("{}[]<>\":,/&".utf8).contains(bytes[$0]) }
    for _ in 0...number(0...3) {
      guard let one = marks.randomElement(using: &generator),
        let other = marks.randomElement(using: &generator)
      else { return }
      bytes.swapAt(one, other)
    }
  }

  /// Entities of entities, behind a comment of any length.
  private mutating func bomb(_ bytes: inout [UInt8]) {
    var types = "<!DOCTYPE x [<!ENTITY e0 \"lol\"><!ENTITY f SYSTEM \"file:///etc/passwd\">"
    for level in 1...9 {
      let inner = String(repeating: "&e\(level - 1);", count: 10)
      types += "<!ENTITY e\(level) \"\(inner)\">"
    }
    let padding = String(repeating: " ", count: choose([0, 100, 600]))
    let start = bytes.firstRange(of: Array("?>".utf8))?.upperBound ?? 0
    if let inside = bytes[start...].lastIndex(of: UInt8(ascii: "<")) {
      bytes.insert(contentsOf: Array("&e9;&f;".utf8), at: inside)
    }
    bytes.insert(contentsOf: Array("<!--\(padding)-->\(types)]>".utf8), at: start)
  }

  private mutating func splice(_ bytes: inout [UInt8], from place: Int) {
    guard let other = seeds.randomElement(using: &generator) else { return }
    bytes.replaceSubrange(place..., with: other[number(0...other.count)...])
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  private mutating func choose<Value>(_ values: [Value]) -> Value {
    values[number(0...values.count - 1)]
  }

  private static let notUTF8: [[UInt8]] = [
    [0xD0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80],
  ]

  private static let numbers = [
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615",
    "1e40", "1e308", "1e999", "-1e999", "4e-400", "-0", "-1", "0", "2147483648", "0.1",
    "99999999999999999999999999999999999999999999999999", "1e18", "9.3e18", "NaN",
  ]

  private static let words =
    numbers + [
      "null", "true", "\"\"", "[]", "{}", "\\ud800", "\\u0000", "\u{FEFF}", "é", "\u{1F600}",
      "&#0;",
      "&#xD800;", "&undefined;", "<?x?>", "<?xml?>", "<!---->", "<![CDATA[]]>", "<![CDATA[", "]]>",
      "<?xml version=\"9\"?>", "\r\n", "inf", "١",
    ]

  private static let pages: [[UInt8]] = [
    "", " ", "<html><body><h1>502 Bad Gateway</h1></body></html>",
    "<!doctype html><html lang=en><title>Sign in</title><p>Please <br> log in", "<", "{", "[", "\"",
    "Internal Server Error", "null", "0", "\u{0}", "<a xmlns:x=\"\"><x:b/></a>", "<Response/>",
  ].map { Array($0.utf8) }
}
