import FleetModel

extension PriceTable {
  /// Linux, pay as you go, eastus: the retail price list as a public copy of it in SkyPilot's form
  /// has it; a test compares every row with that copy where one is at hand. The A100 and H100 rows
  /// were compared with a second reading of 2026-11-09.
  ///
  /// That second reading is 4.6 cents per vCPU dearer for NC48ads, NC96ads and NC80adis: it is the
  /// price with a Windows licence, which the same list has under the same name. Left out: V100 and
  /// M60 machines, which are being retired, and partial GPUs.
  static let azure = PriceGroup(
    "azure", "eastus", source: "Azure retail price list (public copy in SkyPilot's form)",
    asOf: "2026-05-20",
    micros: [
      // T4
      ("Standard_NC4as_T4_v3", 526_000), ("Standard_NC8as_T4_v3", 752_000),
      ("Standard_NC16as_T4_v3", 1_204_000), ("Standard_NC64as_T4_v3", 4_352_000),
      // A10
      ("Standard_NV36ads_A10_v5", 3_200_000), ("Standard_NV36adms_A10_v5", 4_520_000),
      ("Standard_NV72ads_A10_v5", 6_520_000),
      // A100
      ("Standard_NC24ads_A100_v4", 3_673_000), ("Standard_NC48ads_A100_v4", 7_346_000),
      ("Standard_NC96ads_A100_v4", 14_692_000), ("Standard_ND96asr_v4", 27_197_000),
      ("Standard_ND96amsr_A100_v4", 32_770_000),
      // H100
      ("Standard_NC40ads_H100_v5", 6_980_000), ("Standard_NC80adis_H100_v5", 13_960_000),
      ("Standard_ND96isr_H100_v5", 98_320_000),
    ])
}
