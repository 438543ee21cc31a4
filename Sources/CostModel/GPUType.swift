public import FleetModel

/// What a GPU type can do, restated by hand from NVIDIA's data sheets.
///
/// Memory is the data sheet's decimal gigabytes, a little less than a driver shows. Bandwidth is
/// the memory's, in GB/s. TFLOP/s are bf16 tensor cores without sparsity; fp16 where the type has no
/// bf16 (T4, V100).
public enum GPUType: String, Sendable, Hashable, Codable, CaseIterable {
  case t4 = "T4"
  case v100 = "V100 16GB"
  case a10g = "A10G"
  case l4 = "L4"
  case l40s = "L40S"
  case a100 = "A100 40GB"
  case a100Large = "A100 80GB"
  case h100PCIe = "H100 PCIe"
  case h100 = "H100 SXM"
  case h200 = "H200"
  case b200 = "B200"

  public var memoryGB: Int { facts.memory }
  /// In MiB, as exporters count it.
  public var memoryMiB: Double { Double(memoryGB) * 1e9 / 1_048_576 }
  public var gigabytesPerSecond: Double { facts.bandwidth }
  public var teraflops: Double { facts.flops }

  /// Can be split by MIG into 7 compute and 8 memory slices (NVIDIA MIG User Guide).
  public var isSliceable: Bool {
    switch self {
    case .a100, .a100Large, .h100PCIe, .h100, .h200, .b200: true
    case .t4, .v100, .a10g, .l4, .l40s: false
    }
  }

  private var facts: (memory: Int, bandwidth: Double, flops: Double) {
    switch self {
    // NVIDIA T4 Tensor Core GPU data sheet.
    case .t4: (16, 320, 65)
    // NVIDIA V100 data sheet, SXM2.
    case .v100: (16, 900, 125)
    // NVIDIA A10G data sheet (the A10 of AWS).
    case .a10g: (24, 600, 70)
    // NVIDIA L4 data sheet: 242 with sparsity.
    case .l4: (24, 300, 121)
    // NVIDIA L40S data sheet.
    case .l40s: (48, 864, 362)
    // NVIDIA A100 data sheet, SXM.
    case .a100: (40, 1555, 312)
    case .a100Large: (80, 2039, 312)
    // NVIDIA H100 data sheet: 1,513 and 1,979 with sparsity.
    case .h100PCIe: (80, 2000, 756)
    case .h100: (80, 3350, 989)
    // NVIDIA H200 data sheet: the H100's cores with more and faster memory.
    case .h200: (141, 4800, 989)
    // NVIDIA DGX B200 data sheet: 1,440 GB, 64 TB/s and 36 PFLOP/s with sparsity, for eight.
    case .b200: (180, 8000, 2250)
    }
  }
}

/// Which GPUs a machine type has.
public struct MachineGPUs: Sendable, Hashable {
  public var gpu: GPUType
  public var count: Int

  /// nil for a type nobody has described here: then nothing is advised about it.
  public static func known(_ type: InstanceType) -> MachineGPUs? { table[type] }

  private static let table: [InstanceType: MachineGPUs] = {
    var table: [InstanceType: MachineGPUs] = [:]
    for (gpu, count, types) in rows {
      for type in types.split(separator: " ") {
        table[InstanceType(String(type))] = MachineGPUs(gpu: gpu, count: count)
      }
    }
    return table
  }()

  /// Facts from the clouds' machine type pages: AWS, Google Cloud, Azure.
  private static let rows: [(GPUType, Int, String)] = [
    (.t4, 1, "g4dn.xlarge g4dn.2xlarge g4dn.4xlarge g4dn.8xlarge g4dn.16xlarge"),
    (.t4, 4, "g4dn.12xlarge"), (.t4, 8, "g4dn.metal"),
    (.v100, 1, "p3.2xlarge"), (.v100, 4, "p3.8xlarge"), (.v100, 8, "p3.16xlarge"),
    (.a10g, 1, "g5.xlarge g5.2xlarge g5.4xlarge g5.8xlarge g5.16xlarge"),
    (.a10g, 4, "g5.12xlarge g5.24xlarge"), (.a10g, 8, "g5.48xlarge"),
    (.l4, 1, "g6.xlarge g6.2xlarge g6.4xlarge g6.8xlarge g6.16xlarge"),
    (.l4, 4, "g6.12xlarge g6.24xlarge"), (.l4, 8, "g6.48xlarge"),
    (.l40s, 1, "g6e.xlarge g6e.2xlarge g6e.4xlarge g6e.8xlarge g6e.16xlarge"),
    (.l40s, 4, "g6e.12xlarge g6e.24xlarge"), (.l40s, 8, "g6e.48xlarge"),
    (.a100, 8, "p4d.24xlarge"), (.a100Large, 8, "p4de.24xlarge"),
    (.h100, 1, "p5.4xlarge"), (.h100, 8, "p5.48xlarge"),
    (.h200, 8, "p5e.48xlarge p5en.48xlarge"), (.b200, 8, "p6-b200.48xlarge"),
    (.l4, 1, "g2-standard-4 g2-standard-8 g2-standard-12 g2-standard-16 g2-standard-32"),
    (.l4, 2, "g2-standard-24"), (.l4, 4, "g2-standard-48"), (.l4, 8, "g2-standard-96"),
    (.a100, 1, "a2-highgpu-1g"), (.a100, 2, "a2-highgpu-2g"), (.a100, 4, "a2-highgpu-4g"),
    (.a100, 8, "a2-highgpu-8g Standard_ND96asr_v4"),
    (.a100Large, 1, "a2-ultragpu-1g Standard_NC24ads_A100_v4"),
    (.a100Large, 2, "a2-ultragpu-2g Standard_NC48ads_A100_v4"),
    (.a100Large, 4, "a2-ultragpu-4g Standard_NC96ads_A100_v4"),
    (.a100Large, 8, "a2-ultragpu-8g Standard_ND96amsr_A100_v4"),
    (.h100, 1, "a3-highgpu-1g"), (.h100, 2, "a3-highgpu-2g"), (.h100, 4, "a3-highgpu-4g"),
    (.h100, 8, "a3-highgpu-8g Standard_ND96isr_H100_v5"),
    (.h200, 8, "a3-ultragpu-8g Standard_ND96isr_H200_v5"), (.b200, 8, "a4-highgpu-8g"),
  ]
}
