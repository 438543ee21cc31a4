import Foundation
import Testing

@testable import Settings

@Suite("Settings for the kill switch")
struct SwitchTests {
  static let head = "version: 1\nfleet: {name: x}\n"

  static func load(_ text: String) throws -> Result<Settings, SettingsErrors> {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "finops-switch-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try text.write(to: file, atomically: true, encoding: .utf8)
    return Settings.loadForSwitch(path: file.path)
  }

  @Test(
    "faults beside the database do not stand in its way",
    arguments: [
      "collectors: [{type: dcgm, targets_file: gone.txt, every: 15s}]\n",
      "pools: [{name: a, kind: devv}]\n", "listen: 99999\n", "prices: 7\n",
      "budgets: 7\n", "spend: {hourly_cap: 1}\n", "safety: 7\n", "commitments: 7\n",
      "holidays: [7]\n", "api: {token: x}\n",
    ])
  func passes(fault: String) throws {
    let text = Self.head + "database: {embedded: {data_dir: /srv/pg}}\n" + fault
    #expect(throws: SettingsErrors.self) { try Settings.parse(text: text).get() }
    #expect(try Self.load(text).get().database == .embedded(directory: "/srv/pg"))
  }

  @Test(
    "a fault that may hide where the records are is an error",
    arguments: [
      "databas: {url: {env: X}}\n", "database: {embedded: /srv/pg}\n", "data_dir: [1]\n",
      "database: {url: {env: X}}\ndatabase: embedded\n", "pools: [",
    ])
  func refuses(fault: String) throws {
    #expect(throws: SettingsErrors.self) { try Self.load(Self.head + fault).get() }
  }
}
