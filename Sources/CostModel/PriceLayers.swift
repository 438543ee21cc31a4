public import FleetModel

/// Where prices come from, in the order they win: finops.yaml over the price file over the table
/// that comes with the program.
public struct PriceLayers: Sendable, Hashable {
  /// Of cloud kinds ("aws").
  public var embedded: [Price]
  /// Of cloud kinds (imported) and of configured clouds (asked for).
  public var file: [Price]
  /// finops.yaml's, of configured clouds.
  public var configured: [Price]

  public init(
    embedded: [Price] = PriceTable.embedded, file: [Price] = [], configured: [Price] = []
  ) {
    self.embedded = embedded
    self.file = file
    self.configured = configured
  }

  public enum Layer: String, Sendable, Hashable, CaseIterable {
    case embedded = "built in"
    case file = "price file"
    case configured = "finops.yaml"
  }

  /// The price that counts for each thing, with the layer it is from; sorted by name.
  ///
  /// - Parameter kinds: the kind of each configured cloud. Where a cloud's name is not its kind, it
  ///   gets a copy of the kind's prices under its name; a price given for that name wins over one
  ///   for the kind in the same layer. A price for every region takes the place of all that earlier
  ///   layers say of the regions.
  public func ranked(for kinds: [CloudName: CloudName] = [:]) -> [(price: Price, layer: Layer)] {
    var ranked: [Name: (price: Price, layer: Layer)] = [:]
    for (layer, prices) in [
      (Layer.embedded, embedded), (.file, file), (.configured, configured),
    ] {
      let named = layer == .configured ? prices : Self.named(prices, kinds, layer)
      for price in named where price.region == nil {
        ranked = ranked.filter { $0.value.layer == layer || !$0.key.covers(price) }
      }
      for price in named { ranked[Name(price)] = (price, layer) }
    }
    return PriceBook(ranked.values.map(\.price)).prices.compactMap { ranked[Name($0)] }
  }

  /// The same, for a price book.
  public func prices(for kinds: [CloudName: CloudName] = [:]) -> [Price] {
    ranked(for: kinds).map(\.price)
  }

  /// The prices of the configured clouds alone: what a rulebook is given, so that memory and stored
  /// plans do not carry the lists of clouds that nobody has.
  public func prices(onlyOf kinds: [CloudName: CloudName]) -> [Price] {
    prices(for: kinds).filter { kinds[$0.cloud] != nil }
  }

  /// Prices under the names of the clouds they hold for: copies first, so that what is said of a
  /// name itself comes later and wins.
  private static func named(
    _ prices: [Price], _ kinds: [CloudName: CloudName], _ layer: Layer
  ) -> [Price] {
    let others = kinds.filter { $0.key != $0.value }
    let copies = prices.flatMap { price in
      others.filter { $0.value == price.cloud }.keys.map { name in
        var copy = price
        copy.cloud = name
        return copy
      }
    }
    // An account that is named like another cloud's kind does not get that cloud's prices.
    return copies + prices.filter { layer != .embedded || others[$0.cloud] == nil }
  }

  private struct Name: Hashable {
    var cloud: CloudName
    var type: InstanceType
    var region: Region?
    var capacity: CapacityType

    init(_ price: Price) {
      (cloud, type, region, capacity) = (price.cloud, price.type, price.region, price.capacity)
    }

    /// The price is of the same thing, in every region.
    func covers(_ price: Price) -> Bool {
      cloud == price.cloud && type == price.type && capacity == price.capacity
    }
  }
}
