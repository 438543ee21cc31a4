public import ArgumentParser
import CostModel
public import FleetModel

/// `finops prices list|import|update`.
struct PricesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prices",
    abstract: "Show what an hour costs and where each price is from; import or ask for newer ones.",
    discussion: """
      finops.yaml wins over the price file (import and update write it), and that over the prices
      that come with the program.
      """,
    subcommands: [List.self, PricesImportCommand.self, PricesUpdateCommand.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List every known price with its source and day.")
    @OptionGroup var desk: PriceDesk
    @Option(help: "Only this cloud: its name in finops.yaml, or a kind such as aws.")
    var cloud: String?
    @Option(help: "Only this machine type; a * at its end matches any rest.")
    var type: String?
    @Option(help: "Only what holds in this region.")
    var region: String?
    @Option(help: "on-demand, spot or reserved.")
    var capacity: CapacityType?
    @OptionGroup var format: AnswerFormat

    func run() async throws {
      let settings = try desk.settings()
      let ranked = try PriceDesk.layers(settings).ranked(for: PriceDesk.kinds(settings))
        .filter { matches($0.price) }
      try format.show(
        ranked.map { PriceAnswer($0.price, $0.layer) }, text: text(ranked))
    }

    private func matches(_ price: Price) -> Bool {
      if let cloud, price.cloud.rawValue != cloud { return false }
      if let capacity, price.capacity != capacity { return false }
      if let region, let own = price.region, own.rawValue != region { return false }
      guard let type else { return true }
      guard type.last == "*" else { return price.type.rawValue == type }
      return price.type.rawValue.hasPrefix(type.dropLast())
    }

    private func text(_ ranked: [(price: Price, layer: PriceLayers.Layer)]) -> String {
      guard !ranked.isEmpty else { return "no such price is known" }
      var grid = Grid(["CLOUD", "TYPE", "REGION", "CAPACITY", "$/HOUR", "FROM", "AS OF", "SOURCE"])
      for (price, layer) in ranked {
        grid.add([
          price.cloud.rawValue, price.type.rawValue, price.region?.rawValue ?? "any",
          price.capacity.rawValue, PriceReviewText.exact(price.hourly), layer.rawValue, price.asOf,
          price.source,
        ])
      }
      return grid.text
    }
  }
}

extension CapacityType: ExpressibleByArgument {}
