import FleetModel
import Planner
import Testing

@testable import Settings

/// A settings file with a fault, and exactly what is said of it.
struct Fault: Sendable, CustomTestStringConvertible {
  var name: String
  var yaml: String
  var said: String

  init(_ name: String, _ yaml: String, _ said: String) {
    self.name = name
    self.yaml = yaml
    self.said = said
  }

  var testDescription: String { name }
}

let allFaults =
  formFaults + valueFaults + meaningFaults + scalingFaults + placeFaults + limitFaults + moneyFaults
  + timeFaults + cronFaults + zoneFaults + maximumFaults + cloudFaults

@Suite("What is said of faults")
struct FaultTests {
  @Test("is exactly this", arguments: allFaults)
  func golden(fault: Fault) {
    let said = #expect(throws: SettingsErrors.self) {
      try Settings.parse(text: fault.yaml).get()
    }
    #expect(said?.description == fault.said)
  }

  @Test("never repeats a secret", arguments: allFaults)
  func noSecrets(fault: Fault) {
    for secret in ["c2VjcmV0", "u:p@", "s3cret"] { #expect(!fault.said.contains(secret)) }
  }

  @Test("names settings that can be explained", arguments: allFaults)
  func explainable(fault: Fault) {
    guard let key = fault.said.split(separator: "explain ").dropFirst().last else { return }
    #expect(Settings.explain(key.trimmingPrefix(" ").filter { !$0.isNewline }) != nil)
  }

  @Test("is cut when there is too much of it, and still counted")
  func many() throws {
    let keys = (0..<60).map { "unknown\($0): x" }.joined(separator: "\n")
    let errors = try #require(throws: SettingsErrors.self) {
      try Settings.parse(text: smallest + keys).get()
    }
    #expect(errors.count == 60)
    #expect(errors.description.contains("and 10 more\n60 errors."))
  }

  @Test("shows the neighbourhood of a fault in a very long line")
  func longLine() throws {
    let targets = (0..<300).map { "gpu\($0):9400" } + ["gpu300"]
    let text =
      smallest + "collectors: [{type: dcgm, targets: [\(targets.joined(separator: ", "))]}]"
    let errors = try #require(throws: SettingsErrors.self) { try Settings.parse(text: text).get() }
    let lines = errors.description.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 160 })
    let excerpt = Array(lines[1])
    let caret = try #require(lines[2].firstIndex(of: "^"))
    let column = lines[2].distance(from: lines[2].startIndex, to: caret)
    #expect(String(excerpt[column...].prefix(6)) == "gpu300")
  }
}

@Suite("Warnings")
struct WarningTests {
  static let fleet = """
    version: 1
    fleet: {name: prod}
    clouds: {aws: {type: aws, regions: [us-east-1]}}
    collectors: [{type: dcgm, targets: ["gpu01:9400"]}]
    pools:

    """

  @Test(
    "are given for what is allowed and looks wrong",
    arguments: [
      ("  - {name: a, kind: training, idle_duration: 5m}", "training pools are never stopped"),
      ("  - {name: a, mode: auto}", "has no kind"),
      ("  - {name: a, kind: dev, mode: auto, idle_action: terminate}", "with their disks"),
      (
        "  - {name: a, kind: dev, launch: {type: g5.xlarge, image: ami-1}}",
        "no price is known for g5.xlarge"
      ),
      (
        "  - {name: a, kind: dev, match: {types: [x, y]}}\n"
          + "  - {name: b, kind: dev, match: {types: [y, z]}}", "match the same nodes"
      ),
      (
        "  - {name: a, kind: training, ladder: {notify: 5m}}", "'ladder' has no effect"
      ),
      (
        "  - {name: a, kind: dev, nodes: 3..9, launch: {type: t, image: i}}\n"
          + "prices: [{cloud: aws, type: t, hourly: $2}]\nspend: {hourly_cap: $5.99/h}",
        "the pools' minimum costs $6/h, above the cap of $5.99/h"
      ),
      (
        "  - {name: a, kind: dev, nodes: 1..9}\nspend: {hourly_cap: $0/h}",
        "a cap of nothing: no pool can grow"
      ),
      ("  - {name: a, kind: dev, max_price: $0/h}", "a price of nothing: the pool can never grow"),
      ("  - {name: a, kind: dev, ladder: {}}", "'ladder' has no effect: it has no steps"),
    ])
  func given(pools: String, words: String) throws {
    let settings = try settings(Self.fleet + pools)
    #expect(settings.warnings.count == 1)
    #expect(settings.warningText.contains(words))
    let isBelow = words == "match the same nodes" || words.contains(" cap ")
    #expect(settings.warningText.hasPrefix("finops.yaml:6:") || isBelow)
  }

  @Test("are not given for pools that tags keep apart, or for a known price")
  func notGiven() throws {
    let text =
      Self.fleet + """
          - {name: a, kind: dev, match: {tags: {pool: a}}}
          - {name: b, kind: dev, match: {tags: {pool: b}}, launch: {type: t, image: i}}
        prices: [{cloud: aws, type: t, hourly: $1}]
        """
    #expect(try settings(text).warnings.isEmpty)
  }

  @Test("are not given where the cap is what the pools' minimum costs")
  func capReached() throws {
    let text =
      Self.fleet + """
          - {name: a, kind: dev, nodes: 3..9, launch: {type: t, image: i}}
        prices: [{cloud: aws, type: t, hourly: $2}]
        spend: {hourly_cap: $6/h}
        """
    #expect(try settings(text).warnings.isEmpty)
  }

  @Test("a price for each GPU is that times the GPUs of the launch type, at its limit")
  func perAccelerator() throws {
    func most(_ price: String) throws -> HourlyRate? {
      let text =
        Self.fleet + """
            - {name: a, kind: dev, launch: {type: t, image: i}, max_price: \(price)}
          prices: [{cloud: aws, type: t, hourly: $24}]
          """
      return try Settings.parse(text: text, accelerators: ["t": 8]).get().pools[0].maximumPrice
    }
    #expect(try most("$3/gpu-h") == HourlyRate(perHour: .dollars(24)))
    #expect(throws: SettingsErrors.self) { try most("$2.99/gpu-h") }
  }

  @Test("a narrow pool first by name and a wide one after it are both right")
  func narrowFirst() throws {
    let text =
      Self.fleet + """
          - {name: a, kind: dev, match: {tags: {pool: a}}}
          - {name: rest, kind: dev, match: {cloud: aws}}
        """
    #expect(try settings(text).warnings.isEmpty)
  }
}
