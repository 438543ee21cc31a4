import FleetModel

extension PriceTable {
  /// Whole machines: GPUs, vCPUs, memory and the local disks that are built in, in us-central1.
  ///
  /// Left out: a3-megagpu-8g and a4-highgpu-8g, of which no whole price was found, and machines that
  /// GPUs are attached to (n1 with T4 or V100): there a type alone does not say what is attached.
  static let googleCloud = [
    // Sums of the Cloud Billing catalogue's SKUs as the open "gcosts" calculator publishes them,
    // rounded to the nano-dollar; a2-highgpu and g2 equal GPU plus host in SkyPilot's catalogue of
    // 2026-05-20 to the five decimals that one keeps.
    PriceGroup(
      "gcp", "us-central1", source: "Google Cloud Billing catalogue (gcosts calculator's table)",
      asOf: "2026-07-30",
      nanos: [
        // A100 40 GB
        ("a2-highgpu-1g", 3_673_385_000), ("a2-highgpu-2g", 7_346_770_000),
        ("a2-highgpu-4g", 14_693_540_000), ("a2-highgpu-8g", 29_387_080_000),
        ("a2-megagpu-16g", 55_739_504_000),
        // A100 80 GB
        ("a2-ultragpu-1g", 5_068_797_890), ("a2-ultragpu-2g", 10_137_595_781),
        ("a2-ultragpu-4g", 20_275_191_562), ("a2-ultragpu-8g", 40_550_383_123),
        // H100
        ("a3-highgpu-1g", 11_061_249_988), ("a3-highgpu-2g", 22_122_499_976),
        ("a3-highgpu-4g", 44_244_999_951), ("a3-highgpu-8g", 88_489_999_903),
        // L4
        ("g2-standard-4", 706_832_255), ("g2-standard-8", 853_624_271),
        ("g2-standard-12", 1_000_416_287), ("g2-standard-16", 1_147_208_303),
        ("g2-standard-24", 2_000_832_574), ("g2-standard-32", 1_734_376_367),
        ("g2-standard-48", 4_001_665_148), ("g2-standard-96", 8_003_330_296),
        // RTX PRO 6000
        ("g4-standard-48", 4_499_930_000), ("g4-standard-96", 8_999_860_000),
        ("g4-standard-192", 17_999_720_000), ("g4-standard-384", 35_999_440_000),
      ]),
    // H200: eight times the machine's share of a GPU, which was published to four decimals.
    PriceGroup(
      "gcp", "us-central1", source: "Google Cloud Billing catalogue (per GPU, to four decimals)",
      asOf: "2026-10-13", micros: [("a3-ultragpu-8g", 83_492_000)]),
  ]
}
