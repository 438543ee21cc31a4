import FleetModel
import Planner
import Testing

@testable import Settings

@Suite("What finops init writes")
struct StarterTests {
  @Test(
    "is accepted by its own parser without a warning",
    arguments: [
      Starter(),
      Starter(fleet: "eu-1", timezone: "Europe/Berlin", mode: .advise),
      Starter(regions: ["us-east-1", "eu-west-1"], profile: "it's ours"),
      Starter(targets: ["gpu01:9400", "[::1]:9400"]),
      Starter(mode: .auto, regions: ["us-east-1"], targets: ["10.0.0.7:9400"]),
    ])
  func accepted(starter: Starter) throws {
    let settings = try settings(starter.yaml)
    #expect(settings.warnings.isEmpty)
    #expect(settings.fleet.name == starter.fleet && settings.fleet.mode == starter.mode)
    #expect(settings.fleet.timezone == starter.timezone)
    #expect(settings.clouds.flatMap(\.regions) == starter.regions)
    #expect(settings.clouds.first?.profile == starter.profile)
    #expect(settings.collectors.flatMap(\.targets) == starter.targets)
  }

  @Test("stays right when every comment is made real")
  func uncommented() throws {
    let lines = Starter(regions: ["us-east-1"], targets: ["gpu01:9400"]).yaml
      .split(separator: "\n", omittingEmptySubsequences: false)
    let real = lines.map { line in
      line.hasPrefix("# ") && Self.isSetting(line) ? String(line.dropFirst(2)) : String(line)
    }
    let settings = try settings(real.joined(separator: "\n"))
    #expect(settings.pools.map(\.name) == ["chat"])
    #expect(settings.prices.count == 1 && settings.channels.count == 1)
    #expect(settings.spend.budgets.count == 1 && settings.spend.hourlyCap != nil)
    #expect(settings.schedules["chat"]?.count == 1 && settings.pools[0].scaling != nil)
  }

  /// Comments that are settings begin with a key or are indented below one.
  private static func isSetting(_ line: Substring) -> Bool {
    let text = line.dropFirst(2)
    return ["  ", "pools:", "prices:", "alerts:", "holidays:", "spend:", "budgets:"]
      .contains { text.hasPrefix($0) }
  }

  @Test("begins with the line editors look for")
  func schemaLine() {
    #expect(Starter().yaml.hasPrefix("# yaml-language-server: $schema=./finops.schema.json\n"))
  }
}
