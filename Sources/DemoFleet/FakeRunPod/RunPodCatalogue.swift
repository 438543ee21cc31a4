import FleetModel

extension RunPodState {
  struct GPU: Sendable {
    var name: String
    var pool: String?
    var memory: Int
    /// US dollars an hour, as they are written.
    var secure: Double
    var community: Double
    var serverless: Double
    var most: Int
  }

  /// A few lines of the catalogue; the numbers are the demo's own.
  static let gpus: [String: GPU] = [
    "NVIDIA L4": GPU(
      name: "L4", pool: "ADA_24", memory: 24, secure: 0.39, community: 0.32, serverless: 0.69,
      most: 8),
    "NVIDIA GeForce RTX 4090": GPU(
      name: "RTX 4090", pool: "ADA_24", memory: 24, secure: 0.69, community: 0.34,
      serverless: 1.1, most: 8),
    "NVIDIA H100 80GB HBM3": GPU(
      name: "H100 SXM", pool: "HOPPER_141", memory: 80, secure: 2.99, community: 2.69,
      serverless: 4.18, most: 8),
    "NVIDIA B200": GPU(
      name: "B200", pool: nil, memory: 180, secure: 5.98, community: 5.98, serverless: 0, most: 8),
  ]

  static let catalogue: PlainJSON = [
    "gpus": .array(
      gpus.sorted { $0.key < $1.key }.map { id, gpu -> PlainJSON in
        var rates: PlainJSON = [
          "secure": .double(gpu.secure), "community": .double(gpu.community),
        ]
        if gpu.pool != nil { rates["serverless"] = .double(gpu.serverless) }
        return [
          "id": .string(id), "name": .string(gpu.name),
          "pool": gpu.pool.map { .string($0) } ?? .null, "manufacturer": "NVIDIA",
          "memory": .int(gpu.memory), "secure": true, "community": true, "price": rates,
          "maxCount": ["secure": .int(gpu.most), "community": .int(gpu.most)],
        ]
      })
  ]

  /// A day's bill of 1.24 dollars for each; what matters is its shape.
  func bill(_ field: String, _ ids: [String], at now: Timestamp) -> PlainJSON {
    let day = Timestamp(microseconds: now.microseconds - now.microseconds % 86_400_000_000)
    let range: [String: PlainJSON] = [
      "startTime": .string(day.description),
      "endTime": .string(day.advanced(by: .hours(24)).description),
    ]
    var amounts: [String: PlainJSON] = [
      "totalAmount": .double(1.24), "gpuAmount": .double(1.1), "cpuAmount": 0,
      "diskAmount": .double(0.14),
    ]
    if field == "serverlessId" { amounts["feeAmount"] = 0 }
    let records = ids.map { id -> PlainJSON in
      .object(range.merging(amounts) { $1 }.merging([field: .string(id)]) { $1 })
    }
    let unique = field == "podId" ? "uniquePodCount" : "uniqueServerlessCount"
    return [
      "records": .array(records),
      "metadata": [
        "query": .object(range.merging(["bucketSize": "day"]) { $1 }),
        "recordCount": .int(records.count), unique: .int(ids.count), "totals": .object(amounts),
      ],
    ]
  }
}
