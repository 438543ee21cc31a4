import FleetModel

/// Public on-demand prices that come with the program, for a first report before anybody has
/// configured one; `finops prices update` and `import` replace them, and prices in finops.yaml
/// replace both.
///
/// Facts, restated by hand: a type, a region, what an hour costs, and for each group where it was
/// read and when. A group is one region where a cloud's prices differ by region, because the same
/// machine costs more in most others and a wrong price is worse than none. What was found in one
/// place only, in two that disagree, or without a date is left out and said at its group. Spot
/// prices move by the hour and are left to `finops prices update`. Kubernetes has none of its own: a
/// node there costs what its machine costs.
///
/// `cloud` is the kind of a cloud ("aws"), not the name an account has in finops.yaml;
/// `PriceLayers` gives the prices that name.
public enum PriceTable {
  /// Every price of the table, group by group.
  public static let embedded: [Price] = groups.flatMap(\.prices)

  static let groups: [PriceGroup] =
    [ec2, sageMaker] + googleCloud + [azure] + runPod + huggingFace + [replicate, modal]
}

/// Prices read at one place on one day.
struct PriceGroup {
  var cloud: CloudName
  /// nil: the same in every region.
  var region: Region?
  var source: String
  /// The day it was read, RFC 3339.
  var asOf: String
  /// What an hour costs, in billionths of a dollar.
  var nanos: [(InstanceType, Int64)]

  /// - Parameter micros: millionths of a dollar an hour, the finest most lists quote.
  init(
    _ cloud: CloudName, _ region: Region?, source: String, asOf: String,
    micros: [(InstanceType, Int64)]
  ) {
    self.init(cloud, region, source: source, asOf: asOf, nanos: micros.map { ($0, $1 * 1_000) })
  }

  /// - Parameter microsPerSecond: for lists that quote a second; an hour is 3,600 of them, exactly.
  init(
    _ cloud: CloudName, _ region: Region?, source: String, asOf: String,
    microsPerSecond: [(InstanceType, Int64)]
  ) {
    self.init(
      cloud, region, source: source, asOf: asOf, nanos: microsPerSecond.map { ($0, $1 * 3_600_000) }
    )
  }

  init(
    _ cloud: CloudName, _ region: Region?, source: String, asOf: String,
    nanos: [(InstanceType, Int64)]
  ) {
    self.cloud = cloud
    self.region = region
    self.source = source
    self.asOf = asOf
    self.nanos = nanos
  }

  var prices: [Price] {
    nanos.map { type, nanos in
      Price(
        cloud: cloud, type: type, region: region, capacity: .onDemand,
        hourly: HourlyRate(perHour: Money(nanos: nanos)), source: source, asOf: asOf)
    }
  }
}
