import FleetModel

extension PriceTable {
  /// Linux on shared tenancy, from the price list the Karpenter AWS provider publishes; a test
  /// compares every row with a copy of that list where one is at hand.
  static let ec2 = PriceGroup(
    "aws", "us-east-1", source: "AWS on-demand list price (Karpenter AWS provider's table)",
    asOf: "2026-07-20",
    micros: [
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
    ])

  /// Inference on SageMaker, an instance hour.
  ///
  /// The batch transform rows of AWS's price list (service AmazonSageMaker, us-west-2) as a public
  /// program restates them, kept where the list's notebook rates, effective 2026-09-01 and restated
  /// by another, are the same to the digits given. Left out: the p4 and p5 families, of which only
  /// notebook rates were found, and us-east-1, of which no dated list was.
  static let sageMaker = PriceGroup(
    "aws", "us-west-2", source: "AWS price list, SageMaker inference (batch transform rate)",
    asOf: "2026-09-01",
    nanos: [
      // A10G
      ("ml.g5.xlarge", 1_408_000_000), ("ml.g5.2xlarge", 1_515_000_000),
      ("ml.g5.4xlarge", 2_030_000_000), ("ml.g5.8xlarge", 3_060_000_000),
      ("ml.g5.12xlarge", 7_090_000_000), ("ml.g5.24xlarge", 10_180_000_000),
      ("ml.g5.48xlarge", 20_360_000_000),
      // L4
      ("ml.g6.xlarge", 1_126_700_000), ("ml.g6.2xlarge", 1_222_000_000),
      ("ml.g6.4xlarge", 1_654_000_000), ("ml.g6.12xlarge", 5_752_000_000),
      ("ml.g6.24xlarge", 8_344_000_000), ("ml.g6.48xlarge", 16_688_000_000),
      // L40S: the list's training rates, rounded to the cent there, agree.
      ("ml.g6e.xlarge", 2_605_400_000), ("ml.g6e.2xlarge", 2_802_600_000),
      ("ml.g6e.4xlarge", 3_755_300_000), ("ml.g6e.8xlarge", 5_660_700_000),
      ("ml.g6e.12xlarge", 13_115_800_000), ("ml.g6e.24xlarge", 18_831_987_500),
      ("ml.g6e.48xlarge", 37_663_975_000),
    ])
}
