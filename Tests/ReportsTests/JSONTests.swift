import CostModel
import FleetModel
import Foundation
import Reports
import Testing

@Suite("Report as JSON")
struct JSONTests {
  @Test(
    "any string survives writing and reading",
    arguments: [
      "", "plain", "quote \" backslash \\ slash /", "line\nbreak\ttab\r", "\u{0}\u{1B}[31m\u{7F}",
      "</script><b>&amp;", "日本語 🚀 é", "\u{2028}\u{2029}\u{202E}",
    ])
  func strings(text: String) throws {
    let document = JSONValue.object([.init(text, .array([.string(text), .null, .bool(true)]))])
    let read = try #require(
      try JSONSerialization.jsonObject(with: Data(document.text.utf8)) as? [String: [Any]])
    #expect(read[text]?.first as? String == text)
  }

  @Test(
    "a decimal is written exactly",
    arguments: [
      (Int64(0), 6, "0.000000"), (1, 6, "0.000001"), (-1, 3, "-0.001"), (1_234_567, 6, "1.234567"),
      (-45, 0, "-45"), (.max, 9, "9223372036.854775807"), (.min, 9, "-9223372036.854775808"),
    ])
  func decimals(digits: Int64, places: Int, text: String) {
    #expect(JSONValue.decimal(digits: digits, places: places).text == text + "\n")
  }

  @Test("the totals are decimal strings that add up")
  func totals() throws {
    let totals = try #require(try Self.read(Fixture.small())["totals"] as? [String: Any])
    func money(_ key: String) throws -> Money {
      try #require(Money(decimal: totals[key] as? String ?? ""))
    }
    let parts = try ["productive", "idle", "overhead", "unusedCommitment"].map(money)
    #expect(try money("effective") == Money.sum(parts))
    #expect(try money("alwaysOn") == money("effective") + money("saved"))
  }

  @Test("anyone can compute a stop's saving again from its line")
  func stops() throws {
    let stops = try #require(try Self.read(Fixture.small())["stops"] as? [[String: Any]])
    #expect(stops.count == 10)
    for stop in stops {
      func integer(_ key: String) throws -> Int128 { Int128(try #require(stop[key] as? Int64)) }
      func nanos(_ key: String) throws -> Int128 {
        Int128(try #require(Money(decimal: stop[key] as? String ?? "")).nanos)
      }
      let paid = try nanos("hourly") * (integer("offMicroseconds") - integer("restartMicroseconds"))
      let exact = try paid - nanos("storageHourly") * integer("offMicroseconds")
      #expect(try abs(nanos("saved") * 3_600_000_000 - exact) <= 1_800_000_000)
      #expect(try nanos("gross") - nanos("restart") - nanos("storage") == nanos("saved"))
    }
  }

  @Test("keys keep their order")
  func order() {
    let text = Fixture.small().json()
    let keys = ["report", "currency", "from", "until", "asOf", "totals", "buckets", "coverage"]
    let places = keys.compactMap { text.range(of: "\"\($0)\": ")?.lowerBound }
    #expect(places.count == keys.count && places == places.sorted())
  }

  static func read(_ report: FleetReport) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
  }
}
