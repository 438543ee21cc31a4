import ArgumentParser
import CostModel
import CurlTransport
import FleetModel
import Ports
import Settings

/// `finops prices update`: each configured cloud's own price list into the price file.
struct PricesUpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Ask the configured clouds for their prices and take them into the price file.",
    discussion: """
      One cloud's failure does not keep the others' prices out; the command ends with 1 then. What a
      cloud no longer lists stays known with the day it was last read.
      """)
  @Option(help: "Only this cloud of finops.yaml.")
  var cloud: String?
  @OptionGroup var intake: PriceIntake
  @OptionGroup var file: SettingsFile

  func run() async throws {
    let settings = try file.load()
    let transport = Wiring.transport()
    defer { transport.shutdown() }
    let sources = try chosen(
      from: Wiring.priceSources(settings, transport: transport), settings)
    var prices: [Price] = []
    var failed: [CloudName] = []
    for source in sources {
      tell("\(source.cloud): asking for its prices")
      guard let list = await ask(source, settings) else {
        failed.append(source.cloud)
        continue
      }
      tell("\(source.cloud): \(list.count) prices")
      prices += list
    }
    if !prices.isEmpty { try intake.take(prices, settings) }
    guard failed.isEmpty else {
      let names = failed.map(\.rawValue).joined(separator: ", ")
      tell("finops: no prices from \(names); what was known of them stays")
      throw Exit.failed
    }
  }

  private func chosen(
    from sources: [any PriceSource], _ settings: Settings
  ) throws -> [any PriceSource] {
    if let cloud, !settings.clouds.contains(where: { $0.name.rawValue == cloud }) {
      tell("finops: there is no cloud '\(cloud)' in \(file.config)")
      throw Exit.usage
    }
    let chosen = sources.filter { cloud == nil || $0.cloud.rawValue == cloud }
    guard !chosen.isEmpty else {
      tell(
        "finops: no price list can be asked for \(cloud ?? "the configured clouds"); "
          + "`finops prices import` takes a file")
      throw Exit.failed
    }
    return chosen
  }

  /// nil when the cloud did not answer, or with nothing: an empty list is no news about prices.
  private func ask(_ source: any PriceSource, _ settings: Settings) async -> [Price]? {
    let regions = settings.clouds.first { $0.name == source.cloud }?.regions ?? []
    do throws(ActuateError) {
      let list = try await source.prices(of: [], in: regions)
      if list.isEmpty { tell("\(source.cloud): ✖ its list is empty") }
      return list.isEmpty ? nil : list
    } catch {
      tell("\(source.cloud): ✖ \(error)")
      return nil
    }
  }
}
