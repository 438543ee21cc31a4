import FleetModel

/// Public on-demand prices that come with the program, for a first report before anybody has
/// configured one; prices in finops.yaml replace them.
///
/// Facts, restated by hand: dollars an hour for Linux on shared tenancy in us-east-1, read on
/// 2026-07-20 from the price list the Karpenter AWS provider publishes. Other regions are left
/// out, because the same machine costs more in most of them and a wrong price is worse than none.
public enum PriceTable {
  /// Every price of the table, by type.
  public static let embedded: [Price] = microdollars.map { type, micros in
    Price(
      cloud: "aws", type: type, region: "us-east-1", capacity: .onDemand,
      hourly: HourlyRate(perHour: Money(nanos: micros * 1000)),
      source: "AWS on-demand list price (Karpenter AWS provider's table)", asOf: "2026-07-20")
  }

  /// Millionths of a dollar an hour: the finest any of these prices is quoted in.
  private static let microdollars: [(InstanceType, Int64)] = [
    // T4
    ("g4dn.12xlarge", 3_912_000), ("g4dn.16xlarge", 4_352_000), ("g4dn.2xlarge", 752_000),
    ("g4dn.4xlarge", 1_204_000), ("g4dn.8xlarge", 2_176_000), ("g4dn.metal", 7_824_000),
    ("g4dn.xlarge", 526_000),
    // A10G
    ("g5.12xlarge", 5_672_000), ("g5.16xlarge", 4_096_000), ("g5.24xlarge", 8_144_000),
    ("g5.2xlarge", 1_212_000), ("g5.48xlarge", 16_288_000), ("g5.4xlarge", 1_624_000),
    ("g5.8xlarge", 2_448_000), ("g5.xlarge", 1_006_000),
    // L4
    ("g6.12xlarge", 4_601_600), ("g6.16xlarge", 3_396_800), ("g6.24xlarge", 6_675_200),
    ("g6.2xlarge", 977_600), ("g6.48xlarge", 13_350_400), ("g6.4xlarge", 1_323_200),
    ("g6.8xlarge", 2_014_400), ("g6.xlarge", 804_800),
    // L40S
    ("g6e.12xlarge", 10_492_640), ("g6e.16xlarge", 7_577_190), ("g6e.24xlarge", 15_065_590),
    ("g6e.2xlarge", 2_242_080), ("g6e.48xlarge", 30_131_180), ("g6e.4xlarge", 3_004_240),
    ("g6e.8xlarge", 4_528_560), ("g6e.xlarge", 1_861_000),
    // A100, H100, H200, B200, B300
    ("p4d.24xlarge", 21_957_642), ("p4de.24xlarge", 27_447_050), ("p5.48xlarge", 55_040_000),
    ("p5.4xlarge", 6_880_000), ("p5en.48xlarge", 63_296_000),
    ("p6-b200.48xlarge", 113_932_800), ("p6-b300.48xlarge", 142_416_000),
  ]
}
