import CostModel
import FleetModel

/// What things cost as far as it is believed: the price book, with the last good price in place of
/// one that a single poll made jump.
struct KnownPrices {
  private let book: PriceBook
  /// Empty on nearly every day, so that nobody pays for the look.
  private let suspects: [PriceID: PriceMemory]

  init(_ book: PriceBook, _ memory: [PriceID: PriceMemory]?) {
    self.book = book
    suspects = memory?.filter { $0.value.suspect != nil } ?? [:]
  }

  /// nil when none is known; never taken as zero.
  func price(of node: Node) -> Price? { book.price(of: node).flatMap(believed) }

  func rate(of node: Node, in pool: PoolRules?) -> HourlyRate? {
    if let price = price(of: node) { return price.hourly }
    guard node.capacity == .spot, let offerings = pool?.spot?.offerings,
      let offering = offerings.first(where: { $0.launch.makes(node) })
    else { return nil }
    return rate(of: offering)
  }

  /// What a node made this way will cost.
  func rate(of spec: LaunchSpec, in pool: PoolRules?) -> HourlyRate? {
    if let offering = pool?.spot?.offerings.first(where: { $0.launch == spec }),
      let shared = rate(of: offering)
    {
      return shared
    }
    return price(of: spec, spec.capacity)?.hourly
  }

  /// What another replica will cost an hour; nil where no price is known.
  func rate(ofReplicaOf workload: Workload) -> HourlyRate? {
    if workload.billing == .shared { return .zero }
    return price(of: workload)?.hourly
  }

  func suspicion(of workload: Workload) -> Reason? {
    suspects.isEmpty || workload.billing == .shared
      ? nil
      : workload.type.flatMap {
        book.price(of: $0, on: workload.cloud, in: workload.region, .onDemand)
      }.flatMap(suspicion)
  }

  private func price(of workload: Workload) -> Price? {
    workload.type.flatMap { book.price(of: $0, on: workload.cloud, in: workload.region, .onDemand) }
      .flatMap(believed)
  }

  func suspicion(of node: Node) -> Reason? {
    suspects.isEmpty ? nil : book.price(of: node).flatMap(suspicion)
  }

  func suspicion(of spec: LaunchSpec) -> Reason? {
    guard !suspects.isEmpty else { return nil }
    return book.price(of: spec.type, on: spec.cloud, in: spec.region, spec.capacity)
      .flatMap(suspicion)
  }

  private func suspicion(of price: Price) -> Reason? {
    guard let memory = suspects[PriceID(price)], let suspect = memory.suspect else { return nil }
    return .priceSuspect(was: memory.good ?? .zero, now: suspect.rate)
  }

  private func price(of spec: LaunchSpec, _ capacity: CapacityType) -> Price? {
    book.price(of: spec.type, on: spec.cloud, in: spec.region, capacity).flatMap(believed)
  }

  /// The spot price as a share of the on-demand price; nil when either is not known.
  func share(of offering: SpotPlaces.Offering) -> Double? {
    guard let spot = price(of: offering.launch, .spot),
      let whole = price(of: offering.launch, .onDemand),
      whole.hourly.perHour.nanos > 0
    else { return nil }
    return Double(spot.hourly.perHour.nanos) / Double(whole.hourly.perHour.nanos)
  }

  /// A share of the on-demand price where the offering names one, rounded up.
  private func rate(of offering: SpotPlaces.Offering) -> HourlyRate? {
    guard let share = offering.share, share.isFinite, share > 0, share < 1_000,
      let whole = price(of: offering.launch, .onDemand)
    else { return nil }
    let millionths = Int128((share * 1_000_000).rounded(.up))
    let nanos = (Int128(whole.hourly.perHour.nanos) * millionths + 999_999) / 1_000_000
    return HourlyRate(perHour: Money(nanos: Int64(clamping: nanos)))
  }

  private func believed(_ price: Price) -> Price? {
    guard !suspects.isEmpty, let memory = suspects[PriceID(price)] else { return price }
    guard let good = memory.good else { return nil }
    var last = price
    last.hourly = good
    return last
  }
}

/// Prices of nodes in the order of an inventory, where neighbours are mostly alike: asking the book
/// anew for each, by four names, was 3% of a plan.
struct PriceRun {
  private let prices: KnownPrices
  private var kind: MachineKind?
  private var hourly: HourlyRate?

  init(_ prices: KnownPrices) { self.prices = prices }

  /// The same as `KnownPrices.rate(of:in:)`; the pool is asked for where no list has a price.
  mutating func rate(of node: Node, in pool: @autoclosure () -> PoolRules?) -> HourlyRate? {
    if kind.map({ !$0.isKind(of: node) }) ?? true {
      (kind, hourly) = (MachineKind(node), prices.price(of: node)?.hourly)
    }
    return hourly ?? prices.rate(of: node, in: pool())
  }
}
