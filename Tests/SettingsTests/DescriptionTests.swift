import FleetModel
import Foundation
import Planner
import TestSupport
import Testing

@testable import Settings

@Suite("One description for everything")
struct DescriptionTests {
  @Test("every threshold of the planner is a setting, and only those")
  func thresholdsCovered() {
    let names = Mirror(reflecting: Thresholds()).children.compactMap(\.label).map(snakeCase)
    #expect(ThresholdKey.all.map(\.name).sorted() == names.sorted())
  }

  @Test(
    "each threshold's default is read back as the planner's own",
    arguments: ThresholdKey.all.indices)
  func thresholdDefaults(index: Int) throws {
    let key = ThresholdKey.all[index]
    var thresholds = Thresholds()
    guard case .value(let value) = key.leaf.read(key.standard, false) else {
      Issue.record("the default of \(key.name), \(key.standard), is refused")
      return
    }
    key.set(&thresholds, value)
    #expect(thresholds == Thresholds())
  }

  @Test("each threshold's setting changes that threshold", arguments: ThresholdKey.all.indices)
  func thresholdsMove(index: Int) {
    let key = ThresholdKey.all[index]
    var thresholds = Thresholds()
    for value in [Value.number(7.5), .integer(77), .duration(.seconds(77))] {
      key.set(&thresholds, value)
    }
    let before = Mirror(reflecting: Thresholds()).children.map { "\($0.label ?? "") \($0.value)" }
    let after = Mirror(reflecting: thresholds).children.map { "\($0.label ?? "") \($0.value)" }
    let changed = zip(before, after).filter { $0 != $1 }.map(\.1)
    #expect(changed.count == 1)
    #expect(changed.first.map { snakeCase(String($0.prefix { $0 != " " })) } == key.name)
  }

  @Test("the JSON Schema is JSON, closed, and knows every key")
  func schema() throws {
    let data = Data(Settings.jsonSchema().utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(object["additionalProperties"] as? Bool == false)
    let text = Settings.jsonSchema()
    for key in Settings.keys {
      let name = key.split(separator: ".").last ?? ""
      #expect(text.contains("\"\(name)\": {"), "\(key) is not in the schema")
    }
  }

  @Test("every key can be explained, and an unknown one cannot")
  func explain() throws {
    for key in Settings.keys { #expect(Settings.explain(key)?.hasPrefix(key + ":") == true) }
    #expect(Settings.explain("pools.idle_duraton") == nil)
    #expect(Settings.nearestKey(to: "pools.idle_duraton") == "pools.idle_duration")
    #expect(Settings.explain("database")?.contains("default: embedded") == true)
  }

  @Test("docs/configuration.md has the table this description makes")
  func documentation() throws {
    let url = SharedFiles.packageRoot.appending(path: "docs/configuration.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    #expect(page.contains(Settings.referenceTable()))
  }
}

func snakeCase(_ name: String) -> String {
  name.map { $0.isUppercase ? "_\($0.lowercased())" : String($0) }.joined()
}
