import FleetModel

extension PriceTable {
  /// An hour of one GPU in secure cloud, by the id the v2 catalogue gives it; a pod with several
  /// costs that many times as much. The same in every region.
  ///
  /// Each row was read twice at different dates with the same result, on the pricing page or through
  /// the API; the later date is given. Left out: what was found once (L40S, RTX 4090, A40) and
  /// A100 PCIe, which two readings put at different prices.
  static let runPod = [
    PriceGroup(
      "runpod", nil, source: "RunPod pricing page, secure cloud, per GPU", asOf: "2026-11-09",
      micros: [
        ("NVIDIA H100 80GB HBM3", 3_990_000), ("NVIDIA H100 PCIe", 2_890_000),
        ("NVIDIA H100 NVL", 3_190_000), ("NVIDIA A100-SXM4-80GB", 1_790_000),
      ]),
    PriceGroup(
      "runpod", nil, source: "RunPod pricing page, secure cloud, per GPU", asOf: "2026-10-07",
      micros: [
        ("NVIDIA H200", 4_590_000), ("NVIDIA B200", 6_790_000), ("NVIDIA B300 SXM6 AC", 7_890_000),
      ]),
  ]

  /// An hour of one replica of an Inference Endpoint, "accelerator-size" in "vendor-region" as the
  /// provider list of the API names them.
  ///
  /// From the pricing page of Hugging Face's own documentation (its source, last changed that day)
  /// for the regions its FAQ names; rows marked as deprecated are left out.
  static let huggingFace =
    ["aws-us-east-1", "aws-eu-west-1"].map { inferenceEndpoints($0, onAWS) }
    + [inferenceEndpoints("gcp-us-east4", onGoogleCloud)]

  private static func inferenceEndpoints(
    _ region: Region, _ micros: [(InstanceType, Int64)]
  ) -> PriceGroup {
    PriceGroup(
      "huggingface", region, source: "Hugging Face Inference Endpoints documentation, pricing",
      asOf: "2026-05-19", micros: micros)
  }

  private static let onAWS: [(InstanceType, Int64)] = [
    ("nvidia-t4-x1", 500_000), ("nvidia-t4-x4", 3_000_000), ("nvidia-l4-x1", 800_000),
    ("nvidia-l4-x4", 3_800_000), ("nvidia-a10g-x1", 1_000_000), ("nvidia-a10g-x4", 5_000_000),
    ("nvidia-l40s-x1", 1_800_000), ("nvidia-l40s-x4", 8_300_000), ("nvidia-l40s-x8", 23_500_000),
    ("nvidia-a100-x1", 2_500_000), ("nvidia-a100-x2", 5_000_000), ("nvidia-a100-x4", 10_000_000),
    ("nvidia-a100-x8", 20_000_000), ("nvidia-h200-x1", 5_000_000), ("nvidia-h200-x2", 10_000_000),
    ("nvidia-h200-x4", 20_000_000), ("nvidia-h200-x8", 40_000_000),
  ]

  private static let onGoogleCloud: [(InstanceType, Int64)] = [
    ("nvidia-t4-x1", 500_000), ("nvidia-l4-x1", 700_000), ("nvidia-l4-x4", 3_800_000),
    ("nvidia-a100-x1", 3_600_000), ("nvidia-a100-x2", 7_200_000), ("nvidia-a100-x4", 14_400_000),
    ("nvidia-a100-x8", 28_800_000), ("nvidia-h100-x1", 10_000_000), ("nvidia-h100-x2", 20_000_000),
    ("nvidia-h100-x4", 40_000_000), ("nvidia-h100-x8", 80_000_000),
  ]

  /// A running instance, by hardware SKU, from a price a second on the pricing page; two dated
  /// restatements of that page agree. Left out: several GPUs, which are sold by contract only.
  static let replicate = PriceGroup(
    "replicate", nil, source: "Replicate pricing page, per second", asOf: "2026-05-07",
    microsPerSecond: [
      ("gpu-t4", 225), ("gpu-l40s", 975), ("gpu-a100-large", 1_400), ("gpu-h100", 1_525),
    ])

  /// One GPU of a container, by the value its `gpu` parameter takes, from a price a second; CPU and
  /// memory are billed apart. Two dated restatements of the pricing page agree, B300 is in the later
  /// one only. Without a chosen region: with one, Modal adds half and more.
  static let modal = PriceGroup(
    "modal", nil, source: "Modal pricing page, per GPU and second", asOf: "2026-09-01",
    microsPerSecond: [
      ("T4", 164), ("L4", 222), ("A10", 306), ("L40S", 542), ("A100", 583), ("A100-40GB", 583),
      ("A100-80GB", 694), ("RTX-PRO-6000", 842), ("H100", 1_097), ("H200", 1_261),
      ("B200", 1_736), ("B300", 1_972),
    ])
}
