import FleetModel

/// A body as dcgm-exporter sends it for a node of 8 GPUs with its 25 fields: 200 samples, about
/// 63 kB, values from a seeded generator.
public enum ScrapeBody {
  public static func bytes(seed: UInt64) -> [UInt8] {
    var random = seed
    var text = ""
    for field in DeviceField.allCases {
      text += "# HELP \(field.metricName) One of the fields the exporter has by default.\n"
      text += "# TYPE \(field.metricName) \(field.isCounter ? "counter" : "gauge")\n"
      for gpu in 0..<8 {
        // Knuth's MMIX generator.
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += field.metricName + labels(gpu) + " " + value(field, random >> 33) + "\n"
      }
    }
    return Array(text.utf8)
  }

  private static func labels(_ gpu: Int) -> String {
    "{gpu=\"\(gpu)\",UUID=\"GPU-604ac76c-d9cf-fef3-62e9-d92044ab6e5\(gpu)\",pci_bus_id=\"00000000:1"
      + "\(gpu):00.0\",device=\"nvidia\(gpu)\",modelName=\"NVIDIA H100 80GB HBM3\","
      + "Hostname=\"gpu-node-0001.example.internal\",DCGM_FI_DRIVER_VERSION=\"550.144.03\","
      + "container=\"inference\",namespace=\"serving\",pod=\"llama-70b-5f7c9d8b6-x2x\(gpu)q\"}"
  }

  private static func value(_ field: DeviceField, _ random: UInt64) -> String {
    switch field {
    case .engineActive, .tensorActive, .dramActive:
      let digits = String(random % 1_000_000)
      return "0." + String(repeating: "0", count: 6 - digits.count) + digits
    case .powerUsage: return "\(100 + random % 600).\(100_000 + random % 900_000)"
    case .totalEnergy, .nvlinkBandwidth: return "\(random * 1000)"
    default: return "\(random % 100)"
    }
  }
}
