import Foundation
import TestSupport
import Testing

@testable import Settings

@Suite("One description for everything")
struct DescriptionTests {
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
    var page = try String(contentsOf: url, encoding: .utf8)
    // FINOPS_WRITE_DOCS=1 brings the page up to date.
    if ProcessInfo.processInfo.environment["FINOPS_WRITE_DOCS"] != nil,
      let table = page.range(of: "| Key |")
    {
      page = page[..<table.lowerBound] + Settings.referenceTable()
      try page.write(to: url, atomically: true, encoding: .utf8)
    }
    #expect(page.contains(Settings.referenceTable()))
  }
}
