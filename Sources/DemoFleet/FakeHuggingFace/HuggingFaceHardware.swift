import FleetModel

extension HuggingFaceState {
  /// One line of the hardware list.
  struct Hardware: Sendable {
    var vendor: String
    var region: String
    var instanceType: String
    var instanceSize: String
    var accelerator = "gpu"
    var accelerators: Int
    /// US dollars an hour, as it is written.
    var hourly: Double
    var status = "available"
    var quota = 16

    static let unknown = Hardware(
      vendor: "", region: "", instanceType: "", instanceSize: "", accelerators: 1, hourly: 0)

    /// A few lines of the real list; the numbers are the demo's own.
    static let all: [String: Hardware] = Dictionary(
      uniqueKeysWithValues: [
        line("aws", "us-east-1", "nvidia-l4", "x1", 1, 0.8),
        line("aws", "us-east-1", "nvidia-l4", "x4", 4, 3.8),
        line("aws", "us-east-1", "nvidia-a10g", "x1", 1, 1),
        line("aws", "eu-west-1", "nvidia-t4", "x1", 1, 0.5),
        line("gcp", "us-east4", "nvidia-h100", "x1", 1, 10),
        line("aws", "us-east-1", "intel-spr", "x2", 1, 0.067, accelerator: "cpu"),
      ])

    private static func line(
      _ vendor: String, _ region: String, _ type: String, _ size: String, _ count: Int,
      _ hourly: Double, accelerator: String = "gpu"
    ) -> (String, Hardware) {
      (
        "\(vendor)-\(region)-\(type)-\(size)",
        Hardware(
          vendor: vendor, region: region, instanceType: type, instanceSize: size,
          accelerator: accelerator, accelerators: count, hourly: hourly)
      )
    }
  }

  /// vendors[].regions[].computes[].
  func hardwareList() -> PlainJSON {
    let vendors = Dictionary(grouping: hardware.sorted { $0.key < $1.key }) { $0.value.vendor }
    let list = vendors.sorted { $0.key < $1.key }.map { vendor, lines -> PlainJSON in
      let regions = Dictionary(grouping: lines) { $0.value.region }.sorted { $0.key < $1.key }
      let computes = regions.map { region, lines -> PlainJSON in
        [
          "name": .string(region), "label": .string(region), "status": "available",
          "computes": .array(lines.map { compute($0.key, $0.value) }),
        ]
      }
      return ["name": .string(vendor), "status": "available", "regions": .array(computes)]
    }
    return ["vendors": .array(list)]
  }

  private func compute(_ name: String, _ line: Hardware) -> PlainJSON {
    [
      "id": .string(name), "accelerator": .string(line.accelerator),
      "instanceType": .string(line.instanceType), "instanceSize": .string(line.instanceSize),
      "architecture": .string(line.instanceType), "numAccelerators": .int(line.accelerators),
      "numCpus": 4, "memoryGb": 15, "gpuMemoryGb": 24, "pricePerHour": .double(line.hourly),
      "status": .string(line.status),
      "quota": ["maxAccelerators": .int(line.quota), "usedAccelerators": .int(used(name))],
    ]
  }
}
