import CostModel
import FleetModel
import Foundation
import Reports
import Testing

@Suite("Report as a table")
struct TableTests {
  @Test("no line is wider than asked, whatever the width", arguments: [60, 72, 80, 100, 132, 200])
  func width(width: Int) {
    for ascii in [true, false] {
      let style = TableStyle(color: false, ascii: ascii)
      let lines = Fixture.small().table(width: width, style: style).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width })
    }
  }

  @Test("ASCII style shows ASCII alone, and colours are only where asked for")
  func ascii() {
    let plain = Fixture.small().table(width: 100, style: TableStyle(color: false, ascii: true))
    #expect(plain.utf8.allSatisfy { $0 == 10 || (32...126).contains($0) })
    let colored = Fixture.small().table(width: 100, style: TableStyle(color: true, ascii: true))
    #expect(colored.contains("\u{1B}[32m"))
    #expect(colored.replacing(/\u{1B}\[[0-9]+m/, with: "").count <= plain.count + 40)
  }

  @Test(
    "names cannot write to the terminal",
    arguments: [
      "\u{1B}[2J\u{1B}[31mred", "a\nb", "\u{202E}evil", "\u{9B}31m", "\u{200B}", "\r\t\u{7}",
    ])
  func hostile(name: String) {
    let hours = [
      Fixture.hour(
        0, node: NodeID(name), pool: PoolName(name), type: InstanceType(name),
        rate: HourlyRate(perHour: .dollars(1)), [.freeIdle: 8 * Fixture.hour])
    ]
    let range = Fixture.start..<Fixture.start.advanced(by: .days(1))
    let report = FleetReport.make(hours: hours, off: [], range: range, now: range.upperBound)
    let text = report.table(
      width: 100, style: TableStyle(color: false, ascii: false), against: name)
    let allowed = text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || ![.control, .format].contains(scalar.properties.generalCategory)
    }
    #expect(allowed)
    let ends = text.split(separator: "\n", omittingEmptySubsequences: false).count
    let clean = FleetReport.make(
      hours: hours.map {
        var hour = $0
        hour.node = "n"
        hour.pool = "p"
        hour.type = "t"
        return hour
      }, off: [], range: range, now: range.upperBound
    ).table(width: 100, style: TableStyle(color: false, ascii: false), against: "x")
    #expect(ends == clean.split(separator: "\n", omittingEmptySubsequences: false).count)
  }

  @Test("an empty report is still a report")
  func empty() {
    let report = FleetReport.make(
      hours: [], off: [], range: Fixture.start..<Fixture.start, now: Fixture.start)
    let text = report.table(width: 80, style: TableStyle(color: false, ascii: false))
    #expect(text.contains("$0.00") && text.contains("No billed time"))
  }

  @Test(
    "amounts read as people write them",
    arguments: [
      (Int64(0), "$0.00"), (1, "<$0.01"), (4_999_999, "<$0.01"), (5_000_000, "$0.01"),
      (12_345_000_000, "$12.35"), (999_994_999_999, "$999.99"), (999_995_000_000, "$1,000"),
      (97_479_500_000_000, "$97,480"), (-12_340_000_000, "-$12.34"),
    ])
  func money(nanos: Int64, text: String) {
    #expect(People.money(Money(nanos: nanos)) == text)
  }

  @Test(
    "a price has the decimals it is quoted with",
    arguments: [
      (Int64(804_800_000), "$0.8048"), (1_861_000_000, "$1.861"), (1_000_000_000, "$1.00"),
      (9_999_900_000, "$9.9999"), (21_957_642_000, "$21.96"), (113_932_800_000, "$113.93"),
    ])
  func rate(nanos: Int64, text: String) {
    #expect(People.rate(HourlyRate(perHour: Money(nanos: nanos))) == text)
  }

  @Test(
    "a share is never rounded to all or nothing",
    arguments: [
      (Int64(0), "0.0 %"), (1, "<0.1 %"), (499, "<0.1 %"), (500, "0.1 %"), (471_000, "47.1 %"),
      (999_499, "99.9 %"), (999_500, ">99.9 %"), (999_999, ">99.9 %"), (1_000_000, "100.0 %"),
      (-120_000, "-12.0 %"),
    ])
  func share(millionths: Int64, text: String) {
    #expect(Share(millionths: millionths).percent == text)
  }
}

/// The table, to the letter: a change of it is seen in a review.
@Suite("Report as a table, golden")
struct GoldenTableTests {
  @Test("eighty columns of ASCII")
  func ascii() {
    let style = TableStyle(color: false, ascii: true)
    #expect(Fixture.small().table(width: 80, style: style, against: "the demo fleet") == Self.text)
  }

  @Test("bars, lines and colours")
  func rich() {
    let lines = Fixture.small().table(width: 110, style: TableStyle(color: true, ascii: false))
      .split(separator: "\n").map(String.init)
    let escape = "\u{1B}["
    #expect(
      lines[1]
        == "\(escape)1m  Spent            $19,823+\(escape)0m   \(escape)36m▇█████████\(escape)0m")
    #expect(lines[2].hasPrefix("  ├─ productive     $10,733   \(escape)32m███████████████▏ "))
    #expect(lines[3].hasSuffix("45.8 %   ← $908.16/day"))
  }

  static let text = #"""
    GPU fleet cost | 2026-10-21 - 2026-10-31 UTC (10d) | USD | 3 nodes in 2 pools

      Spent            $19,823+   #@@@@@@@@@
      |- productive     $10,733   ##########........   54.1 %
      |- idle            $9,082   ########..........   45.8 %   <- $908.16/day
      |  model loaded, no requests $3,302 | free $5,779
      `- overhead         $8.96   #.................   <0.1 %
         stopped disks $8.96
      Always on would have cost $25,938 -> 10 stops saved $6,114 (23.6 %)

    POOL      NODES     SPENT    SHARE    IDLE  IDLE %   SAVED  SAVED %     SEEN
    chat          2   $19,823  100.0 %  $9,082  45.8 %  $6,114   23.6 %  100.0 %
    research      1  no price    0.0 %       -       -   $0.00        -    0.0 %
    TOTAL         3  $19,823+  100.0 %  $9,082  45.8 %  $6,114   23.6 %   92.3 %

    TOP IDLE NODES  POOL  TYPE            $/H    SPENT    IDLE  IDLE %   SAVED
    i-0aaa          chat  p5.48xlarge  $55.04  $13,210  $7,430  56.3 %   $0.00
    i-0bbb          chat  p5.48xlarge  $55.04   $6,614  $1,651  25.0 %  $6,114
    1 more node: finops report --format json

    * Readings cover 92.3 % of billed GPU time; the rest is overhead (unobserved),
      never idle.
    * No price is known for 240 node-hours of 1 node: they are in no amount (marked
      +). Set prices: in finops.yaml.
    * Always on = spent + saved. Saved = price x time off, at most 7 days a stop,
      less restarts and disks of stopped nodes.
    * Against the demo fleet: not a bill of any cloud.

    """#
}
